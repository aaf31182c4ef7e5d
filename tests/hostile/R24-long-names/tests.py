"""A check that lists what was written."""


def test_lists(solution):
    """`double` writes files"""
    assert solution.double(2) == 4
    assert len(solution.files) >= 200, f"{sorted(solution.files)[:3]}"
    assert "solution.py" in solution.files
