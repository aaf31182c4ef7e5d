"""A check that reads what the learner wrote."""


def test_reads(solution):
    """`double` writes out.txt"""
    solution.double(1)
    assert solution.files["out.txt"] == b"2", "out.txt does not hold 2"
