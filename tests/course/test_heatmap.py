"""The heat map of the weeks: mastery and reading, each by its own rule."""

from __future__ import annotations

import pytest

from course.heatmap import COLUMN, Questions, heatmap, questions_by_week
from course.models import Exercise, Lesson, Question, QuizAnswer
from course.progress import mark_read, record_answer, record_pass, week_progress
from tests.course.queries import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(tiny, learner):
    def drawn(now: int = 0):
        return heatmap(week_progress(learner), questions_by_week(learner), now)

    return drawn


@pytest.fixture
def first(tiny):
    return Lesson.objects.select_related("week").get(slug="counting-lines")


def test_reading_moves_the_bar_and_never_the_square(drawn, learner, first):
    assert (drawn().cells[0].percent, drawn().cells[0].read_width) == (0, 0)
    mark_read(learner, first)
    cell = drawn().cells[0]
    assert (cell.percent, cell.level, cell.read_width) == (0, 0, COLUMN)


def test_a_pass_and_a_right_answer_move_the_square_and_a_wrong_one_does_not(drawn, learner, first):
    exercise = Exercise.objects.select_related("lesson__week").get(lesson=first, optional=False)
    question = Question.objects.select_related("lesson__week").filter(lesson=first).first()
    total = 1 + Question.objects.current().filter(lesson=first).count()
    record_answer(learner, question, "x", False)
    assert drawn().cells[0].percent == 0
    record_answer(learner, question, "x", True)
    assert drawn().cells[0].percent == 100 // total
    record_pass(learner, exercise)
    cell = drawn().cells[0]
    assert cell.percent == 200 // total
    assert cell.read_width == 0
    record_answer(learner, question, "x", False)  # the latest answer counts
    assert drawn().cells[0].percent == 100 // total


def test_all_of_it_is_100_percent_and_one_less_is_not(drawn, learner, first):
    exercise = Exercise.objects.select_related("lesson__week").get(lesson=first, optional=False)
    record_pass(learner, exercise)
    questions = list(Question.objects.current().select_related("lesson__week").filter(lesson=first))
    for question in questions[:-1]:
        record_answer(learner, question, "x", True)
    assert drawn().cells[0].percent < 100
    assert drawn().cells[0].level == 3
    record_answer(learner, questions[-1], "x", True)
    assert (drawn().cells[0].percent, drawn().cells[0].level) == (100, 4)


def test_what_was_retired_counts_neither_as_right_nor_as_a_question(drawn, learner, first):
    question = Question.objects.select_related("lesson__week").filter(lesson=first).first()
    record_answer(learner, question, "x", True)
    before = drawn().cells[0].questions
    Question.objects.filter(pk=question.pk).update(retired_at=first.week.progress.first().changed_at)
    assert drawn().cells[0].questions == Questions(right=0, total=before.total - 1)


def test_the_answers_of_others_are_theirs(drawn, other_learner, first):
    question = Question.objects.filter(lesson=first).first()
    QuizAnswer.objects.create(user=other_learner, question=question, answer="x", correct=True)
    assert drawn().cells[0].questions.right == 0


def test_a_weeks_name_says_all_that_its_column_shows(drawn, learner, first):
    mark_read(learner, first)
    open_week, _second, planned = drawn(now=4).cells
    assert open_week.name == (
        f"Week 1, {first.week}: 0 of {open_week.standing.exercises.total} exercises passed, "
        f"0 of {open_week.questions.total} questions right, 1 of 1 lessons read"
    )
    assert planned.name.startswith("Weeks 3–4, ")
    assert planned.name.endswith("planned, nothing is written yet. Your cohort is here.")
    assert planned.planned
    assert planned.width == 2 * COLUMN + 4


def test_each_module_is_a_drawing_and_its_weeks_do_not_touch(drawn):
    map_ = drawn()
    assert [len(module.cells) for module in map_.modules] == [2, 1]
    one, two = map_.modules[0].cells
    assert one.x + one.width < two.x
    assert map_.modules[0].width == two.x + two.width


def test_no_course_is_an_empty_picture():
    assert heatmap([], {}).cells == []


def test_the_questions_of_all_weeks_are_two_queries(tiny, learner):
    with statements() as sent:
        questions_by_week(learner)
    assert len(sent) == 2
