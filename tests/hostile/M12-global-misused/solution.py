def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
def late():
    x = 1
    global x
