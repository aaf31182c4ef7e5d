def test_checked(solution):
    """`checked` says what is wrong"""
    assert solution.checked('{"path": "/", "ms": 1}') == {"path": "/", "ms": 1.0}
    assert solution.checked('{"ms": -1}') == 2
    assert solution.settings() == ({"a": [1, 2]}, {"a": 1}, {"a": 1})
