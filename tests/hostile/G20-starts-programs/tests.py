import pytest


def test_it(solution):
    """It starts programs"""
    assert solution.report([1, 2, 6]) == "3.0\n", "tool.py"
    assert solution.by_name() == "4\n", "by name"
    assert solution.without_environment() == "both\n", "no environment"
    assert (solution.fails(), solution.spawned(), solution.pytest_too()) == (3, 4, 0), "exit codes"
    assert solution.piped() == "a\nb\n", "a pipe"
    with pytest.raises(FileNotFoundError):
        solution.a_shell()
    assert not [path for path in solution.files if "__pycache__" in path], "files that nobody wrote"
