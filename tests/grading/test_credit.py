"""What a submission counts: by when it came, by how many came before, and what raises it later."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from course.models import AttemptsPolicy, Cohort, Deadline, Extension
from grading.credit import attempts_used, raise_credit
from grading.grade import grade_next
from grading.models import Submission
from grading.submit import submit
from tests.grading.conftest import RIGHT

DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def deadline(cohort, exercise):
    return Deadline.objects.create(
        cohort=cohort, week=exercise.lesson.week, due_at=DUE, grace_minutes=15, closes_at=DUE + 7 * DAY
    )


@pytest.fixture
def sent(learner, exercise):
    """Send something else each time: `sent(after=…)`, by the deadline's clock."""
    codes = iter(range(1000))

    def sent(after: timedelta = -DAY, user=learner) -> Submission:
        with time_machine.travel(DUE + after, tick=False):
            return submit(user, exercise, {"solution.py": f"{RIGHT}# {next(codes)}\n"})

    return sent


@pytest.fixture
def extend(learner, cohort, instructor):
    def extend(**given) -> int:
        Extension.objects.create(user=learner, cohort=cohort, granted_by=instructor, reason="ill", **given)
        return raise_credit([learner])

    return extend


def credits() -> list[int]:
    return list(Submission.objects.order_by("created_at").values_list("credit_percent", flat=True))


@pytest.mark.parametrize(
    ("after", "percent", "said"),
    [
        (-DAY, 100, ""),
        (timedelta(seconds=59), 100, ""),
        (timedelta(minutes=15, seconds=59), 100, ""),
        (timedelta(minutes=16), 50, "half credit: late"),
        (7 * DAY, 50, "half credit: late"),
        (7 * DAY + timedelta(minutes=1), 0, "practice: after closing"),
    ],
)
def test_a_submission_is_never_refused_and_keeps_what_it_counts(sent, deadline, after, percent, said):
    submission = sent(after)
    submission.refresh_from_db()
    assert (submission.credit_percent, submission.credit_said) == (percent, said)
    assert submission.state == "queued", "practice is checked too"


def test_without_rules_everything_counts(sent):
    assert sent(400 * DAY).credit_percent == 100


def test_the_wait_for_the_row_makes_nobody_late(learner, exercise, deadline, monkeypatch):
    """The moment is that of the arrival: here the person's row is had only after the deadline."""
    with time_machine.travel(DUE - HOUR, tick=False) as traveller:
        monkeypatch.setattr("grading.submit._just_sent", lambda *args: traveller.shift(2 * DAY))
        submission = submit(learner, exercise, {"solution.py": RIGHT})
        assert timezone.now() > DUE
    assert submission.credit_percent == 100


def test_a_long_queue_makes_nobody_late(sent, deadline):
    from grading.grade import grade_next

    submission = sent(-HOUR)
    with time_machine.travel(DUE + 30 * DAY):
        assert grade_next("interactive")
    submission.refresh_from_db()
    assert (submission.state, submission.credit_percent) == ("done", 100)


# --- Attempts -----------------------------------------------------------------------------------


def test_one_too_many_is_for_practice_and_uses_no_attempt(sent, learner, exercise):
    Cohort.objects.update(attempts_allowed=2)
    credit = []
    for _ in range(4):
        credit.append(sent().credit_percent)
        while grade_next("interactive"):  # what still waits would be replaced
            pass
    assert credit == [100, 100, 0, 0]
    assert sent().credit_said == "practice: no attempts left"
    assert attempts_used(learner, exercise) == 2


def test_what_waits_counts_so_that_nobody_sends_a_burst(sent, learner, exercise):
    Cohort.objects.update(attempts_allowed=1)
    sent()
    assert Submission.objects.get().state == "queued"
    assert attempts_used(learner, exercise) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "superseded"},
        {"state": "done", "verdict": "platform-error"},
        {"purpose": "run"},
        {"purpose": "regrade"},
        {"credit_percent": 0},
    ],
    ids=lambda changes: " ".join(changes.values() if "credit_percent" not in changes else ["practice"]),
)
def test_what_does_not_count_uses_no_attempt(sent, learner, exercise, changes):
    Cohort.objects.update(attempts_allowed=1)
    submission = sent()
    Submission.objects.filter(pk=submission.pk).update(**changes)
    assert attempts_used(learner, exercise) == 0
    assert sent().credit_percent == 100


@pytest.mark.parametrize("verdict", ["passed", "failed", "crashed", "too-slow", "does-not-compile"])
def test_every_verdict_of_the_learners_own_counts(sent, learner, exercise, verdict):
    submission = sent()
    Submission.objects.filter(pk=submission.pk).update(state="done", verdict=verdict)
    assert attempts_used(learner, exercise) == 1


def test_others_attempts_are_theirs(sent, learner, other_learner, exercise):
    Cohort.objects.update(attempts_allowed=1)
    sent()
    assert sent(user=other_learner).credit_percent == 100


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_get_no_more_attempts_than_there_are(learner, exercise):
    Cohort.objects.update(attempts_allowed=2)
    barrier = threading.Barrier(6)

    def click(number: int) -> None:
        barrier.wait()
        try:
            # On the queue where nothing replaces what waits still.
            submit(learner, exercise, {"solution.py": f"{RIGHT}# {number}\n"}, Submission.Queue.BULK)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[number]) for number in range(6)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sorted(credits()) == [0, 0, 0, 0, 100, 100]


# --- What raises it later -----------------------------------------------------------------------


@pytest.fixture
def graded(sent):
    """Sent, and graded: so many of its ten checks passed."""

    def graded(after: timedelta, passed: int = 10) -> Submission:
        submission = sent(after)
        verdict = "passed" if passed == 10 else "failed"
        Submission.objects.filter(pk=submission.pk).update(
            state="done", verdict=verdict, checks_total=10, checks_passed=passed
        )
        return submission

    return graded


@pytest.fixture
def later():
    """The day of the extension, as a context: `with later(9 * DAY): …`"""
    return lambda after: time_machine.travel(DUE + after, tick=False)


def test_an_extension_raises_what_was_sent_late(graded, deadline, extend):
    graded(HOUR)
    graded(3 * DAY)
    assert credits() == [50, 50]
    assert extend(extra_days=2) == 1
    assert credits() == [100, 50]
    assert {row.credit_said for row in Submission.objects.all()} == {"", "half credit: late"}
    assert extend(extra_days=1) == 0, "twice is harmless"


def test_it_raises_also_what_still_waits(sent, deadline, extend):
    sent(HOUR)
    assert extend(extra_days=2) == 1
    assert credits() == [100]


def test_nothing_lowers_what_was_said(graded, deadline, learner):
    graded(-HOUR)
    graded(HOUR)
    Deadline.objects.update(due_at=DUE - 5 * DAY, closes_at=DUE - 2 * DAY)
    assert raise_credit([learner]) == 0
    assert credits() == [100, 50]


def test_other_learners_keep_theirs(sent, deadline, extend, other_learner):
    sent(HOUR, user=other_learner)
    assert extend(extra_days=2) == 0
    assert credits() == [50]


def test_more_attempts_are_for_what_comes_not_for_past_practice(
    sent, graded, deadline, extend, learner, exercise
):
    Cohort.objects.update(attempts_allowed=1)
    graded(-DAY, passed=3)
    graded(-HOUR)
    assert extend(extra_attempts=1) == 0
    assert credits() == [100, 0]
    assert sent().credit_percent == 100
    assert attempts_used(learner, exercise) == 2


def test_of_what_was_practice_after_closing_the_best_counts(graded, deadline, extend):
    for passed in (3, 7, 5):
        graded(8 * DAY + passed * HOUR, passed)
    assert extend(extra_days=30) == 1
    assert credits() == [0, 0, 100], "in the order in which they came: 3, 5 and 7"
    assert extend(extra_days=31) == 0, "twice is harmless"


def test_practice_that_is_no_better_than_an_attempt_stays_practice(graded, deadline, extend):
    graded(-HOUR, passed=7)
    graded(8 * DAY, passed=7)
    assert extend(extra_days=30) == 0
    assert credits() == [100, 0]


@pytest.mark.parametrize(("before", "after"), [([], [100]), ([4], [100, 0])], ids=["none yet", "one"])
def test_where_the_last_attempt_counts_practice_takes_no_attempts_place(
    graded, deadline, extend, before, after
):
    Cohort.objects.update(attempts_policy=AttemptsPolicy.LAST)
    for passed in before:
        graded(-HOUR, passed)
    graded(8 * DAY)
    extend(extra_days=30)
    assert credits() == after


def test_practice_counts_only_while_an_attempt_is_left(graded, deadline, extend):
    graded(-HOUR, passed=7)
    graded(8 * DAY)
    Cohort.objects.update(attempts_allowed=1)
    assert extend(extra_days=30) == 0


def test_the_last_attempt_is_not_spent_on_what_can_still_be_done_better(graded, deadline, extend, later):
    Cohort.objects.update(attempts_allowed=1)
    graded(8 * DAY, passed=7)
    with later(9 * DAY):
        assert extend(extra_days=30) == 0, "there is time for a better one"
    with later(90 * DAY):
        assert extend(extra_days=31) == 1, "there is no other any more"


def test_the_last_attempt_is_spent_on_what_has_passed(graded, deadline, extend, later):
    Cohort.objects.update(attempts_allowed=1)
    graded(8 * DAY)
    with later(9 * DAY):
        assert extend(extra_days=30) == 1
