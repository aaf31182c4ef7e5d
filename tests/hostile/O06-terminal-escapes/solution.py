print("\x1b]0;owned\x07\x1b]52;c;cm0gLXJm\x07\x1b[2J\x1b[31mred\x1b[0m\x9b31m\x1bPq\x1b\\ end\x08\x7f")

def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
