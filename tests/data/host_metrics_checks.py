"""The later files of `host-metrics-v1` are what its README.md says. Run by test_sets.py."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(Path(__file__).parent))
from readme import DATA, says, truth

SET = "host-metrics-v1"
DAY = pd.Timedelta("1D")


@pytest.fixture(scope="module")
def fleet() -> pd.DataFrame:
    return pd.read_parquet(DATA / SET / "fleet.parquet")


@pytest.fixture(scope="module")
def usage() -> pd.DataFrame:
    return pd.read_parquet(DATA / SET / "disk_usage.parquet")


def test_two_of_the_columns_say_nothing_new(fleet: pd.DataFrame) -> None:
    parts = fleet["cpu_user_pct"] + fleet["cpu_system_pct"] + fleet["cpu_iowait_pct"]
    np.testing.assert_allclose(parts, fleet["cpu_total_pct"], atol=1e-9)
    assert (fleet["mem_used_bytes"] + fleet["mem_free_bytes"] == fleet["mem_total_bytes"]).all()
    numbers = StandardScaler().fit_transform(fleet.drop(columns=["hour", "host"]))
    size = np.linalg.svd(numbers, compute_uv=False)
    assert len(size) == 12
    assert (size / size[0] < 1e-9).sum() == 2
    says(SET, f"{len(fleet):,} rows", f"{(1 - len(fleet) / (180 * 48)) * 100:.1f} % of the hours are missing")


def test_roles_can_be_found_by_scaled_columns_alone(fleet: pd.DataFrame) -> None:
    roles = truth(SET, "fleet_truth.json")["roles"]
    means = fleet.drop(columns="hour").groupby("host").mean()
    expected = [roles[host] for host in means.index]
    scaled = StandardScaler().fit_transform(means)
    groups = {k: KMeans(k, n_init=10, random_state=0).fit_predict(scaled) for k in range(2, 10)}
    assert max(groups, key=lambda k: silhouette_score(scaled, groups[k])) == len(set(expected)) == 6
    assert adjusted_rand_score(expected, groups[6]) > 0.9
    assert adjusted_rand_score(expected, KMeans(6, n_init=10, random_state=0).fit_predict(means)) < 0.5


def test_the_inventory_knows_24_roles_one_of_them_wrongly() -> None:
    roles = truth(SET, "fleet_truth.json")["roles"]
    known = pd.read_csv(DATA / SET / "inventory.csv")
    wrong = known["host"].map(roles) != known["role"]
    assert len(known) == 24
    assert list(wrong[wrong].index) == [0]


def test_volumes_grow_as_the_truth_says(usage: pd.DataFrame) -> None:
    """Trend, season and clean-ups explain each volume but for the noise."""
    told = truth(SET, "disk_usage_truth.json")
    assert len(told["volumes"]) == usage["volume"].nunique() == 60
    days_of = (usage["at"] - pd.Timestamp(told["first"])) / DAY
    for name, volume in told["volumes"].items():
        mine = usage[usage["volume"] == name]
        days = days_of[mine.index]
        level = volume["start_gib"] + volume["growth_gib_per_day"] * days
        level += volume["season_gib"] * np.cos((days - volume["season_peak_weekday"]) * 2 * np.pi / 7)
        for day, size in volume["clean_ups"]:
            level -= size * (days >= day)
        rest = (mine["used_gib"] - level)[(days % 1).notna()]
        noise = told["noise_of_capacity"] * volume["capacity_gib"]
        assert rest.abs().median() < noise, name
        assert rest.std() < 2 * noise, name
        assert (mine["used_gib"] <= volume["capacity_gib"]).all()
    assert sum(volume["full_in_days"] is None for volume in told["volumes"].values()) == 6


def test_readings_are_irregular_and_some_are_sent_twice(usage: pd.DataFrame) -> None:
    told = truth(SET, "disk_usage_truth.json")
    assert usage["at"].is_monotonic_increasing
    assert usage.duplicated().sum() == told["sent_twice"] == 272
    says(SET, f"{len(usage):,} rows", "272 rows")
    steps = usage.drop_duplicates().groupby("volume")["at"].diff()
    before = usage["at"] < told["new_agent"]
    assert steps[before].median() == pytest.approx(pd.Timedelta("6h"), abs=pd.Timedelta("3min"))
    assert steps[~before].median() == pytest.approx(pd.Timedelta("1h"), abs=pd.Timedelta("3min"))
    assert (steps.groupby(usage["volume"]).max() > pd.Timedelta("6.5h")).all()
