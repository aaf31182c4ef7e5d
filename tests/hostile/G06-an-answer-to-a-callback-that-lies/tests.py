"""A check whose callback fails."""


def test_lends(solution):
    """`double` passes on what it was asked"""

    def callback(n):
        assert n == 54, "the callback was called with 1"

    assert solution.double(callback) == 54
