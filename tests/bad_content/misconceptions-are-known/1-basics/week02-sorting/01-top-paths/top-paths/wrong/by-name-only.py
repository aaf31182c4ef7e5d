# expect: fails test_the_most_frequent_first
# shows: was asked for twice
# misconception: names-count
# explain: Your function sorts by name and never looks at the counts.
def top(paths, n):
    return sorted(set(paths))[:n]
