"""`disks-v1` is what its README.md says. Run by test_sets.py where pandas is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, mean_absolute_error, roc_auc_score

sys.path.insert(0, str(Path(__file__).parent))
from baselines import logistic, ridge
from readme import DATA, says, table, truth

SET = "disks-v1"
WORDS = ["model", "vendor", "firmware"]
NUMBERS = [
    "capacity_tb", "age_days", "power_on_hours", "reallocated_sectors", "read_errors", "pending_sectors",
    "power_cycles", "temperature_c", "seek_error_rate", "reads_per_s", "queue_depth",
]  # fmt: skip
LATENCY, LABEL = "read_ms_p99", "failed_within_14d"
TRAIN_UNTIL, TEST_FROM = "2026-01-15", "2026-01-29"


@pytest.fixture(scope="module")
def disks() -> pd.DataFrame:
    found = pd.read_parquet(DATA / SET / "disks.parquet")
    return found.assign(day=pd.to_datetime(found["day"]))


def split(disks: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return disks[disks["day"] < TRAIN_UNTIL], disks[disks["day"] >= TEST_FROM]


def test_shape(disks: pd.DataFrame) -> None:
    assert len(disks) == truth(SET)["rows"] == 30_000
    assert disks[LABEL].sum() == truth(SET)["failed_within_14d"] == 450
    assert not disks.duplicated(["serial", "day"]).any()
    assert disks["day"].is_monotonic_increasing
    says(SET, f"{disks['serial'].nunique():,} of them")


def test_labels_follow_from_the_day_a_disk_broke(disks: pd.DataFrame) -> None:
    broke = pd.to_datetime(
        disks["serial"].map({serial: told["on"] for serial, told in truth(SET)["broke"].items()})
    )
    left = (broke - disks["day"]).dt.days
    assert (disks[LABEL] == left.between(1, 14)).all()
    assert not (left <= 0).any(), "a broken disk reports nothing"
    told = truth(SET)["broke"].values()
    says(SET, f"{sum(one['without_a_sign'] for one in told)} of {len(told)}")


def test_the_new_model_is_unknown_before_its_month(disks: pd.DataFrame) -> None:
    new = disks[disks["model"] == truth(SET)["new_model"]["model"]]
    assert new["day"].min() >= pd.Timestamp(truth(SET)["new_model"]["from"])
    assert new[LABEL].sum() > 5
    says(SET, f"{len(new)} rows")


def test_counters_begin_again_with_the_firmware(disks: pd.DataFrame) -> None:
    after = disks["day"] >= truth(SET)["counters_reset"]["from"]
    theirs = disks["vendor"] == "Northgate"
    assert set(disks["firmware"][theirs & after]) == {"2.07"}
    for column in ("reallocated_sectors", "read_errors"):
        healthy = disks[~disks[LABEL]].groupby([theirs, after])[column].mean()
        assert healthy[True, True] < 0.4 * healthy[True, False]
        assert healthy[False, True] > 0.8 * healthy[False, False]
    assert theirs[after].mean() == pytest.approx(0.45, abs=0.015)


def test_what_is_missing(disks: pd.DataFrame) -> None:
    lost = truth(SET)["lost"]
    assert disks[list(lost)].isna().sum().to_dict() == lost
    without = disks["firmware"] == "1.9.2"
    assert disks["seek_error_rate"][without].isna().all()
    minutes = disks["firmware"] == "K31"
    says(SET, f"{without.sum():,} rows", f"{minutes.sum():,} rows")
    hours = disks["power_on_hours"] / (24 * disks["age_days"].where(disks["age_days"] > 0))
    assert hours[minutes].median() > 50
    assert hours[~minutes].median() == pytest.approx(0.985, abs=0.01)


def test_how_much_can_be_learnt_of_failures(disks: pd.DataFrame) -> None:
    columns = [*NUMBERS, LATENCY, *WORDS]
    train, test = split(disks)
    assert test[LABEL].mean() == pytest.approx(0.017, abs=0.001)
    plain = logistic([*NUMBERS, LATENCY], [], WORDS).fit(train[columns], train[LABEL])
    words = disks[columns].astype(dict.fromkeys(WORDS, "category"))
    trees = HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=30, random_state=0
    ).fit(words.loc[train.index], train[LABEL])
    scores = {
        "logistic": plain.predict_proba(test[columns]),
        "gradient": trees.predict_proba(words.loc[test.index]),
    }
    for row, numbers in table(SET, "model").items():
        score = scores[row.split()[0]][:, 1]
        found = [roc_auc_score(test[LABEL], score), average_precision_score(test[LABEL], score)]
        assert found == pytest.approx(numbers, abs=0.02), row
        assert found[1] > 0.35


def test_how_much_can_be_learnt_of_latency(disks: pd.DataFrame) -> None:
    train, test = split(disks.dropna(subset=LATENCY))
    columns, y = [*NUMBERS, *WORDS], train[LATENCY]
    told = table(SET, "target")
    raw = ridge(NUMBERS, [], WORDS).fit(train[columns], y).predict(test[columns])
    logarithm = np.exp(ridge(NUMBERS, [], WORDS).fit(train[columns], np.log(y)).predict(test[columns]))
    median = np.full(len(test), y.median())
    for (row, numbers), got in zip(told.items(), (raw, logarithm, median), strict=True):
        error, below = numbers[0], numbers[1]
        assert mean_absolute_error(test[LATENCY], got) == pytest.approx(error, abs=0.1), row
        assert (got < 0).sum() == pytest.approx(below, abs=15), row
