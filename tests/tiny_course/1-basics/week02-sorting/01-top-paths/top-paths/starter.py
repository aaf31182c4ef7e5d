def top(paths, n):
    # TODO: count, then sort
    return []
