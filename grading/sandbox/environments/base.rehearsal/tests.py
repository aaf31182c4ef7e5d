"""The checks of the rehearsal: the ways in which most checks of the course ask and compare."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def requests(rng):
    n = 300
    return pd.DataFrame(
        {
            "time": pd.Timestamp("2026-01-05", tz="UTC") + pd.to_timedelta(rng.integers(0, 3600, n), unit="s"),
            "service": rng.choice(["checkout", "ranker", "search"], n),
            "status": rng.choice([200, 404, 503], n),
            "latency_ms": rng.lognormal(3, 0.4, n),
        }
    )


def test_lines(solution):
    """Lines are parsed one after another"""
    lines = [f"service{number % 3} {200 + number}" for number in range(50)]
    assert solution.count(lines) == {"service0": 17, "service1": 17, "service2": 16}, "is every line counted?"
    first = next(iter(solution.parse(lines)))
    assert (first.service, first.status) == ("service0", 200)


@pytest.mark.parametrize("q", [50, 99])
def test_percentiles(solution, rng, q):
    """Percentiles are NumPy's"""
    values = rng.lognormal(3, 0.4, 2_000)
    got = solution.percentile(values, q)
    assert got == pytest.approx(np.percentile(values, q)), f"the {q}th percentile came back as {got}"


def test_arrays(solution, rng):
    """Arrays cross both ways"""
    got = solution.standardised(rng.normal(5, 2, (200, 4)))
    assert isinstance(got, np.ndarray)
    assert np.allclose(got.mean(axis=0), 0)
    np.testing.assert_allclose(got.std(axis=0), 1)


def test_groups(solution, requests):
    """Groups are reduced"""
    got = solution.by_service(requests)
    expected = requests.groupby("service")["latency_ms"].max().rename("worst")
    pd.testing.assert_series_equal(got["worst"], expected)
    assert list(got.columns) == ["rate", "worst"]
    assert all(pd.api.types.is_numeric_dtype(dtype) for dtype in got.dtypes)


def test_bins(solution, requests):
    """Times are binned"""
    got = solution.per_bin(requests, "15min")
    assert got.index.is_unique and list(got.columns) == ["checkout", "ranker", "search"]
    cell = got.loc[pd.Timestamp("2026-01-05 00:15", tz="UTC"), "search"]
    assert pd.isna(cell) or 0 <= float(cell) <= 1


def test_joins(solution, requests):
    """Tables are joined and sorted"""
    owners = pd.DataFrame({"service": ["checkout", "search"], "owner": ["shop", "find"]})
    got = solution.slowest(requests, owners)
    assert list(got["latency_ms"]) == sorted(requests["latency_ms"], reverse=True)[:5]
    assert got["owner"].isna().sum() == (got["service"] == "ranker").sum()


def test_windows(solution, rng):
    """Windows roll"""
    series = pd.Series(rng.normal(size=100))
    got = solution.smoothed(series, 5)
    assert len(got) == 96
    assert got.iloc[-1] == pytest.approx(series.iloc[-5:].mean())


@pytest.mark.hidden
def test_errors(solution):
    """What is wrong is refused"""
    assert solution.refuses(3) == 3
    with pytest.raises(ValueError, match="below zero"):
        solution.refuses(-1)
