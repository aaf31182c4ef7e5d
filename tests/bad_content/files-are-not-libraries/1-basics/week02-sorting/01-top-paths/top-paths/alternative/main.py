def top(paths, n):
    return [*sorted(paths)][:n]
