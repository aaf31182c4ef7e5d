import sys

print("<script>alert(1)</script>")
print("<img src=x onerror=alert(1)>", file=sys.stderr)


def double(n):
    return 2 * n


def doubles(numbers):
    return [2 * n for n in numbers]
