"""The first step: what is kept, what is refused, and that a bell is rung after the commit."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from grading.models import Submission
from grading.submit import SubmissionRefused, submit
from tests.grading.conftest import RIGHT, WRONG


@pytest.fixture
def submitted(learner, exercise, django_capture_on_commit_callbacks):
    def submitted(files, user=learner):
        with django_capture_on_commit_callbacks(execute=True):
            return submit(user, exercise, files)

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
