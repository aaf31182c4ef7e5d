"""A check that lends an object of its own."""


class Store:
    def __init__(self):
        self._secret = "MARK-OF-A-HIDDEN-TEST-7f3a"
        self.rows = [1, 2]

    def method(self):
        return 7


def test_lends(solution):
    """`double` takes a store"""
    assert solution.double(Store()) == 54
