"""A regrade: begun, looked at, applied, taken back; and what had moved meanwhile is left alone."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Role, User
from course.models import AttemptsPolicy, Cohort, Enrolment, ExercisePass, WeekProgress
from grading import grades
from grading.changes import ChangeKind, changes_of
from grading.cluster import cluster_of
from grading.grade import grade_next
from grading.grades import exercises_outdated, grade_of, outdated_grades
from grading.models import GradeEvent, Regrade, Rerun, Submission
from grading.regrade import RegradeRefused, apply, begin, cancel, choose, counts_of, revert, run_again
from grading.review import review
from grading.runner import RunnerUnavailable
from grading.scope import Scope, clusters_of
from grading.submit import submit
from tests.grading.conftest import BROKEN, HALF_RIGHT, RIGHT, TESTS, WRONG, make_exercise

# Of the two checks in TESTS this is the second one mended: what HALF_RIGHT gives is right by it.
KINDER = TESTS.replace("solution.double(2) == 4", "solution.double(2) in (2, 4)")
STRICTER = (
    TESTS
    + '''

def test_of_three(solution):
    """The double of three"""
    assert solution.double(3) == 7, "no"


def test_of_four(solution):
    """The double of four"""
    assert solution.double(4) == 9, "no"
'''
)


@pytest.fixture
def sent(learner, exercise):
    """Sends code and grades it; the submission."""

    def sent(code=RIGHT, user=learner, to=exercise, **other):
        files = {"solution.py": code}
        one = Submission.objects.create(user=user, exercise=to, files=files, **other)
        assert grade_next("interactive")
        one.refresh_from_db()
        return one

    return sent


@pytest.fixture
def content(exercise):
    """Changes the exercise's checks."""

    def content(tests, content_hash="d" * 64):
        exercise.tests, exercise.content_hash = tests, content_hash
        exercise.save()

    return content


@pytest.fixture
def begun(instructor, exercise):
    """Begins a regrade and, unless told not to, has its runs done."""

    def begun(*, by=instructor, run=True, attempts="all", reason="A check was wrong.", **scope):
        regrade = begin(by, Scope(**scope), attempts=attempts, reason=reason)
        if run:
            graded()
        return regrade

    return begun


def graded():
    while grade_next("bulk"):
        pass


def points(user, exercise):
    event = grade_of(user, exercise)
    return event and event.after


def kinds(regrade, viewer):
    return [change.kind for change in changes_of(regrade, viewer)]


# --- What is looked at ------------------------------------------------------------------------------


def test_the_runs_are_rows_of_the_bulk_queue_with_the_attempts_own_text_and_seed(sent, begun):
    attempt = sent(HALF_RIGHT, seed=7, credit_percent=80)
    regrade = begun(run=False)
    run = Rerun.objects.get().run
    assert (run.purpose, run.queue, run.state, run.seed, run.credit_percent) == (
        "regrade", "bulk", "queued", 7, 80,
    )  # fmt: skip
    assert (run.files, run.user, run.exercise) == (attempt.files, attempt.user, attempt.exercise)
    counts = counts_of(regrade)
    assert (counts.total, counts.done, counts.waiting) == (1, 0, 1)


def test_looking_moves_neither_grades_nor_progress_nor_the_attempts(sent, begun, content, learner, exercise):
    attempt = sent(HALF_RIGHT)
    content(KINDER)
    begun()
    attempt.refresh_from_db()
    assert (attempt.verdict, points(learner, exercise)) == ("partly-passed", 5)
    assert not ExercisePass.objects.exists()
    assert list(Submission.objects.attempts()) == [attempt]


def test_each_change_is_of_its_kind(
    sent, begun, content, learner, other_learner, instructor, cohort, exercise, fake_runner, monkeypatch
):
    people = {}
    for name in ("up", "same", "down", "error", "failed"):
        people[name] = User.objects.create_user(f"{name}@example.org", name=name)
        Enrolment.objects.create(cohort=cohort, user=people[name])
    sent(HALF_RIGHT, people["up"])
    sent(RIGHT, people["same"])
    sent("def double(n):\n    return {2: 4}.get(n, 0)\n", people["down"])
    sent("import sys\ndef double(n):\n    return 2 * n\n" + "#explodes\n", people["error"])
    sent(f"{RIGHT}# breaks us\n", people["failed"])

    def run(self, job, on_event, run=fake_runner.run):
        (code,) = job.files.values()
        if "breaks us" in code:
            raise RunnerUnavailable("no", permanent=True)
        if "explodes" in code:
            job.files["solution.py"] = BROKEN
        return run(self, job, on_event)

    monkeypatch.setattr(fake_runner, "run", run)
    content(
        KINDER
        + '\n\ndef test_of_three(solution):\n    """Three"""\n    assert solution.double(3) in (3, 6)\n'
    )
    regrade = begun()
    found = {change.user: change.kind.value for change in changes_of(regrade, instructor)}
    assert found == {person.pk: name for name, person in people.items()}


def test_what_we_fail_to_grade_is_no_change_and_can_be_tried_again(
    sent, begun, content, instructor, learner, exercise, fake_runner
):
    sent(HALF_RIGHT)
    content(KINDER)
    fake_runner.unavailable = RunnerUnavailable("no", permanent=True)
    regrade = begun()
    assert kinds(regrade, instructor) == [ChangeKind.FAILED]
    assert counts_of(regrade).failed == 1
    with pytest.raises(RegradeRefused, match="nothing to apply"):
        apply(regrade, instructor, "all")
    regrade.refresh_from_db()
    assert (regrade.state, points(learner, exercise)) == ("open", 5)
    fake_runner.unavailable = None
    assert run_again(regrade) == 1
    graded()
    assert kinds(regrade, instructor) == [ChangeKind.UP]
    assert run_again(regrade) == 0


def test_with_every_attempt_the_best_of_them_counts_anew(sent, begun, content, instructor, learner, exercise):
    """The one that stood is worse by the new checks; another is better than it."""
    stood = sent("def double(n):\n    return {2: 4, 0: 0}[n]\n")
    other = sent(HALF_RIGHT)
    assert grade_of(learner, exercise).submission == stood
    content(
        TESTS.replace("solution.double(2) == 4", "solution.double(2) in (2, 4)").replace(
            "(0) == 0", "(5) == 5"
        )
    )
    (change,) = changes_of(begun(), instructor)
    assert (change.before, change.after, change.decides.original) == (10, 10, other.pk)
    (change,) = changes_of(begun(attempts="standing"), instructor)
    assert (change.after, change.decides.original) == (5, stood.pk)


def test_where_the_last_attempt_counts_the_last_one_decides(
    sent, begun, instructor, learner, exercise, monkeypatch
):
    monkeypatch.setattr(grades, "attempts_policies", lambda users: dict.fromkeys(users, AttemptsPolicy.LAST))
    monkeypatch.setattr("grading.changes.attempts_policies", grades.attempts_policies)
    sent(RIGHT)
    last = sent(HALF_RIGHT)
    sent(WRONG, credit_percent=0)  # practice
    (change,) = changes_of(begun(), instructor)
    assert (change.after, change.decides.original) == (5, last.pk)


def test_a_filter_finds_what_it_says(sent, begun, learner, other_learner, cohort, course, lesson, exercise):
    other_exercise = make_exercise(lesson, "double-again", 2)
    elsewhere = Cohort.objects.create(course=course, name="Elsewhere", starts_on=date(2026, 1, 5))
    old = sent(HALF_RIGHT, created_at=timezone.now() - timedelta(days=40))
    new = sent(WRONG, to=other_exercise)
    theirs = sent(RIGHT, other_learner)
    today, month_ago = timezone.localdate(), timezone.localdate() - timedelta(days=30)

    def found(**scope):
        regrade = begun(run=False, **scope)
        return {rerun.original for rerun in regrade.reruns.select_related("original")}

    assert found() == {old, new, theirs}
    assert found(exercise=exercise) == {old, theirs}
    assert found(week=lesson.week) == {old, new, theirs}
    assert found(verdict="passed") == {theirs}
    assert found(cohort=cohort) == {old, new, theirs}
    assert found(since=month_ago) == {new, theirs}
    assert found(until=month_ago) == {old}
    assert found(since=today, until=today, exercise=exercise) == {theirs}
    assert found(exercise=exercise, cluster=old.checks.get(name="test_of_two").cluster) == {old}
    with pytest.raises(RegradeRefused, match="No grade matches"):
        found(cohort=elsewhere)


def test_failures_are_alike_but_for_numbers_and_quoted_texts():
    def alike(one, two, check="test_a", other="test_a"):
        return cluster_of(check, "failed", one) == cluster_of(other, "failed", two)

    assert alike("double(2) came back as 3", "double(2) came back as  -17.5e3")
    assert alike("'a b' is not \"c\"\nmore", "'' is not \"d\"\nless")
    assert alike("<f at 0x7f01>", "<f at 0x12ab>")
    assert not alike("double(2) came back as 3", "double(2) raised")
    assert not alike("same", "same", other="test_b")
    assert cluster_of("test_a", "passed", "") == "" != cluster_of("test_a", "failed", "")


def test_the_most_common_failures_of_an_exercise_are_offered(sent, instructor, other_learner, exercise):
    sent(HALF_RIGHT)
    sent(WRONG)
    sent(WRONG, other_learner)
    sent(RIGHT)
    first, second = clusters_of(instructor, exercise)
    assert (first.check, first.attempts, first.learners) == ("test_of_two", 3, 2)
    assert first.message == "double(#) came back as #"
    assert (second.check, second.attempts) == ("test_of_nothing", 2)


def test_a_score_of_a_person_is_never_looked_at(sent, begun, instructor):
    review(sent(HALF_RIGHT), instructor, decision="reviewed", score=7, score_reason="Good.")
    with pytest.raises(RegradeRefused):
        begun()


def test_an_instructor_regrades_their_own_learners_and_an_admin_everybodys(
    sent, begun, instructor, other_instructor, admin_user, learner
):
    sent(HALF_RIGHT)
    with pytest.raises(RegradeRefused):
        begun(by=other_instructor)
    assert len(changes_of(begun(by=admin_user), admin_user)) == 1
    regrade = begun()
    assert changes_of(regrade, other_instructor) == []


def test_too_much_is_refused_with_a_number(sent, begun, monkeypatch):
    monkeypatch.setattr("grading.regrade.MOST_RUNS", 1)
    sent(HALF_RIGHT)
    sent(WRONG)
    with pytest.raises(RegradeRefused, match="2 runs; a regrade takes 1"):
        begun()
    assert not Regrade.objects.exists()


# --- Apply ------------------------------------------------------------------------------------------


def test_applied_a_grade_moves_with_its_reason_and_a_pass_is_noted(
    sent, begun, content, instructor, learner, exercise, lesson
):
    attempt = sent(HALF_RIGHT)
    content(KINDER)
    regrade = begun(reason="The check of two was wrong.")
    assert apply(regrade, instructor, "all") == 1
    event = grade_of(learner, exercise)
    assert (event.before, event.after, event.kind, event.actor) == (5, 10, "regraded", instructor)
    assert (event.submission, event.regrade, event.content_hash) == (attempt, regrade, "d" * 64)
    assert event.reason == "The check of two was wrong."
    assert ExercisePass.objects.get().user == learner
    assert WeekProgress.objects.get(user=learner, week=lesson.week).exercises_passed == 1
    assert outdated_grades(instructor, exercise) == 0


def test_only_raises_leaves_what_went_down(
    sent, begun, content, instructor, learner, other_learner, exercise
):
    sent(RIGHT)
    sent("def double(n):\n    return {0: 0, 2: 4, 3: 7, 4: 9}.get(n)\n", other_learner)
    content(STRICTER)
    regrade = begun()
    assert kinds(regrade, instructor) == [ChangeKind.DOWN, ChangeKind.SAME]
    with pytest.raises(RegradeRefused, match="nothing to apply"):
        apply(regrade, instructor, "raises")
    assert apply(regrade, instructor, "all") == 2
    assert (points(learner, exercise), points(other_learner, exercise)) == (5, 10)


def test_only_raises_applies_raises(sent, begun, content, instructor, learner, other_learner, exercise):
    sent(HALF_RIGHT)
    sent("def double(n):\n    return 4\n", other_learner)
    content(KINDER.replace("(0) == 0", "(0) == 0 or True").replace("in (2, 4)", "== 2"))
    regrade = begun()
    assert kinds(regrade, instructor) == [ChangeKind.UP, ChangeKind.SAME]
    assert apply(regrade, instructor, "raises") == 1
    assert (points(learner, exercise), points(other_learner, exercise)) == (10, 5)


def test_the_chosen_ones_are_applied_and_no_other(
    sent, begun, content, instructor, learner, other_learner, exercise
):
    sent(HALF_RIGHT)
    sent(HALF_RIGHT, other_learner)
    content(KINDER)
    regrade = begun()
    keys = {change.user: change.key for change in changes_of(regrade, instructor)}
    choose(regrade, keys.values(), [keys[learner.pk], 10**9])
    choose(regrade, [], [keys[other_learner.pk]])  # a line that was not shown is not chosen by that
    assert apply(regrade, instructor, "selected") == 1
    assert (points(learner, exercise), points(other_learner, exercise)) == (10, 5)


def test_a_second_click_changes_nothing(sent, begun, content, instructor):
    sent(HALF_RIGHT)
    content(KINDER)
    regrade = begun()
    stale = Regrade.objects.get()
    assert apply(regrade, instructor, "all") == 1
    assert apply(stale, instructor, "all") is None
    assert not cancel(stale, instructor)
    assert GradeEvent.objects.count() == 2
    assert revert(regrade, instructor) == 1
    assert revert(stale, instructor) is None
    assert apply(stale, instructor, "all") is None
    assert GradeEvent.objects.count() == 3


def test_nothing_is_applied_while_runs_wait(sent, begun, instructor, learner, exercise):
    sent(HALF_RIGHT)
    regrade = begun(run=False)
    with pytest.raises(RegradeRefused, match="still waiting"):
        apply(regrade, instructor, "all")
    assert Regrade.objects.get().state == "open"


def test_cancelled_nothing_more_is_run_and_nothing_moves(sent, begun, content, instructor, learner, exercise):
    sent(HALF_RIGHT)
    content(KINDER)
    regrade = begun(run=False)
    assert cancel(regrade, instructor)
    assert not grade_next("bulk")
    assert apply(regrade, instructor, "all") is None
    assert points(learner, exercise) == 5


@pytest.mark.parametrize("meanwhile", ["an attempt", "a worse attempt", "a queued attempt", "a score"])
def test_what_has_moved_meanwhile_is_left_out_and_said(
    sent, begun, content, instructor, learner, other_learner, exercise, meanwhile
):
    attempt = sent(HALF_RIGHT)
    sent(HALF_RIGHT, other_learner)
    content(KINDER)
    regrade = begun()
    match meanwhile:
        case "an attempt":
            sent(RIGHT)
        case "a worse attempt":
            sent(WRONG)
        case "a queued attempt":
            Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
        case "a score":
            review(attempt, instructor, decision="reviewed", score=7, score_reason="Good.")
    stood = grade_of(learner, exercise)
    assert apply(regrade, instructor, "all") == 1
    assert grade_of(learner, exercise) == stood
    assert points(other_learner, exercise) == 10
    assert len(regrade.left_out) == 1


# --- Revert -----------------------------------------------------------------------------------------


def test_taken_back_a_grade_is_exactly_what_it_was_and_a_pass_stays(
    sent, begun, content, instructor, learner, exercise
):
    sent(HALF_RIGHT)
    before = grade_of(learner, exercise)
    content(KINDER)
    regrade = begun()
    apply(regrade, instructor, "all")
    assert revert(regrade, instructor) == 1
    event = grade_of(learner, exercise)
    same = ("after", "machine", "by_hand", "points", "content_hash", "submission")
    assert [getattr(event, name) for name in same] == [getattr(before, name) for name in same]
    assert (event.before, event.kind, event.actor) == (10, "reverted", instructor)
    assert "A check was wrong." in event.reason
    assert ExercisePass.objects.exists()


def test_taking_back_leaves_what_has_moved_since_and_says_so(
    sent, begun, content, instructor, learner, other_learner, exercise
):
    attempt = sent(HALF_RIGHT)
    sent(HALF_RIGHT, other_learner)
    content(KINDER)
    regrade = begun()
    apply(regrade, instructor, "all")
    review(attempt, instructor, decision="reviewed", score=7, score_reason="Good.")
    assert revert(regrade, instructor) == 1
    assert (points(learner, exercise), points(other_learner, exercise)) == (7, 5)
    assert len(regrade.kept) == 1


def test_a_grade_after_a_regrade_goes_on_from_there(sent, begun, content, instructor, learner, exercise):
    sent(RIGHT)
    content(STRICTER)
    apply(begun(), instructor, "all")
    assert points(learner, exercise) == 5
    sent("def double(n):\n    return {2: 4, 0: 0, 3: 7}.get(n)\n")
    assert points(learner, exercise) == Decimal("7.5")


def test_exercises_whose_content_has_changed_are_named_to_who_may_regrade_them(
    sent, content, instructor, other_instructor, admin_user, exercise
):
    sent(HALF_RIGHT)
    assert exercises_outdated(instructor) == []
    content(KINDER)
    assert exercises_outdated(instructor) == exercises_outdated(admin_user) == [(exercise, 1)]
    assert exercises_outdated(other_instructor) == []


# --- A thousand -------------------------------------------------------------------------------------


@contextmanager
def queries_within(most):
    """Far fewer than there are rows: they grow by the batch, and SQLite's batches are small."""
    with CaptureQueriesContext(connection) as queries:
        yield
    assert len(queries) <= most


@pytest.mark.slow
def test_a_thousand_are_looked_at_applied_and_taken_back_with_few_queries(
    content, cohort, instructor, exercise, browser_of
):
    people = User.objects.bulk_create(
        User(email=f"l{n}@example.org", name=f"Learner {n:04}", role=Role.LEARNER) for n in range(1000)
    )
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=person) for person in people)
    codes = [RIGHT, HALF_RIGHT, WRONG, BROKEN]
    Submission.objects.bulk_create(
        Submission(user=person, exercise=exercise, files={"solution.py": codes[n % 4]})
        for n, person in enumerate(people)
    )
    while grade_next("interactive"):
        pass
    fields = ("user", "exercise", "after", "machine", "by_hand", "points", "content_hash", "submission")

    def grades():
        return sorted(GradeEvent.objects.standing().values_list(*fields))

    before = grades()
    assert len(before) == 1000
    content(KINDER)

    with queries_within(60):
        regrade = begin(instructor, Scope(exercise=exercise), attempts="all", reason="A check was wrong.")
    graded()
    client = browser_of(instructor)
    with queries_within(15):
        html = client.get(f"{regrade.get_absolute_url()}?page=7").content.decode()
    assert "Page 7 of 40" in html
    assert 'data-change="up">250<' in html
    assert 'data-change="same">750<' in html

    with queries_within(65):
        assert apply(regrade, instructor, "all") == 1000
    raised = [(old, new) for old, new in zip(before, grades(), strict=True) if new[2] > old[2]]
    assert len(raised) == 250
    assert ExercisePass.objects.count() == 500

    with queries_within(30):
        assert revert(regrade, instructor) == 1000
    assert grades() == before
    assert GradeEvent.objects.count() == 3000


@pytest.mark.slow
def test_with_the_real_sandbox_it_is_the_same(
    sandbox, settings, begun, content, instructor, learner, other_learner, exercise
):
    settings.GRADIENT_RUNNER, settings.GRADIENT_SANDBOX_SOCKET = "sandbox", sandbox.socket_path
    for user, code in ((learner, HALF_RIGHT), (learner, WRONG), (other_learner, BROKEN)):
        submit(user, exercise, {"solution.py": code})
        assert grade_next("interactive")
    before = points(learner, exercise), points(other_learner, exercise)
    assert before == (5, 0)
    content(KINDER)
    regrade = begun()
    assert kinds(regrade, instructor) == [ChangeKind.UP, ChangeKind.SAME]
    assert apply(regrade, instructor, "all") == 2
    assert (points(learner, exercise), points(other_learner, exercise)) == (10, 0)
    assert ExercisePass.objects.get().user == learner
    assert revert(regrade, instructor) == 2
    assert (points(learner, exercise), points(other_learner, exercise)) == before


# --- At once ----------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_applied_twice_at_once_while_others_are_graded_it_is_applied_once(
    content, cohort, instructor, lesson, exercise
):
    """Nobody waits for each other for ever, and each history stays one line."""
    other = make_exercise(lesson, "double-again", 2)
    people = [User.objects.create_user(f"l{n}@example.org") for n in range(20)]
    for person in people:
        Enrolment.objects.create(cohort=cohort, user=person)
        submit(person, exercise, {"solution.py": HALF_RIGHT})
    while grade_next("interactive"):
        pass
    content(KINDER)
    regrade = begin(instructor, Scope(exercise=exercise), attempts="all", reason="A check was wrong.")
    graded()
    for person in people:
        submit(person, other, {"solution.py": RIGHT})
    answers, errors = [], []

    def work(step):
        try:
            step()
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        finally:
            connection.close()

    def grade_all():
        while grade_next("interactive"):
            pass

    def click():
        answers.append(apply(Regrade.objects.get(pk=regrade.pk), instructor, "all"))

    steps = [grade_all, click, grade_all, click]
    threads = [threading.Thread(target=work, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert sorted(answers, key=str) == [20, None]
    assert {points(person, exercise) for person in people} == {10}
    assert {points(person, other) for person in people} == {10}
    assert ExercisePass.objects.count() == 40
