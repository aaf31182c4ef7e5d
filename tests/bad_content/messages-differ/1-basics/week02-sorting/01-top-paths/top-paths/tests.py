def test_the_most_frequent_first(solution):
    """The most frequent path comes first"""
    got = solution.top(["/a", "/b", "/b"], 1)
    assert got == ["/b"], f"top(['/a', '/b', '/b'], 1) gave {got!r}: /b was asked for twice"


def test_ties_by_name(solution):
    """Ties are in alphabetical order"""
    got = solution.top(["/b", "/a"], 2)
    assert got == ["/a", "/b"], f"top(['/a', '/b', '/b'], 1) gave {got!r}: /b was asked for twice"
