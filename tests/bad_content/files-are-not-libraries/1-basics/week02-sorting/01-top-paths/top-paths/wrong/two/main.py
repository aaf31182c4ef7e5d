# expect: fails test_ties_by_name
# shows: the name decides
# misconception: ties-as-they-come
# explain: No.
def top(paths, n):
    return paths[1:n]
