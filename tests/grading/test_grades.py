"""Grades: what moves them, what does not, and that their history only grows."""

from __future__ import annotations

import importlib
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from course.models import AttemptsPolicy, ExercisePass
from grading import grades
from grading.grade import grade_next
from grading.grades import grade_of, record_grade, score_of, withdraw_score
from grading.ledger import GradesStay
from grading.models import CheckResult, GradeEvent, Submission
from grading.review import review
from grading.runner import RunnerUnavailable
from tests.grading.conftest import HALF_RIGHT, RIGHT, WRONG
from tests.grading.queries import queries_of


@pytest.fixture
def sent(learner, exercise):
    """Sends code and grades it; the submission."""

    def sent(code=RIGHT, user=learner, **other):
        one = Submission.objects.create(
            user=user,
            exercise=exercise,
            files={"solution.py": code},
            content_hash=exercise.content_hash,
            **other,
        )
        assert grade_next(one.queue)
        one.refresh_from_db()
        return one

    return sent


def points(user, exercise):
    event = grade_of(user, exercise)
    return event and event.after


@pytest.mark.parametrize(
    ("points", "passed", "total", "credit", "score"),
    [
        (10, 2, 2, 100, "10"),
        (10, 1, 3, 100, "3.3"),
        (10, 2, 3, 100, "6.6"),
        (10, 2, 2, 85, "8.5"),
        (7, 2, 3, 80, "3.7"),  # 3.733…: rounded once, and down
        (10, 0, 0, 100, "0"),  # nothing was collected
        (0, 1, 1, 100, "0"),
        (32767, 1, 1, 100, "32767"),
    ],
)
def test_each_check_brings_its_share_less_what_late_credit_takes(points, passed, total, credit, score):
    assert score_of(points, passed, total, credit) == Decimal(score)


def test_a_graded_attempt_makes_a_grade_that_says_what_it_is_of(sent, learner, exercise):
    attempt = sent(HALF_RIGHT)
    event = grade_of(learner, exercise)
    assert (event.before, event.after, event.points) == (None, 5, 10)
    assert (event.kind, event.actor, event.submission) == ("graded", None, attempt)
    assert event.content_hash == attempt.content_hash != ""
    assert event.reason == "1 of 2 checks passed."


def test_the_best_attempt_counts_and_of_equal_ones_the_first(sent, learner, exercise):
    sent(WRONG)
    half = sent(HALF_RIGHT)
    sent(f"{HALF_RIGHT}#\n")
    sent(WRONG)
    assert grade_of(learner, exercise).submission == half
    assert [event.after for event in GradeEvent.objects.all()] == [5, 0]


def test_where_the_last_attempt_counts_a_worse_one_counts_too_and_an_older_one_does_not(
    sent, learner, exercise, monkeypatch
):
    monkeypatch.setattr(grades, "attempts_policies", lambda users: dict.fromkeys(users, AttemptsPolicy.LAST))
    older = Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    Submission.objects.filter(pk=older.pk).update(state="superseded")  # it waits for its turn
    sent(RIGHT)
    last = sent(WRONG)
    assert points(learner, exercise) == 0
    Submission.objects.filter(pk=older.pk).update(state="queued")
    grade_next("interactive")
    assert grade_of(learner, exercise).submission == last


@pytest.mark.parametrize("policy", list(AttemptsPolicy))
def test_practice_that_counts_for_nothing_takes_nothing_away(sent, learner, exercise, monkeypatch, policy):
    monkeypatch.setattr(grades, "attempts_policies", lambda users: dict.fromkeys(users, policy))
    sent(HALF_RIGHT)
    sent(RIGHT, credit_percent=0)
    assert points(learner, exercise) == 5


def test_late_credit_comes_off_and_is_said(sent, learner, exercise):
    sent(RIGHT, credit_percent=85)
    event = grade_of(learner, exercise)
    assert event.after == Decimal("8.5")
    assert event.reason == "Every check passed. It counts for 85 % of the points."


@pytest.mark.parametrize("purpose", ["run", "regrade"])
def test_tries_and_regrades_move_neither_grades_nor_progress(sent, purpose):
    assert sent(RIGHT, purpose=purpose).verdict == "passed"
    assert not GradeEvent.objects.exists()
    assert not ExercisePass.objects.exists()


def test_what_we_failed_to_grade_moves_nothing(sent, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("no", permanent=True)
    assert sent(RIGHT).verdict == "platform-error"
    assert not GradeEvent.objects.exists()


def test_a_persons_score_stands_whatever_is_graded_later(sent, learner, exercise, instructor):
    attempt = sent(HALF_RIGHT)
    review(attempt, instructor, decision="reviewed", score=3, score_reason="Copied.")
    event = grade_of(learner, exercise)
    assert (event.before, event.after, event.actor, event.reason) == (5, 3, instructor, "Copied.")
    sent(RIGHT)
    event = grade_of(learner, exercise)
    assert (event.before, event.after, event.machine) == (3, 3, 10)
    assert "The score that a person gave stands." in event.reason


def test_a_review_without_a_score_moves_nothing(sent, learner, exercise, instructor):
    attempt = sent(HALF_RIGHT)
    review(attempt, instructor, decision="comment", comment="Go on.")
    assert GradeEvent.objects.count() == 1


def test_a_score_may_be_given_where_we_failed_to_grade(sent, learner, exercise, instructor, fake_runner):
    fake_runner.unavailable = RunnerUnavailable("no", permanent=True)
    review(sent(RIGHT), instructor, decision="reviewed", score=9, score_reason="By hand.")
    assert points(learner, exercise) == 9
    withdraw_score(learner, exercise, by=instructor, reason="It is graded now.")
    assert points(learner, exercise) is None
    fake_runner.unavailable = None
    sent(HALF_RIGHT)
    assert points(learner, exercise) == 5


def test_a_withdrawn_score_gives_the_grade_back_with_what_was_graded_meanwhile(
    sent, learner, exercise, instructor
):
    attempt = sent(HALF_RIGHT)
    review(attempt, instructor, decision="reviewed", score=3, score_reason="Copied.")
    right = sent(RIGHT)
    assert withdraw_score(learner, exercise, by=instructor, reason="It was not.")
    event = grade_of(learner, exercise)
    assert (event.before, event.after, event.by_hand, event.submission) == (3, 10, False, right)
    assert withdraw_score(learner, exercise, by=instructor, reason="Twice.") is None
    sent(WRONG)
    assert points(learner, exercise) == 10


def test_a_score_that_nothing_was_graded_after_goes_back_to_its_attempt(sent, learner, exercise, instructor):
    half = sent(HALF_RIGHT)
    worse = sent(WRONG)
    review(worse, instructor, decision="reviewed", score=9, score_reason="Kind.")
    review(worse, instructor, decision="reviewed", score=8, score_reason="Less kind.")
    withdraw_score(learner, exercise, by=instructor, reason="Not so kind.")
    event = grade_of(learner, exercise)
    assert (event.after, event.submission) == (5, half)


def test_a_history_is_neither_changed_nor_cut(sent, learner, exercise):
    sent(RIGHT)
    event = GradeEvent.objects.get()
    event.after = 3
    for change in (event.save, event.delete, GradeEvent.objects.all().delete):
        with pytest.raises(GradesStay):
            change()
    with pytest.raises(GradesStay):
        GradeEvent.objects.update(after=3)


def test_the_database_itself_refuses_to_change_an_event(sent):
    sent(RIGHT)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        QuerySet(GradeEvent).update(after=3)
    assert GradeEvent.objects.get().after == 10


def test_a_history_has_one_beginning_and_no_forks(sent, learner, exercise):
    sent(HALF_RIGHT)
    first = GradeEvent.objects.get()
    same = {"user": learner, "exercise": exercise, "kind": "graded", "after": 1, "points": 10}
    with pytest.raises(IntegrityError), transaction.atomic():
        GradeEvent.objects.create(**same)
    GradeEvent.objects.create(**same, previous=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        GradeEvent.objects.create(**same, previous=first)


def test_a_grade_goes_with_its_learner(sent, learner):
    sent(HALF_RIGHT)
    sent(RIGHT)
    learner.delete()
    assert not GradeEvent.objects.exists()


@pytest.mark.parametrize("policy", list(AttemptsPolicy))
def test_graded_twice_is_harmless_and_credit_that_was_raised_counts(
    sent, learner, exercise, monkeypatch, policy
):
    monkeypatch.setattr(grades, "attempts_policies", lambda users: dict.fromkeys(users, policy))
    attempt = sent(RIGHT, credit_percent=80)
    assert record_grade(attempt) is None
    Submission.objects.update(credit_percent=90)
    assert record_grade(attempt)
    assert [event.after for event in GradeEvent.objects.all()] == [9, 8]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_attempts_graded_at_once_come_one_after_the_other(learner, exercise):
    """Many workers at one learner's attempts: one history, in which the grade only rises."""
    codes = [WRONG, HALF_RIGHT, RIGHT] * 4
    for n, code in enumerate(codes):
        Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": f"{code}# {n}\n"})
    errors = []

    def work():
        try:
            while grade_next("interactive"):
                pass
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not errors
    after = [event.after for event in GradeEvent.objects.order_by("pk")]
    assert after == sorted(set(after))
    assert points(learner, exercise) == 10


# --- What is shown --------------------------------------------------------------------------------


def test_the_exercise_page_says_the_grade_its_reason_and_its_rule(sent, browser_of, learner, exercise):
    attempt = sent(HALF_RIGHT)
    html = browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    assert 'data-grade="5"' in html
    assert "5 of 10" in html
    assert "1 of 2 checks passed." in html
    assert f'href="{attempt.get_absolute_url()}"' in html
    assert "Your best attempt counts" in html


def test_before_anything_is_graded_there_is_no_grade(browser_of, learner, exercise):
    assert "data-grade" not in browser_of(learner).get(exercise.get_absolute_url()).content.decode()


def test_the_history_says_who_when_from_what_to_what_and_why(
    sent, browser_of, learner, instructor, other_learner, exercise
):
    attempt = sent(HALF_RIGHT)
    review(attempt, instructor, decision="reviewed", score=7, score_reason="A good idea <b>.")
    for person, url in (
        (learner, attempt.get_absolute_url()),
        (learner, exercise.get_absolute_url()),
        (instructor, f"/admin/grading/submission/{attempt.pk}/change/"),
    ):
        html = browser_of(person).get(url).content.decode()
        assert "5 → 7" in html
        assert "– → 5" in html
        assert "A good idea &lt;b&gt;." in html
        assert "Ines Instructor" in html
    html = browser_of(learner).get("/dashboard/").content.decode()
    assert "changed from 5 to 7 of 10: A good idea &lt;b&gt;." in html
    assert "A good idea" not in browser_of(other_learner).get("/dashboard/").content.decode()


def test_an_instructor_withdraws_a_score_beside_the_review(
    sent, browser_of, learner, instructor, other_instructor, exercise
):
    attempt = sent(HALF_RIGHT)
    url = f"{attempt.get_absolute_url()}grade/withdraw/"
    page = f"/admin/grading/submission/{attempt.pk}/change/"
    assert "Withdraw the score" not in browser_of(instructor).get(page).content.decode()
    review(attempt, instructor, decision="reviewed", score=7, score_reason="Good.")
    assert "Withdraw the score" in browser_of(instructor).get(page).content.decode()
    assert browser_of(other_instructor).post(url, {"reason": "No."}).status_code == 404
    assert browser_of(learner).post(url, {"reason": "No."}).status_code == 403
    for reason in ("", " ", "x" * 301, "a\0b"):
        html = browser_of(instructor).post(url, {"reason": reason}, follow=True).content.decode()
        assert "Say in a sentence" in html
        assert points(learner, exercise) == 7
    browser_of(instructor).post(url, {"reason": "Too kind."})
    assert points(learner, exercise) == 5
    html = browser_of(instructor).post(url, {"reason": "Again."}, follow=True).content.decode()
    assert "nothing to withdraw" in html


def test_the_pages_cost_the_same_however_long_the_history(sent, browser_of, learner, instructor, exercise):
    attempt = sent(HALF_RIGHT)
    review(attempt, instructor, decision="reviewed", score=1, score_reason="One.")
    urls = [
        (browser_of(learner), attempt.get_absolute_url()),
        (browser_of(learner), exercise.get_absolute_url()),
        (browser_of(learner), "/dashboard/"),
        (browser_of(instructor), f"/admin/grading/submission/{attempt.pk}/change/"),
    ]
    for client, url in urls:
        client.get(url)  # the first look at a verdict is noted
    few = [queries_of(client, url) for client, url in urls]
    for n in range(2, 9):
        review(attempt, instructor, decision="reviewed", score=n, score_reason="More.")
    assert [queries_of(client, url) for client, url in urls] == few


def test_the_admin_shows_events_to_who_teaches_and_changes_none(
    sent, browser_of, instructor, other_instructor, admin_user, learner, other_learner, exercise
):
    sent(HALF_RIGHT)
    event = GradeEvent.objects.get()
    listed, page = "/admin/grading/gradeevent/", f"/admin/grading/gradeevent/{event.pk}/change/"
    for person in (instructor, admin_user):
        assert "– → 5 / 10" in browser_of(person).get(listed).content.decode()
        assert "1 of 2 checks passed." in browser_of(person).get(page).content.decode()
        assert browser_of(person).post(page, {"after": "9"}).status_code == 403
        assert browser_of(person).post(f"{listed}{event.pk}/delete/", {"post": "yes"}).status_code == 403
        assert browser_of(person).get(f"{listed}add/").status_code == 403
    assert "Lena Learner" not in browser_of(other_instructor).get(listed).content.decode()
    assert browser_of(other_instructor).get(page).status_code == 302
    assert browser_of(learner).get(listed).status_code == 302
    client = browser_of(instructor)
    few = queries_of(client, listed)
    sent(RIGHT)
    sent(RIGHT, other_learner)
    assert queries_of(client, listed) == few


# --- What was there before grade events -----------------------------------------------------------


def test_what_was_graded_and_scored_before_becomes_events(
    sent, learner, other_learner, exercise, instructor, fake_runner
):
    sent(WRONG)
    half = sent(HALF_RIGHT)
    sent(f"{HALF_RIGHT}#\n")
    theirs = sent(RIGHT, other_learner)
    review(half, instructor, decision="reviewed", score=7, score_reason="Good.")
    fake_runner.unavailable = RunnerUnavailable("no", permanent=True)
    sent(RIGHT)
    QuerySet(GradeEvent).delete()
    CheckResult.objects.update(cluster="")

    (file,) = Path(grades.__file__).parent.glob("migrations/*_grades_so_far.py")
    migration = importlib.import_module(f"grading.migrations.{file.stem}")
    migration.name_the_failures(apps, None)
    migration.add_events(apps, None)

    fields = ("user", "submission", "kind", "before", "after", "machine", "by_hand", "actor")
    assert list(GradeEvent.objects.order_by("pk").values_list(*fields)) == [
        (learner.pk, half.pk, "graded", None, 5, 5, False, None),
        (learner.pk, half.pk, "scored", 5, 7, 5, True, instructor.pk),
        (other_learner.pk, theirs.pk, "graded", None, 10, 10, False, None),
    ]
    assert points(learner, exercise) == 7
    assert not CheckResult.objects.filter(outcome="failed", cluster="").exists()
