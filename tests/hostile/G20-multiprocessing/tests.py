def test_main(solution):
    """it works"""
    got = solution.main()
    assert got == [[1, 4, 9], [16], 'done'] * 2, got
