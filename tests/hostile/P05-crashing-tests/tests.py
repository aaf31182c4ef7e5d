def test_crashes(solution):
    """a check of ours that is wrong"""
    assert {}["SECRET-OF-OURS"] == solution.double(2)
