def test_loops(solution):
    """a check of ours that loops"""
    while True:
        pass
