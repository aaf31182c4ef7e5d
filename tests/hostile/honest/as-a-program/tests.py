def test_main(solution):
    """the program doubles each line"""
    got = solution.run("1\n2\n", ["a", "b"])
    assert (got.stdout, got.stderr, got.exit_code) == ("2\n4\n", "a b\n", 3)
