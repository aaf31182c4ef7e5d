def test_asyncio(solution):
    """the loop runs, again and again"""
    assert solution.gathered([1, 2]) == ([2, 4], 6, b"line\n")
    assert solution.many(5) == [0, 2, 4, 6, 8]
