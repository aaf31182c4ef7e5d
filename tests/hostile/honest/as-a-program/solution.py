import sys


def main():
    for line in sys.stdin:
        print(2 * int(line))
    print(*sys.argv[1:], file=sys.stderr)
    exit(3)


if __name__ == "__main__":
    main()
