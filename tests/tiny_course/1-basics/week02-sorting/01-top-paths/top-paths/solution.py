from collections import Counter


def top(paths, n):
    counts = Counter(paths)
    return sorted(counts, key=lambda path: (-counts[path], path))[:n]
