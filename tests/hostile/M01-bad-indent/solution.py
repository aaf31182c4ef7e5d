def double(n):
    x = n
      return 2 * x
