def again(secret="SECRET-OF-OURS"):
    return again(secret)


def test_recursion(solution):
    """never"""
    again()
