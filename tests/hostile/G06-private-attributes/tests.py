"""A check that lends a function with a secret in its closure."""


def test_lends(solution):
    """`double` takes a function"""
    secret = "MARK-OF-A-HIDDEN-TEST-7f3a"

    def callback(n, answer=secret):
        return len(secret) + len(answer) + n

    assert solution.double(callback) == 54
