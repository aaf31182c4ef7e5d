import matplotlib.pyplot as plt

for number in range(60):
    plt.figure(num=number, figsize=(2, 2))
plt.figure(0).savefig = None
plt.figure(1).suptitle("x" * 100_000)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
