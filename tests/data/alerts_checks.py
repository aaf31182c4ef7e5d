"""`alerts-v1` is what its README.md says. Run by test_sets.py where pandas is installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold, KFold

sys.path.insert(0, str(Path(__file__).parent))
from baselines import logistic
from readme import DATA, says, table, truth

SET = "alerts-v1"
SKEWED = ["error_ratio", "latency_ratio", "alerts_1h", "alerts_24h", "minutes_since_deploy"]
EVEN = ["saturation", "traffic_ratio", "hosts_firing", "hour", "weekday"]
WORDS = ["service", "rule", "severity", "is_business_hours"]
SPLIT = "2026-01-01"


@pytest.fixture(scope="module")
def delivered() -> pd.DataFrame:
    return pd.read_parquet(DATA / SET / "alerts.parquet")


@pytest.fixture(scope="module")
def alerts(delivered: pd.DataFrame) -> pd.DataFrame:
    return delivered.drop_duplicates("alert_id").sort_values("fired_at", ignore_index=True)


@pytest.fixture(scope="module")
def labels() -> pd.DataFrame:
    return pd.read_parquet(DATA / SET / "truth.parquet").set_index("alert_id")


def test_shape(delivered: pd.DataFrame, alerts: pd.DataFrame, labels: pd.DataFrame) -> None:
    assert len(alerts) == len(labels) == truth(SET)["alerts"] == 20_000
    assert labels["became_incident"].sum() == truth(SET)["positive"] == 800
    assert delivered["received_at"].is_monotonic_increasing
    says(
        SET,
        f"has {len(delivered):,} rows",
        "9 names of 8 services; 11 rules",
        f"{alerts['group_id'].nunique():,} groups",
    )
    assert alerts["service"].nunique() == 9
    assert alerts["rule"].nunique() == 11


def test_what_is_delivered_twice_differs_in_the_time_of_delivery_alone(delivered: pd.DataFrame) -> None:
    again = delivered[delivered.duplicated("alert_id", keep=False)].drop(columns="received_at")
    assert (again.groupby("alert_id", dropna=False).nunique(dropna=False) == 1).all(axis=None)
    says(SET, f"{len(again) // 2} rows, 1.2 %")


def test_labels_come_late_or_never(alerts: pd.DataFrame, labels: pd.DataFrame) -> None:
    hours = (alerts["label_at"] - alerts["fired_at"]).dt.total_seconds() / 3600
    assert hours.min() >= 1
    assert hours.max() <= 72
    assert (alerts["label_at"].dropna() <= pd.Timestamp(truth(SET)["frozen"])).all()
    assert (alerts["label_at"].isna() == alerts["became_incident"].isna()).all()
    known = alerts.dropna(subset="became_incident").set_index("alert_id")
    assert (known["became_incident"].astype(bool) == labels["became_incident"].loc[known.index]).all()
    says(SET, f"{len(alerts) - len(known)} alerts, 1.5 %")


def test_the_features_that_count_count_what_was_there(alerts: pd.DataFrame) -> None:
    hosts = alerts["service"].replace("inventory", "stock")
    for row in alerts.sample(60, random_state=1).itertuples():
        mine = alerts[hosts == hosts[row.Index]]
        before = mine[mine["fired_at"] < row.fired_at]
        for column, window in (("alerts_1h", "1h"), ("alerts_24h", "24h")):
            assert (before["fired_at"] >= row.fired_at - pd.Timedelta(window)).sum() == getattr(row, column)


def test_hours_are_those_of_berlin(alerts: pd.DataFrame) -> None:
    local = alerts["fired_at"].dt.tz_convert("Europe/Berlin")
    assert (local.dt.hour == alerts["hour"]).all()
    assert (local.dt.weekday == alerts["weekday"]).all()


def test_a_service_changes_its_name_once(alerts: pd.DataFrame) -> None:
    at = pd.Timestamp(truth(SET)["renamed"]["at"])
    assert (alerts["fired_at"][alerts["service"] == "stock"] < at).all()
    assert (alerts["fired_at"][alerts["service"] == "inventory"] >= at).all()
    says(SET, f"{alerts['service'].isin(['stock', 'inventory']).sum():,} alerts")


def test_the_step_of_the_collector(alerts: pd.DataFrame) -> None:
    after = alerts["fired_at"] >= truth(SET)["step"]["at"]
    checkout = alerts["service"] == "checkout"
    for where, least, most in ((checkout, 0.85, 1.2), (~checkout, 1.55, 2.1)):
        median = alerts[where].groupby(after[where])["error_ratio"].median()
        assert least < median[True] / median[False] < most
    assert (alerts["fired_at"][alerts["rule"] == "RetryRateHigh"] >= truth(SET)["step"]["at"]).all()
    says(SET, f"{(alerts['rule'] == 'RetryRateHigh').sum()} alerts")


def test_values_are_missing_as_often_as_it_says(alerts: pd.DataFrame) -> None:
    missing = alerts.isna().mean()
    for name, share in (
        ("error_ratio", 0.02),
        ("latency_ratio", 0.03),
        ("saturation", 0.06),
        ("traffic_ratio", 0.01),
    ):
        assert missing[name] == pytest.approx(share, abs=0.004)
    assert missing["minutes_since_deploy"] == pytest.approx(0.03, abs=0.003)


def test_incidents_are_those_of_the_tickets(alerts: pd.DataFrame, labels: pd.DataFrame) -> None:
    tickets = pd.read_csv(DATA / "incidents-v1/incidents.csv").drop_duplicates().set_index("incident_id")
    named = labels.dropna(subset="incident_id").join(tickets, on="incident_id")
    assert (named["incident_severity"] == named["severity"]).all()
    fired = alerts.set_index("alert_id").loc[named.index]
    assert (fired["service"] == named["service"]).all()
    opened = pd.to_datetime(named["opened_at"], utc=True, format="ISO8601")
    first = fired["fired_at"].groupby(named["incident_id"]).min()
    assert ((opened.groupby(named["incident_id"]).first() - first).abs() < pd.Timedelta("2h")).all()
    assert (named["incident_id"] == "INC-2041").sum() == 5


def test_no_grave_incident_but_the_shared_one_begins_on_the_shared_days(
    labels: pd.DataFrame, alerts: pd.DataFrame
) -> None:
    late = alerts.set_index("alert_id")["fired_at"] >= "2026-03-28"
    grave = labels.loc[late.index[late]].query("became_incident")
    assert set(grave["incident_id"]) == {"INC-2041"}


def test_how_much_can_be_learnt(alerts: pd.DataFrame) -> None:
    """The numbers of the README.md, measured; accuracy of always saying no among them."""
    told = table(SET, "model")
    known = alerts.dropna(subset="became_incident").copy()
    known["y"] = known["became_incident"].astype(int)
    train, test = known[known["fired_at"] < SPLIT], known[known["fired_at"] >= SPLIT]
    assert test["y"].mean() == pytest.approx(0.04, abs=0.002)
    columns = SKEWED + EVEN + WORDS
    scores = {
        "logistic": logistic(SKEWED, EVEN, WORDS).fit(train[columns], train["y"]).predict_proba(test[columns])
    }
    table_of_words = known[columns].astype(dict.fromkeys(WORDS, "category"))
    trees = HistGradientBoostingClassifier(
        max_iter=120,
        learning_rate=0.06,
        max_leaf_nodes=12,
        min_samples_leaf=40,
        l2_regularization=2,
        random_state=0,
    )
    trees.fit(table_of_words.loc[train.index], train["y"])
    scores["gradient"] = trees.predict_proba(table_of_words.loc[test.index])
    found = {name: measured(test["y"], p[:, 1]) for name, p in scores.items()}
    found["`error_ratio`"] = measured(test["y"], test["error_ratio"].fillna(test["error_ratio"].median()))
    found["`pages_next_hour`"] = measured(test["y"], test["pages_next_hour"])
    for row, numbers in told.items():
        assert found[row.split()[0].lower()] == pytest.approx(numbers, abs=0.015), row
    for name in ("logistic", "gradient"):
        roc, precision = found[name]
        assert 0.85 <= roc <= 0.92, "it must be learnable, and not too easily"
        assert 0.35 <= precision <= 0.55


def test_the_group_tells_the_label_where_folds_are_shuffled(alerts: pd.DataFrame) -> None:
    known = alerts.dropna(subset="became_incident").reset_index(drop=True)
    y, group = known["became_incident"].astype(int), known["group_id"]
    found = []
    for folds in (KFold(5, shuffle=True, random_state=0).split(known), GroupKFold(5).split(known, y, group)):
        scores = []
        for train, test in folds:
            rate = y[train].groupby(group[train]).mean()
            scores.append(roc_auc_score(y[test], group[test].map(rate).fillna(y[train].mean())))
        found.append(sum(scores) / len(scores))
    assert found == pytest.approx([0.95, 0.50], abs=0.01)
    says(SET, "ROC-AUC of 0.95, in five that keep a group together 0.50")


def measured(y: pd.Series, score: pd.Series) -> list[float]:
    return [float(roc_auc_score(y, score)), float(average_precision_score(y, score))]
