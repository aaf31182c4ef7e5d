def test_large(solution):
    """large values cross whole"""
    assert solution.frame(200_000)["a"].sum() == 19999900000
    rows = solution.rows(100_000)
    assert len(rows) == 100_000 and rows[7] == {"path": "/7", "ms": 3.5}
    assert solution.total(rows) == 2499975000.0
