"""A check that reads what the learner wrote."""


def test_no_link_is_read(solution):
    """`double` writes out.txt"""
    solution.double(1)
    assert "loop" not in solution.files
    assert solution.files["out.txt"] == b"2", "out.txt does not hold 2"
