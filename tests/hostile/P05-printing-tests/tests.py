import sys


def test_prints(solution):
    """a check of ours that prints"""
    print("SECRET-OF-OURS")
    print("SECRET-OF-OURS", file=sys.stderr)
    assert solution.double(2) == 4, "no"
