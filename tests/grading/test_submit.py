"""The first step: what is kept, what is refused, and that a bell is rung after the commit."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from course.models import ExercisePass
from grading.fake_runner import FakeRunner
from grading.grade import grade_next
from grading.health import record_health
from grading.models import Submission
from grading.sandbox.wire import Health
from grading.submit import SubmissionRefused, submit
from tests.grading.conftest import BROKEN, HALF_RIGHT, RIGHT, WRONG, make_exercise

LATER = 5  # seconds: no double click any more


@pytest.fixture
def submitted(learner, exercise, django_capture_on_commit_callbacks):
    def submitted(files, user=learner, exercise=exercise, **other):
        with django_capture_on_commit_callbacks(execute=True):
            return submit(user, exercise, files, **other)

    return submitted


def test_a_submission_is_a_row_before_anything_runs(submitted, bells, exercise):
    submission = submitted({"solution.py": RIGHT})
    assert Submission.objects.get().state == "queued"
    assert submission.content_hash == exercise.content_hash
    assert bells == ["interactive"]


def test_line_ends_of_windows_become_ours(submitted):
    assert submitted({"solution.py": "a = 1\r\nb = 2\r"}).code == "a = 1\nb = 2\n"


def test_an_empty_file_is_a_submission(submitted):
    assert submitted({"solution.py": ""}).code == ""


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "nothing"),
        ({"other.py": ""}, "solution.py"),
        ({"solution.py": "", "extra.py": ""}, "extra.py"),
        ({"../solution.py": ""}, "takes exactly solution.py"),
        ({"/etc/passwd": ""}, "takes exactly solution.py"),
        ({"solution.py": "x = 1\ny = '\0'\n"}, "Line 2 of solution.py"),
        ({"solution.py": "x = '\ud800'"}, "Line 1 of solution.py"),
    ],
)
def test_what_cannot_be_a_submission_is_refused_with_a_sentence(submitted, files, says):
    with pytest.raises(SubmissionRefused, match=says):
        submitted(files)
    assert not Submission.objects.exists()


def test_a_file_may_hold_128_kb_and_not_more(submitted):
    submitted({"solution.py": "#" * (128 * 1024)})
    with pytest.raises(SubmissionRefused, match="128 kB") as refused:
        submitted({"solution.py": "#" * (128 * 1024 + 1)})
    assert refused.value.too_large


def test_all_files_together_may_hold_256_kb(learner, exercise):
    exercise.paths = ["a.py", "b.py", "c.py"]
    with pytest.raises(SubmissionRefused, match="256 kB"):
        submit(learner, exercise, dict.fromkeys(exercise.paths, "#" * 100_000))


def test_a_double_click_makes_one_row(submitted, bells):
    first = submitted({"solution.py": RIGHT})
    assert submitted({"solution.py": RIGHT}) == first
    assert bells == ["interactive"]


def test_the_same_code_again_later_is_another_attempt(submitted):
    first = submitted({"solution.py": RIGHT})
    with time_machine.travel(timezone.now().timestamp() + 5):
        assert submitted({"solution.py": RIGHT}) != first


def test_other_code_within_the_second_is_another_attempt(submitted):
    assert submitted({"solution.py": RIGHT}) != submitted({"solution.py": WRONG})


def test_two_people_with_the_same_code_have_a_row_each(submitted, learner, other_learner):
    assert submitted({"solution.py": RIGHT}) != submitted({"solution.py": RIGHT}, other_learner)


def test_a_dead_broker_loses_nothing(submitted, monkeypatch):
    from kombu.exceptions import OperationalError

    from grading import bell

    def broken(*args, **kwargs):
        raise OperationalError("no broker")

    monkeypatch.setattr("grading.bell.current_app.send_task", broken)
    monkeypatch.setattr("grading.submit.ring", bell.ring)
    assert submitted({"solution.py": RIGHT}).state == "queued"


# --- What was sent before, and still waits --------------------------------------------------------


def test_a_newer_submission_replaces_one_that_still_waits(submitted):
    older, newer = submitted({"solution.py": WRONG}), submitted({"solution.py": RIGHT})
    older.refresh_from_db()
    assert (older.state, older.verdict, older.words.name) == ("superseded", "", "Replaced")
    assert older.finished_at
    assert newer.state == "queued"
    assert list(Submission.objects.counted()) == [newer]


def test_one_that_is_being_checked_is_left_alone(submitted):
    submitted({"solution.py": WRONG})
    running = Submission.objects.claim_next("interactive")
    submitted({"solution.py": RIGHT})
    running.refresh_from_db()
    assert running.state == "running"


def test_nobody_elses_and_nothing_else_is_replaced(submitted, other_learner, lesson):
    submitted({"solution.py": WRONG}, other_learner)
    submitted({"solution.py": WRONG}, exercise=make_exercise(lesson, "other", 2))
    submitted({"solution.py": WRONG}, purpose="run")
    submitted({"solution.py": WRONG}, queue="bulk")
    submitted({"solution.py": RIGHT})
    assert set(Submission.objects.values_list("state", flat=True)) == {"queued"}


def test_what_was_replaced_is_never_run(submitted):
    submitted({"solution.py": WRONG})
    submitted({"solution.py": RIGHT})
    assert grade_next("interactive")
    assert not grade_next("interactive")
    assert set(Submission.objects.values_list("state", "verdict")) == {("superseded", ""), ("done", "passed")}


# --- Haste ----------------------------------------------------------------------------------------


def test_more_than_so_many_a_minute_are_refused_with_the_time_to_wait(submitted, settings):
    settings.GRADIENT_SUBMISSION_LIMIT = 3
    start = timezone.now()
    for second in range(3):
        with time_machine.travel(start + timedelta(seconds=second), tick=False):
            submitted({"solution.py": f"# {second}"}, purpose=("run", "submit")[second % 2])
    with time_machine.travel(start + timedelta(seconds=20), tick=False):
        with pytest.raises(SubmissionRefused, match="Wait 40 seconds") as refused:
            submitted({"solution.py": RIGHT})
        assert refused.value.retry_after == 40
    with time_machine.travel(start + timedelta(seconds=60), tick=False):
        assert submitted({"solution.py": RIGHT}).state == "queued"


def test_one_persons_haste_is_not_anothers(submitted, settings, other_learner):
    settings.GRADIENT_SUBMISSION_LIMIT = 1
    submitted({"solution.py": WRONG})
    assert submitted({"solution.py": RIGHT}, other_learner).state == "queued"
    assert submitted({"solution.py": RIGHT}, queue="bulk").state == "queued"


def test_a_limit_of_nothing_is_none(submitted, settings):
    settings.GRADIENT_SUBMISSION_LIMIT = 0
    for number in range(40):
        submitted({"solution.py": f"# {number}"})
    assert Submission.objects.count() == 40


def test_a_clock_that_went_back_makes_nobody_wait(submitted, settings):
    settings.GRADIENT_SUBMISSION_LIMIT = 1
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        submitted({"solution.py": WRONG})
    assert submitted({"solution.py": RIGHT}).state == "queued"


# --- The same code again --------------------------------------------------------------------------


@pytest.fixture
def graded(submitted):
    """An attempt with its verdict, some time ago; a worker has said since what is installed."""

    def graded(code=HALF_RIGHT):
        with time_machine.travel(timezone.now() - timedelta(minutes=1)):
            submission = submitted({"solution.py": code})
            grade_next("interactive")
        record_health()
        submission.refresh_from_db()
        return submission

    return graded


@pytest.mark.parametrize("code", [RIGHT, HALF_RIGHT, WRONG, BROKEN, "1 / 0"])
def test_the_same_code_has_its_verdict_at_once(graded, submitted, bells, learner, code):
    first = graded(code)
    bells.clear()
    again = submitted({"solution.py": code})
    again.refresh_from_db()
    assert (again.state, again.same_as, bells) == ("done", first, [])
    for field in (
        "verdict",
        "detail",
        "usage",
        "checks_total",
        "checks_passed",
        "environment_digest",
        "seed",
    ):
        assert getattr(again, field) == getattr(first, field)
    names = ("position", "name", "title", "outcome", "message")
    assert list(again.checks.values(*names)) == list(first.checks.values(*names))
    assert list(Submission.objects.counted()) == [first]
    assert ExercisePass.objects.filter(user=learner).exists() == (code == RIGHT)
    assert submitted({"solution.py": code}, purpose="run").state == "queued"


def test_the_figures_come_with_it(graded, submitted):
    first = graded()
    first.figures.create(position=0, png=b"png", width=1, height=2, text="a line")
    again = submitted({"solution.py": HALF_RIGHT})
    assert [(bytes(figure.png), figure.text) for figure in again.figures.all()] == [(b"png", "a line")]
    assert first.figures.count() == 1


def test_a_third_time_names_the_first(graded, submitted):
    first = graded()
    submitted({"solution.py": HALF_RIGHT})
    with time_machine.travel(timezone.now() + timedelta(seconds=LATER)):
        record_health()
        assert submitted({"solution.py": HALF_RIGHT}).same_as == first


@pytest.mark.parametrize(
    "verdict", ["too-slow", "out-of-memory", "too-much-output", "forbidden", "platform-error"]
)
def test_what_a_limit_or_we_decided_is_run_again(graded, submitted, verdict):
    graded()
    Submission.objects.update(verdict=verdict)
    assert submitted({"solution.py": HALF_RIGHT}).state == "queued"


def test_after_the_exercise_has_changed_it_is_run_again(graded, submitted, exercise):
    graded()
    exercise.content_hash = "d" * 64
    exercise.save()
    assert submitted({"solution.py": HALF_RIGHT}).state == "queued"


def test_with_other_libraries_it_is_run_again(graded, submitted, monkeypatch):
    graded()
    monkeypatch.setattr(FakeRunner, "health", lambda self: Health(True, "", [], {"base": "newer"}, "root"))
    record_health()
    assert submitted({"solution.py": HALF_RIGHT}).state == "queued"


def test_where_nobody_knows_what_is_installed_it_is_run_again(graded, submitted):
    graded()
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert submitted({"solution.py": HALF_RIGHT}).state == "queued"


def test_anothers_verdict_is_no_answer(graded, submitted, other_learner):
    graded()
    assert submitted({"solution.py": HALF_RIGHT}, other_learner).state == "queued"


def test_an_answer_replaces_what_waits_too(graded, submitted):
    graded()
    waits = submitted({"solution.py": WRONG})
    submitted({"solution.py": HALF_RIGHT})
    waits.refresh_from_db()
    assert waits.state == "superseded"


# --- All at once ----------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_submitting_while_workers_claim_loses_and_doubles_nothing(learner, exercise, settings):
    settings.GRADIENT_SUBMISSION_LIMIT = 0
    errors, over = [], threading.Event()

    def send():
        for number in range(25):
            submit(learner, exercise, {"solution.py": f"{RIGHT}# {threading.get_ident()} {number}\n"})

    def work():
        while grade_next("interactive") or not over.is_set():
            pass

    def guarded(what):
        try:
            what()
        except Exception as error:  # noqa: BLE001 - a thread's error would be lost
            errors.append(error)
        finally:
            connection.close()  # this thread's own

    senders = [threading.Thread(target=guarded, args=[send]) for _ in range(2)]
    workers = [threading.Thread(target=guarded, args=[work]) for _ in range(2)]
    for thread in senders + workers:
        thread.start()
    for thread in senders:
        thread.join()
    over.set()
    for thread in workers:
        thread.join()
    assert not errors
    assert Submission.objects.count() == 50
    assert set(Submission.objects.values_list("state", "verdict", "failures")) <= {
        ("superseded", "", 0),
        ("done", "passed", 0),
    }
    assert Submission.objects.first().state == "done", "the newest is never replaced"
