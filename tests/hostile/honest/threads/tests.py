def test_threads(solution):
    """threads do the work"""
    assert solution.doubled([3, 1, 2]) == [2, 4, 6]
    assert solution.pipeline([3, 1, 2]) == [2, 4, 6]
    assert solution.rang() is True
