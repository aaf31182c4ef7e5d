"""Files → rows: repeatable, by slug, and nobody's work is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from course.content import ContentErrors
from course.load import load_course
from course.models import (
    Course,
    Exercise,
    ExercisePass,
    Lesson,
    LessonProgress,
    Module,
    Question,
    Resource,
    Week,
    WeekProgress,
)
from course.progress import mark_read, record_pass
from tests.course.conftest import TINY

pytestmark = pytest.mark.django_db
L1 = "1-basics/week01-counting/01-counting-lines"
L2 = "1-basics/week02-sorting/01-top-paths"


@pytest.fixture
def tree(tmp_path) -> Path:
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(tree: Path, path: str, *changes: tuple[str, str]) -> None:
    text = (tree / path).read_text()
    for old, new in changes:
        assert old in text, f"{path} has no {old!r}"
        text = text.replace(old, new, 1)
    (tree / path).write_text(text)


def test_a_first_loading_makes_everything(tree):
    changes = load_course(tree)
    assert "lesson counting-lines: added" in changes.lines
    counted = [
        model.objects.count() for model in (Course, Module, Week, Lesson, Exercise, Question, Resource)
    ]
    assert counted == [1, 2, 3, 5, 4, 9, 6]  # of the exercises, two are the blocks of a lesson
    assert list(Lesson.objects.values_list("slug", "planned")) == [
        ("counting-lines", False),
        ("counting-late-lines", True),
        ("top-paths", False),
        ("data-pipeline", True),
        ("deployment", True),
    ]
    week = Week.objects.get(number=1)
    assert (week.lesson_total, week.exercise_total) == (1, 1)
    assert Week.objects.get(number=3).last_number == 4


def test_a_second_loading_changes_nothing(tree):
    load_course(tree)
    before = list(Lesson.objects.values()), list(Question.objects.values()), list(Exercise.objects.values())
    assert not load_course(tree)
    assert before == (
        list(Lesson.objects.values()),
        list(Question.objects.values()),
        list(Exercise.objects.values()),
    )


def test_it_says_what_changed(tree):
    load_course(tree)
    edit(tree, f"{L1}/lesson.md", ("title: Counting lines", "title: Counting the lines"))
    edit(tree, f"{L1}/count-errors/task.md", ("minutes: 10", "minutes: 12"))
    edit(tree, f"{L1}/lesson.md", ("exercise: 10", "exercise: 12"))
    assert load_course(tree).lines == [
        "lesson counting-lines: changed (minutes_exercise, title)",
        "exercise count-errors: changed (minutes)",
        "exercise counting-lines--blocks: changed (title)",
    ]


def test_what_runs_may_do_is_kept_and_nothing_is_assumed(tree):
    edit(
        tree,
        f"{L1}/count-errors/task.md",
        ("minutes: 10\n", "minutes: 10\npermissions: [subprocess, loopback]\n"),
    )
    load_course(tree)
    kept = dict(Exercise.objects.listed().values_list("slug", "permissions"))
    assert kept == {"count-errors": ["loopback", "subprocess"], "top-paths": []}


def test_bad_files_change_nothing(tree):
    load_course(tree)
    edit(tree, f"{L1}/lesson.md", ("title: Counting lines", "title: Other"), ("level: 1", "level: 9"))
    with pytest.raises(ContentErrors):
        load_course(tree)
    assert Lesson.objects.get(slug="counting-lines").title == "Counting lines"


def test_a_lesson_that_moves_to_another_week_keeps_progress(tree, learner):
    load_course(tree)
    lesson = Lesson.objects.get(slug="counting-lines")
    mark_read(learner, lesson)
    record_pass(learner, lesson.exercises.listed().get())
    shutil.move(tree / L1, tree / "1-basics/week02-sorting/02-counting-lines")
    edit(tree, "1-basics/week01-counting/week.md", ("number: 2", "number: 1"))
    edit(tree, f"{L2}/lesson.md", ("needs: [counting]", "needs: []"))
    edit(tree, f"{L2}/lesson.md", ("teaches: [sorting]", "teaches: [sorting]"))
    load_course(tree)
    lesson.refresh_from_db()
    assert (lesson.week.number, lesson.number) == (2, 2)
    assert LessonProgress.objects.get(user=learner, lesson=lesson).read_at
    old, new = (WeekProgress.objects.get(user=learner, week__number=number) for number in (1, 2))
    assert (old.lessons_read, old.exercises_passed) == (0, 0)
    assert (new.lessons_read, new.exercises_passed) == (1, 1)


def test_a_renamed_slug_keeps_progress_if_it_says_what_it_was(tree, learner):
    load_course(tree)
    lesson = Lesson.objects.get(slug="top-paths")
    record_pass(learner, lesson.exercises.listed().get())
    shutil.move(tree / L2, tree / "1-basics/week02-sorting/01-best-paths")
    edit(
        tree, "1-basics/week02-sorting/01-best-paths/lesson.md", ("level: 2", "level: 2\nformerly: top-paths")
    )
    edit(tree, f"{L1}/lesson.md", ("week2/top-paths/", "week2/best-paths/"))
    changes = load_course(tree)
    assert "lesson best-paths: changed (slug)" in changes.lines
    assert Lesson.objects.get(slug="best-paths").pk == lesson.pk
    assert ExercisePass.objects.get(user=learner).exercise.lesson.slug == "best-paths"
    assert not load_course(tree), "`formerly:` may stay where it is"


def test_what_disappears_is_retired_and_comes_back_with_everyones_work(tree, learner):
    load_course(tree)
    exercise = Exercise.objects.get(slug="top-paths")
    record_pass(learner, exercise)
    shutil.move(tree / L2, tree / "_kept")
    edit(tree, "course.md", ("lessons: 3", "lessons: 2"))
    edit(tree, f"{L1}/lesson.md", ("[the top paths](/docs/basics/week2/top-paths/#ties)", "the top paths"))
    edit(tree, "concepts.yaml", ("  avoid: [ordenation]\n", ""))
    lines = load_course(tree).lines
    assert {"lesson top-paths: retired", "exercise top-paths: retired", "question steps: retired"} <= set(
        lines
    )
    exercise.refresh_from_db()
    assert exercise.retired_at
    assert ExercisePass.objects.filter(user=learner, exercise=exercise).exists()
    assert WeekProgress.objects.get(user=learner, week__number=2).exercises_passed == 0

    shutil.move(tree / "_kept", tree / L2)
    edit(tree, "course.md", ("lessons: 2", "lessons: 3"))
    assert "exercise top-paths: revived" in load_course(tree).lines
    assert WeekProgress.objects.get(user=learner, week__number=2).exercises_passed == 1


def test_a_planned_topic_becomes_a_lesson(tree):
    shutil.move(tree / L2, tree / "_kept")
    week = "1-basics/week02-sorting/week.md"
    edit(tree, week, ("hours: 3", "hours: 3\nplanned:\n  - {slug: top-paths, title: Top paths}"))
    edit(tree, f"{L1}/lesson.md", ("/top-paths/#ties", "/top-paths/"))
    load_course(tree)
    planned = Lesson.objects.get(slug="top-paths")
    assert planned.planned
    edit(tree, week, ("\nplanned:\n  - {slug: top-paths, title: Top paths}", ""))
    shutil.move(tree / "_kept", tree / L2)
    load_course(tree)
    planned.refresh_from_db()
    assert not planned.planned
    assert planned.body_html


def test_two_weeks_may_change_places(tree):
    load_course(tree)
    first, second = (Week.objects.get(number=number).pk for number in (1, 2))
    edit(tree, f"{L1}/lesson.md", ("/docs/basics/week2/", "/docs/basics/week1/"))
    edit(tree, f"{L2}/lesson.md", ("needs: [counting]", "needs: []"))
    shutil.move(tree / "1-basics/week01-counting", tree / "1-basics/week02-counting")
    shutil.move(tree / "1-basics/week02-sorting", tree / "1-basics/week01-sorting")
    load_course(tree)
    assert Week.objects.get(number=1).pk == second
    assert Week.objects.get(number=2).pk == first
    assert not Week.objects.exclude(retired_at=None).exists()


def test_a_week_that_is_gone_frees_its_number(tree, learner):
    load_course(tree)
    shutil.move(tree / "1-basics/week02-sorting", tree / "1-basics/week02-ordering")
    load_course(tree)
    assert Week.objects.current().get(number=2).slug == "ordering"
    assert Week.objects.get(slug="sorting").retired_at
    assert not load_course(tree)


def test_a_new_exercise_undoes_done_marks_until_it_is_passed(tree, learner):
    load_course(tree)
    lesson = Lesson.objects.get(slug="top-paths")
    for question in lesson.questions.all():
        from course.progress import record_answer

        record_answer(learner, question, "x", correct=False)
    record_pass(learner, lesson.exercises.listed().get())
    assert LessonProgress.objects.get(user=learner, lesson=lesson).done_at
    shutil.copytree(tree / L2 / "top-paths", tree / L2 / "more-paths")
    edit(tree, f"{L2}/more-paths/task.md", ("minutes: 15", "minutes: 5\nnumber: 2"))
    edit(
        tree, f"{L2}/lesson.md", ("exercise: 15", "exercise: 20"), ("[top-paths]", "[top-paths, more-paths]")
    )
    load_course(tree)
    assert LessonProgress.objects.get(user=learner, lesson=lesson).done_at is None
    assert WeekProgress.objects.get(user=learner, week=lesson.week).lessons_done == 0
    record_pass(learner, Exercise.objects.get(slug="more-paths"))
    assert WeekProgress.objects.get(user=learner, week=lesson.week).lessons_done == 1


def test_the_commands_say_what_they_did(tree, capsys):
    call_command("load_course", tree)
    assert "lesson counting-lines: added" in capsys.readouterr().out
    call_command("load_course", tree)
    assert capsys.readouterr().out == "Nothing changed.\n"
    call_command("check_content", tree)
    assert capsys.readouterr().out == "No problem in 2 lessons and 2 exercises.\n"
    edit(tree, f"{L1}/lesson.md", ("level: 1", "levle: 1"))
    for command in ("load_course", "check_content"):
        with pytest.raises(CommandError, match="2 problems"):
            call_command(command, tree)
        said = capsys.readouterr()
        assert "lesson.md:11: `levle` may not stand here" in said.out + said.err


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_main_file_stays_the_first_one_also_on_postgresql(tree):
    """A JSON object keeps no order of its keys there."""
    task = tree / L2 / "top-paths"
    for path in [*task.glob("*.py"), *task.glob("wrong/*.py")]:
        if path.name != "tests.py":
            folder = path.with_suffix("")
            folder.mkdir()
            (folder / "b.py").write_text("LIMIT = 3\n")
            path.rename(folder / "longest_name.py")
    edit(tree, f"{L2}/top-paths/task.md", ("minutes: 15", "minutes: 15\nfiles: [longest_name.py, b.py]"))
    load_course(tree)
    exercise = Exercise.objects.get(slug="top-paths")
    assert exercise.paths == ["longest_name.py", "b.py"]
    assert not load_course(tree)
