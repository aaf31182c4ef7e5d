def test_main(solution):
    """it works"""
    got = solution.main()
    assert got == ('metric:1|c', 'hello'), got
