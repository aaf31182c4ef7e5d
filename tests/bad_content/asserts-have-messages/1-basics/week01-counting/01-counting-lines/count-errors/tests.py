import pytest


def test_an_outage(solution):
    """Counts the errors of an outage"""
    got = solution.count_errors([200, 503, 500])
    assert got == 2, f"count_errors([200, 503, 500]) gave {got!r}: two of them are 500 or more"


def test_no_line_at_all(solution):
    """An empty log has no errors"""
    got = solution.count_errors([])
    assert got == 0, f"count_errors([]) gave {got!r}: nothing was counted, so what is the number?"


@pytest.mark.hidden
@pytest.mark.parametrize("status", [302, 404])
def test_not_our_fault(solution, status):
    """Redirects and mistakes of clients are no errors"""
    got = solution.count_errors([status])
    assert got == 0, f"{status} is not an error of the server, and was counted again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again again"
