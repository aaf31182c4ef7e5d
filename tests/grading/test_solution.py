"""The page of solutions, and what comes after a pass."""

from __future__ import annotations

import pytest

from course.models import Lesson, Question
from course.progress import record_pass
from grading.grade import grade_next
from grading.submit import submit
from tests.grading.conftest import HALF_RIGHT, RIGHT, make_exercise
from tests.grading.queries import queries_of

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def page(exercise):
    def of(kind, position, files, **other):
        exercise.known_solutions.create(kind=kind, position=position, files={"solution.py": files}, **other)

    of("solution", 0, "def double(n):\n    return 2 * n  # ours\n")
    of("alternative", 1, "def double(n):\n    return n + n\n")
    of(
        "wrong",
        2,
        "def double(n):\n    return n * n\n",
        ending="fails",
        names=["test_of_nothing"],
        belief="Squares are doubles.",
        explain="You square it.",
    )
    return f"{exercise.get_absolute_url()}solution/"


def test_who_has_not_passed_reads_when_it_is_shown_and_no_line_of_it(browser_of, learner, page):
    response = browser_of(learner).get(page)
    assert response.status_code == 403
    html = response.content.decode()
    assert "once one of your own has passed" in html
    assert "ours" not in html.split("<main")[1]


def test_a_failed_attempt_opens_nothing(browser_of, learner, exercise, page):
    submit(learner, exercise, {"solution.py": HALF_RIGHT})
    grade_next("interactive")
    assert browser_of(learner).get(page).status_code == 403


def test_a_stranger_is_sent_to_sign_in(stranger, page):
    assert stranger.get(page).status_code == 302


def test_who_has_passed_sees_ours_another_way_and_what_others_get_wrong(browser_of, learner, exercise, page):
    record_pass(learner, exercise)
    html = browser_of(learner).get(page).content.decode()
    assert "# ours" in html
    assert "Another way" in html
    assert "Squares are doubles." in html
    assert "You square it." in html
    assert "The double of nothing" in html  # the check that catches it


def test_who_teaches_sees_it_without_a_pass(browser_of, instructor, page):
    assert browser_of(instructor).get(page).status_code == 200


def test_what_authors_wrote_is_text_only(browser_of, learner, exercise, page):
    record_pass(learner, exercise)
    exercise.known_solutions.update(files={"solution.py": EVIL}, belief=EVIL, explain=EVIL)
    assert EVIL not in browser_of(learner).get(page).content.decode()


def test_the_page_costs_the_same_however_many_mistakes_are_known(browser_of, learner, exercise, page):
    record_pass(learner, exercise)
    client = browser_of(learner)
    few = queries_of(client, page)
    for position in range(3, 15):
        exercise.known_solutions.create(kind="wrong", position=position, files={"solution.py": "x"})
    assert queries_of(client, page) == few <= 8


# --- Where to go on -----------------------------------------------------------------------------


@pytest.fixture
def passed_page(browser_of, learner, exercise):
    def passed_page():
        record_pass(learner, exercise)
        submit(learner, exercise, {"solution.py": RIGHT})
        grade_next("interactive")
        return browser_of(learner).get(exercise.get_absolute_url()).content.decode()

    return passed_page


def test_after_a_pass_the_next_exercise_of_the_lesson_is_offered(passed_page, lesson):
    second = make_exercise(lesson, "second", 2, title="The second")
    assert f'Next exercise: <a href="{second.get_absolute_url()}">The second</a>' in passed_page()


def test_one_that_was_left_out_is_offered_when_no_later_one_is_left(passed_page, lesson, learner, exercise):
    exercise.number = 2
    exercise.save()
    make_exercise(lesson, "first", 1, title="The first")
    record_pass(learner, make_exercise(lesson, "third", 3, title="The third"))
    assert "Next exercise: <a" in (html := passed_page())
    assert ">The first</a>" in html


def test_then_the_questions_of_the_lesson_and_then_the_next_lesson(passed_page, lesson, learner):
    after = Lesson.objects.create(week=lesson.week, slug="after", number=3, title="Numpy arrays")
    Lesson.objects.create(week=lesson.week, slug="planned", number=2, title="Planned", planned=True)
    question = Question.objects.create(lesson=lesson, slug="q", number=1, kind="single", prompt_html="?")
    assert f'href="{lesson.get_absolute_url()}#lesson-quiz"' in passed_page()
    question.delete()
    assert f'Next lesson: <a href="{after.get_absolute_url()}">Numpy arrays</a>' in passed_page()


def test_after_the_last_lesson_it_leads_back_to_the_week(passed_page, lesson):
    assert f'<a href="{lesson.week.get_absolute_url()}">Week 1</a>' in passed_page()


def test_before_a_pass_nothing_of_it_is_said(browser_of, learner, exercise):
    submit(learner, exercise, {"solution.py": HALF_RIGHT})
    grade_next("interactive")
    assert "Next exercise" not in browser_of(learner).get(exercise.get_absolute_url()).content.decode()


def test_who_has_passed_and_fails_again_is_told_both(passed_page, browser_of, learner, exercise):
    assert "You have passed this exercise before." not in passed_page()
    submit(learner, exercise, {"solution.py": HALF_RIGHT})
    grade_next("interactive")
    html = browser_of(learner).get(exercise.get_absolute_url()).content.decode()
    assert "You have passed this exercise before." in html
    assert "/solution/" in html
