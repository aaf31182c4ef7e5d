# expect: fails test_ties_by_name
# shows: the name decides
# misconception: ties-as-they-come
# explain: Your function keeps equal counts in the order in which they appeared.
from collections import Counter


def top(paths, n):
    return [path for path, _ in Counter(paths).most_common(n)]
