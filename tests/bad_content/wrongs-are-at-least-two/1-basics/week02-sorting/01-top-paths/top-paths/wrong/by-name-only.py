# expect: fails test_the_most_frequent_first
# shows: was asked for twice
# misconception: order-does-not-matter
# explain: Your function sorts by name and never looks at the counts.
from collections import Counter


def top(paths, n):
    return [path for path, _ in Counter(paths).most_common(n)]
