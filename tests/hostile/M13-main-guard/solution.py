def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
if __name__ == "__main__":
    print("not to be seen", input())
