"""`incidents-v1` is what its README.md says. Run by test_sets.py where pandas is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from readme import DATA, says, truth

SET = "incidents-v1"
TIMES = ["opened_at", "acknowledged_at", "resolved_at"]


@pytest.fixture(scope="module")
def exported() -> pd.DataFrame:
    return pd.read_csv(DATA / SET / "incidents.csv")


@pytest.fixture(scope="module")
def tickets(exported: pd.DataFrame) -> pd.DataFrame:
    unique = exported.drop_duplicates().set_index("incident_id")
    return unique.assign(**{name: pd.to_datetime(unique[name], utc=True, format="ISO8601") for name in TIMES})


def test_shape(exported: pd.DataFrame, tickets: pd.DataFrame) -> None:
    assert len(tickets) == truth(SET)["tickets"] == 600
    assert len(exported) - len(tickets) == truth(SET)["exported_twice"] == 9
    assert tickets.index.is_unique
    assert [tickets.index[0], tickets.index[-1]] == ["INC-1442", "INC-2041"]
    assert tickets["opened_at"].is_monotonic_increasing
    says(SET, f"{len(exported)} rows", "`INC-1442` to `INC-2041`")


def test_two_clocks(exported: pd.DataFrame) -> None:
    opened = exported.drop_duplicates()["opened_at"]
    desk = opened[~opened.str.endswith("Z")]
    assert set(desk.str[-6:]) == {"+01:00", "+02:00"}
    says(SET, f"{len(opened) - len(desk)} and {len(desk)} tickets")


def test_what_is_missing_is_what_the_truth_says(tickets: pd.DataFrame) -> None:
    told = truth(SET)
    for column, name in (
        ("cause", "no_cause"),
        ("acknowledged_at", "never_acknowledged"),
        ("resolved_at", "never_closed"),
    ):
        assert list(tickets.index[tickets[column].isna()]) == told[name]
    says(SET, f"{len(told['no_cause'])} tickets")
    says(SET, f"{len(told['never_acknowledged'])} and {len(told['never_closed'])} tickets")


def test_only_slow_clocks_run_backwards(tickets: pd.DataFrame) -> None:
    backwards = tickets.index[tickets["acknowledged_at"] < tickets["opened_at"]]
    assert set(backwards) <= set(truth(SET)["slow_clock"])
    assert len(backwards) >= 4
    assert (tickets["resolved_at"].dropna() >= tickets["opened_at"][tickets["resolved_at"].notna()]).all()


def test_a_second_ticket_is_about_the_same_event(tickets: pd.DataFrame) -> None:
    pairs = truth(SET)["opened_twice"]
    assert len(pairs) == 24
    for again, first in pairs.items():
        one, other = tickets.loc[again], tickets.loc[first]
        assert one["service"] == other["service"]
        assert pd.Timedelta(0) < one["opened_at"] - other["opened_at"] < pd.Timedelta("30min")


def test_people_write_differently(tickets: pd.DataFrame) -> None:
    assert tickets["summary"].nunique() > 550
    assert tickets["summary"].str.len().between(12, 140).all()
    assert 0.1 < tickets["summary"].str.islower().mean() < 0.6


def test_the_shared_incident(tickets: pd.DataFrame) -> None:
    shared = tickets.loc["INC-2041"]
    told = [shared[name].isoformat() for name in TIMES]
    assert told == ["2026-03-29T00:46:00+00:00", "2026-03-29T00:49:00+00:00", "2026-03-29T01:21:00+00:00"]
    assert (shared["severity"], shared["service"], shared["cause"]) == (2, "checkout", "deploy")
