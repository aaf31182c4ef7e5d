"""What the demo accounts show: submitted and graded like everybody's, once."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from course.models import Cohort, Course, Enrolment, LessonProgress
from grading.demo import DemoError, read_demo
from grading.grade import grade_next
from grading.models import Review, Submission

ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests" / "tiny_course"
DEMO = """
learner: learner@example.org
read: [top-paths]
submissions:
  - exercise: top-paths
    code: "def top(:"
  - exercise: top-paths
    version: wrong/by-name-only
    review: {by: instructor@example.org, decision: changes, comment: "Look *again*."}
  - exercise: top-paths
    version: solution
"""


@pytest.fixture
def demo(tmp_path, settings, db, monkeypatch):
    """The small course with a demo, loaded, and a worker that grades whenever somebody waits."""
    from accounts.models import Role, User

    settings.GRADIENT_CONTENT = tmp_path / "course"
    shutil.copytree(TINY, settings.GRADIENT_CONTENT)
    file = settings.GRADIENT_CONTENT / "demo" / "lena.yaml"
    file.parent.mkdir()
    file.write_text(DEMO)
    call_command("load_course", verbosity=0)
    learner = User.objects.create_user("learner@example.org")
    User.objects.create_user("instructor@example.org", role=Role.INSTRUCTOR)
    cohort = Cohort.objects.create(course=Course.objects.get(), name="Demo", starts_on=date(2026, 1, 5))
    Enrolment.objects.create(cohort=cohort, user=learner)
    monkeypatch.setattr("grading.demo.time.sleep", lambda seconds: grade_next("bulk"))
    return file


def test_it_is_graded_for_real_and_then_reviewed(demo):
    call_command("load_demo")
    verdicts = list(Submission.objects.order_by("created_at").values_list("verdict", flat=True))
    assert verdicts == ["does-not-compile", "partly-passed", "passed"]
    assert not any("# expect:" in submission.code for submission in Submission.objects.all())
    assert "<em>again</em>" in Review.objects.get().comment_html
    assert LessonProgress.objects.get(lesson__slug="top-paths").read_at


def test_a_second_time_changes_nothing(demo):
    call_command("load_demo")
    call_command("load_demo")
    assert Submission.objects.count() == 3
    assert Review.objects.count() == 1


def test_without_a_worker_it_says_so_and_may_be_repeated(demo, monkeypatch):
    monkeypatch.setattr("grading.demo.time.sleep", lambda seconds: None)
    with pytest.raises(CommandError, match="Is a worker running"):
        call_command("load_demo", wait=0)
    assert not Review.objects.exists()
    monkeypatch.setattr("grading.demo.time.sleep", lambda seconds: grade_next("bulk"))
    call_command("load_demo")
    assert (Submission.objects.count(), Review.objects.count()) == (3, 1)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wrong/by-name-only", "wrong/nothing", "top-paths/wrong/nothing, which does not exist"),
        ("exercise: top-paths", "exercise: nothing", "the exercise nothing, which does not exist"),
        ("version: solution", "verson: solution", "verson"),
        ("    version: solution", "    points: 1", "points"),
        ("learner@", "nobody@", "./lms up"),
    ],
)
def test_a_mistake_in_the_file_is_said(demo, old, new, says):
    demo.write_text(demo.read_text().replace(old, new, 1))
    with pytest.raises(CommandError, match=says):
        call_command("load_demo")


def test_the_demo_that_ships_can_be_read():
    demos = read_demo(ROOT / "fixtures" / "demo")
    assert {demo.learner for demo in demos} == {"learner@example.org", "learner2@example.org"}


def test_a_file_that_is_not_yaml_is_named(tmp_path):
    (tmp_path / "x.yaml").write_text("a: [")
    with pytest.raises(DemoError, match=r"x\.yaml"):
        read_demo(tmp_path)
