def test_main(solution):
    """it works"""
    got = solution.main()
    assert got == [(9, 0), (16, 0)], got
