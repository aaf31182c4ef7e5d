def test_a_stream(solution):
    """`doubles` gives each number's double"""
    assert sum(solution.doubles([1, 2, 3])) == 12
