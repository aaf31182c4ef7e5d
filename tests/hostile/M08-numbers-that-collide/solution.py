def double(n):
    return [(1 << 70 | k) * (2**61 - 1) for k in range(200_000)]
