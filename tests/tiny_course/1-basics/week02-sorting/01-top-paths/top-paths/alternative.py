def top(paths, n):
    counts = {}
    for path in paths:
        counts[path] = counts.get(path, 0) + 1
    pairs = sorted((-count, path) for path, count in counts.items())
    return [path for _, path in pairs[:n]]
