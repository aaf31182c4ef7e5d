def test_main(solution):
    """it works"""
    got = solution.main()
    assert got == ('quick', 'localhost'), got
