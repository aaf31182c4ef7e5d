def dubble(n):
    return 2 * n
