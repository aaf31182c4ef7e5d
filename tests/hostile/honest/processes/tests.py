def test_processes(solution):
    """children do the work"""
    assert solution.in_a_child(4) == 8
    assert solution.in_a_pool([1, 2, 3]) == [2, 4, 6]
