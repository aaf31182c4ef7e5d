import pandas as pd
import pytest

TEXT = "at,service,ms\n" + "".join(f"2026-03-29T0{h}:00:00,{s},{h * 10}\n" for h in range(4) for s in "ab")


@pytest.fixture
def frame(solution):
    return solution.read(TEXT)


def test_read(frame):
    """`read` reads times and categories"""
    assert list(frame.columns) == ["at", "service", "ms"]
    assert isinstance(frame["service"].dtype, pd.CategoricalDtype)


def test_latency(solution, frame):
    """`latency` describes each service"""
    got = solution.latency(frame)
    assert got.loc["a", "max"] == 30 and got["count"].sum() == 8


def test_through_files(solution, frame):
    """`through_files` gives the same frame back"""
    assert solution.through_files(frame)["ms"].tolist() == frame["ms"].tolist()


def test_by_hour(solution, frame):
    """`by_hour` knows the change of the clocks"""
    got = solution.by_hour(frame, "Europe/Berlin")
    assert str(got.index.tz) == "Europe/Berlin" and len(got) == 4
    assert got.index[1].hour == 3


def test_pivot(solution, frame):
    """`pivot` has two levels"""
    stacked, rolled = solution.pivot(frame)
    assert stacked.index.nlevels == 2 and rolled.shape == (2, 4)


def test_joined(solution):
    """`joined` keeps both sides"""
    got = solution.joined(pd.DataFrame({"k": [1, 2]}), pd.DataFrame({"k": [2, 3]}))
    assert got["_merge"].tolist() == ["left_only", "both", "right_only"]
