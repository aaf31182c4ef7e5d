def test_own():
    assert 1 + 1 == 2
