"""Five checks with NumPy and pandas, as an exercise of the first weeks has them: a thousand requests each."""

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def requests(rng):
    n = 1_000
    return pd.DataFrame(
        {
            "service": rng.choice(["checkout", "ranker", "search"], n),
            "status": rng.choice([200, 404, 503], n),
            "latency_ms": rng.lognormal(3, 0.4, n),
        }
    )


def test_p99(solution, rng):
    latencies = rng.lognormal(3, 0.4, 10_000)
    got = solution.p99(latencies)
    assert got == pytest.approx(np.percentile(latencies, 99)), f"p99 came back as {got:.1f} ms"


def test_error_rate(solution, requests):
    got = solution.error_rate(requests)
    assert got == pytest.approx((requests["status"] >= 500).mean()), f"the rate came back as {got}"


def test_mean_latency(solution, requests):
    expected = requests.groupby("service")["latency_ms"].mean()
    pd.testing.assert_series_equal(solution.mean_latency(requests), expected)


def test_slowest(solution, requests):
    got = solution.slowest(requests, 5)
    assert list(got["latency_ms"]) == sorted(requests["latency_ms"], reverse=True)[:5], (
        "are they the slowest?"
    )


def test_smoothed(solution, rng):
    series = pd.Series(rng.normal(size=200))
    got = solution.smoothed(series, 5)
    assert got.isna().sum() == 4
    assert got.iloc[-1] == pytest.approx(series.iloc[-5:].mean()), "the last window is of the last five"
