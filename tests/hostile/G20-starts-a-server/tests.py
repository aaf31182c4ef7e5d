def test_main(solution):
    """it works"""
    got = solution.main()
    assert got == ('fine', -15), got


def test_manager(solution):
    """it works"""
    got = solution.manager()
    assert got == {'a': 1}, got
