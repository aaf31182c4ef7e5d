"""A check that reads what the learner wrote."""


def test_reads(solution):
    """`double` writes out.txt"""
    assert list(solution.files) == ["out.txt"]
    assert solution.files["out.txt"] == b"2", "out.txt does not hold 2"
