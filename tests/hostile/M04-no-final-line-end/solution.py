def double(n): return 2 * n
x = 1 + \