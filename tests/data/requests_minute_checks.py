"""`requests-minute-v1` is what its README.md says. Run by test_sets.py where pandas is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from readme import DATA, says, truth

SET = "requests-minute-v1"
EDGES = ["le_25", "le_50", "le_100", "le_250", "le_400", "le_1000", "le_2500"]


@pytest.fixture(scope="module")
def minutes() -> pd.DataFrame:
    return pd.read_parquet(DATA / SET / "minutes.parquet")


def of(minutes: pd.DataFrame, service: str) -> pd.DataFrame:
    return minutes[minutes["service"] == service].set_index("minute")


def test_shape(minutes: pd.DataFrame) -> None:
    assert truth(SET)["service_minutes"] == 151_200
    assert not minutes.duplicated(["service", "minute"]).any()
    says(SET, f"{len(minutes):,} were measured", f"{151_200 - len(minutes)} rows")


def test_counts_fit_together(minutes: pd.DataFrame) -> None:
    assert (minutes[EDGES].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (minutes[EDGES[-1]] <= minutes["total"]).all()
    assert (minutes["good"] + minutes["errors"] <= minutes["total"]).all()
    for service, told in truth(SET)["services"].items():
        mine = of(minutes, service)
        assert (mine["good"] <= mine[f"le_{told['slo_ms']:.0f}"]).all()


def test_gaps_are_where_the_truth_says(minutes: pd.DataFrame) -> None:
    whole = pd.date_range(truth(SET)["first"], truth(SET)["end"], freq="min", inclusive="left")
    for service, told in truth(SET)["services"].items():
        missing = whole.difference(of(minutes, service).index)
        expected = [pd.date_range(*gap, freq="min", inclusive="left") for gap in told["gaps"]]
        assert sorted(missing) == sorted(moment for gap in expected for moment in gap)


def test_counters_fall_at_resets_alone(minutes: pd.DataFrame) -> None:
    for service, told in truth(SET)["services"].items():
        counted = of(minutes, service)["requests_total"]
        falls = counted.index[counted.diff() < 0]
        assert [when.isoformat() for when in falls] == told["counter_resets"]
        assert len(falls) == 4
        assert len({when.date() for when in falls}) == 1


def test_incidents_stand_out_and_the_sale_does_not(minutes: pd.DataFrame) -> None:
    for service, told in truth(SET)["services"].items():
        mine = of(minutes, service)
        bad = 1 - mine["good"] / mine["total"]
        usual = bad.quantile(0.98)
        for incident in told["incidents"]:
            during = bad[incident["start"] : incident["end"]].iloc[5:-1]
            assert (during > usual).mean() > 0.95, incident
        assert bad[slice(*truth(SET)["sale"])].median() < 1.6 * bad.median()
    begun = [one["id"] for told in truth(SET)["services"].values() for one in told["incidents"]]
    assert len(begun) == 8
    assert "INC-2041" in begun


def test_the_shared_incident(minutes: pd.DataFrame) -> None:
    during = of(minutes, "checkout")["2026-03-29 00:38":"2026-03-29 01:20"]
    assert during["errors"].sum() / during["total"].sum() == pytest.approx(0.115, abs=0.001)


def test_the_step_and_the_season(minutes: pd.DataFrame) -> None:
    ranker = of(minutes, "ranker-api")
    quick = ranker["le_25"] / ranker["total"]
    at = truth(SET)["step"]["at"]
    assert quick[:at].median() > 1.5 * quick[at:].median()
    total = of(minutes, "search")["total"]
    saturday = total.index.day_of_week == 5
    assert total[saturday].mean() > 1.08 * total[~saturday].mean()
    shift = "2026-03-29 01:00"
    hourly = total.resample("h").mean()
    assert hourly[shift:"2026-03-29 22:00"].idxmax().hour < hourly["2026-03-28"].idxmax().hour
