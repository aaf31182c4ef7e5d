"""Quizzes that are sat: what is drawn, one question at a time, left and gone on with, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from course.draw import mixed
from course.models import (
    Exercise,
    Lesson,
    Module,
    Question,
    QuizAnswer,
    ReviewCard,
    Sitting,
    SittingItem,
    Week,
)
from course.progress import record_answer, record_pass
from course.sitting import begin_checkpoint, begin_review, begin_week_quiz
from course.sitting_view import checkpoint_offer
from tests.course.queries import queries_of

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK_QUIZ = "/docs/basics/week1/quiz/"
CHECKPOINT = "/docs/basics/checkpoint/"


@pytest.fixture
def questions(tiny) -> list[Question]:
    return list(Question.objects.select_related("lesson__week"))


@pytest.fixture
def all_due(learner, questions):
    """It is Tuesday, and what the learner missed on Monday, everything, is due."""
    with time_machine.travel(MONDAY, tick=False):
        for question in questions:
            record_answer(learner, question, "x", False)
    with time_machine.travel(MONDAY + DAY, tick=False):
        yield questions


@pytest.fixture
def variants(questions) -> list[Exercise]:
    """Two of the first exercise."""
    original = Exercise.objects.get(slug="count-errors")
    return [
        Exercise.objects.create(
            lesson=original.lesson, kind=Exercise.Kind.VARIANT, variant_of=original, optional=True, number=n,
            slug=f"variant-{n}", title=f"Variant {n}", starter={}, content_hash="v",
        )
        for n in (1, 2)
    ]  # fmt: skip


def right_answer(question: Question) -> dict[str, object]:
    """What has to be posted for the question to be right."""
    body = question.body
    match question.kind:
        case "numeric":
            return {"answer": body["answer"]}
        case "order":
            return {f"place-{item['id']}": place for place, item in enumerate(body["items"], start=1)}
        case "match":
            return {f"match-{pair['left_id']}": pair["right_id"] for pair in body["pairs"]}
        case _:
            return {"answer": [option["id"] for option in body["options"] if option["right"]]}


def sit(browser, sitting: Sitting, *, wrong: int = 0):
    """Answer all of it, the first `wrong` that have options wrongly; the page of the result."""
    for item in sitting.items.select_related("question").filter(answered_at=None):
        given = right_answer(item.question)
        if wrong and item.question.kind in ("single", "output", "spot-the-line"):
            given = {"answer": next(it["id"] for it in item.question.body["options"] if not it["right"])}
            wrong -= 1
        assert browser.post(item.get_absolute_url(), given).status_code == 302
    return browser.get(sitting.get_absolute_url())


def asked(sitting: Sitting) -> list[int]:
    return list(sitting.items.values_list("question", flat=True))


def first_of(sitting: Sitting) -> SittingItem:
    return sitting.items.select_related("question")[0]


# --- What is drawn ------------------------------------------------------------------------------


def test_a_draw_takes_turns_between_lessons():
    of_two = [(1, 10), (2, 10), (3, 10), (4, 20), (5, 20)]
    assert mixed(of_two, 4) == [1, 4, 2, 5]
    assert mixed(of_two, 9) == [1, 4, 2, 5, 3]
    assert mixed([], 3) == []


def test_a_review_asks_at_most_eight_and_keeps_what_it_drew(learner, all_due, browser_of):
    assert len(all_due) == 9
    browser = browser_of(learner)
    first, again = browser.post("/review/")["Location"], browser.post("/review/")["Location"]
    sitting = Sitting.objects.get()
    assert first == again == sitting.get_absolute_url()
    assert len(asked(sitting)) == 8
    assert len({question.lesson_id for question in Question.objects.in_bulk(asked(sitting)).values()}) == 2


def test_with_nothing_due_no_review_begins(learner, questions, browser_of):
    assert browser_of(learner).post("/review/")["Location"] == "/review/"
    assert not Sitting.objects.exists()


def test_the_quiz_of_a_week_asks_of_the_week_and_what_is_due_from_before(learner, all_due):
    sitting = begin_week_quiz(learner, Week.objects.get(number=2))
    items = sitting.items.select_related("question__lesson__week")
    weeks = [item.question.lesson.week.number for item in items]
    assert sorted(weeks) == [1] * 4 + [2] * 4  # week 2 has four in all; of week 1 five are due


def test_the_next_quiz_of_a_week_asks_others_first(learner, questions):
    week, lesson = Week.objects.get(number=1), Lesson.objects.get(slug="counting-lines")
    for n in range(7):
        Question.objects.create(lesson=lesson, slug=f"q{n}", number=n, kind="numeric", content_hash="x")
    first = asked(begin_week_quiz(learner, week))
    Sitting.objects.update(finished_at=timezone.now())
    second = asked(begin_week_quiz(learner, week))
    assert len(first) == len(second) == 6
    assert not set(first) & set(second)


def test_the_same_person_is_asked_the_same_again_and_another_the_same_questions(
    learner, other_learner, questions
):
    week = Week.objects.get(number=1)
    mine = asked(begin_week_quiz(learner, week))
    Sitting.objects.all().delete()
    assert asked(begin_week_quiz(learner, week)) == mine
    assert sorted(asked(begin_week_quiz(other_learner, week))) == sorted(mine)


def test_a_checkpoint_asks_over_the_module_and_for_a_variant_that_was_not_seen(learner, variants):
    module = Module.objects.get(slug="basics")
    first = begin_checkpoint(learner, module)
    assert len(asked(first)) == 9
    assert first.exercise == variants[0]
    Sitting.objects.update(finished_at=timezone.now())
    assert begin_checkpoint(learner, module).exercise == variants[1]


# --- One question after another -----------------------------------------------------------------


def test_progress_is_said_and_a_reload_asks_the_same(learner, all_due, browser_of):
    browser = browser_of(learner)
    entry = browser.post("/review/")["Location"]
    at = browser.get(entry)["Location"]
    assert "1 of 8" in browser.get(at).content.decode()
    assert browser.get(entry)["Location"] == at


def test_who_stops_goes_on_where_they_were(learner, all_due, browser_of):
    browser, sitting = browser_of(learner), begin_review(learner)
    first = first_of(sitting)
    browser.post(first.get_absolute_url(), right_answer(first.question))
    assert "You are in the middle of a review." in browser.get("/review/").content.decode()
    assert browser.get(sitting.get_absolute_url())["Location"] == f"/quizzes/{sitting.pk}/2/"


def test_an_answer_is_explained_at_once_and_moves_the_card(learner, all_due, browser_of):
    browser, item = browser_of(learner), first_of(begin_review(learner))
    answer = browser.post(item.get_absolute_url(), right_answer(item.question))
    assert answer["Location"] == f"{item.get_absolute_url()}#question-{item.question.slug}"
    page = browser.get(item.get_absolute_url()).content.decode()
    assert "Right." in page
    assert "Next question" in page
    assert ReviewCard.objects.get(user=learner, question=item.question).due_at > timezone.now()


def test_htmx_gets_the_question_the_result_with_the_focus_and_the_way_on(learner, all_due, browser_of):
    item = first_of(begin_review(learner))
    page = browser_of(learner).post(
        item.get_absolute_url(), right_answer(item.question), headers={"HX-Request": "true"}
    )
    text = page.content.decode()
    assert '<div class="stack" id="asked">' in text
    assert 'tabindex="-1" autofocus' in text
    assert "Next question" in text
    assert "<html" not in text


def test_what_is_no_answer_is_said_and_costs_nothing(learner, all_due, browser_of):
    item = first_of(begin_review(learner))
    assert browser_of(learner).post(item.get_absolute_url(), {}).status_code == 422
    item.refresh_from_db()
    assert item.answered_at is None


def test_a_second_answer_changes_nothing(learner, all_due, browser_of):
    browser, item = browser_of(learner), first_of(begin_review(learner))
    browser.post(item.get_absolute_url(), right_answer(item.question))
    tries = QuizAnswer.objects.get(question=item.question).tries
    browser.post(item.get_absolute_url(), {"answer": "x"})
    item.refresh_from_db()
    assert item.right
    assert QuizAnswer.objects.get(question=item.question).tries == tries


def test_a_question_that_is_retired_meanwhile_is_left_out(learner, all_due, browser_of):
    browser, sitting = browser_of(learner), begin_review(learner)
    gone = first_of(sitting)
    Question.objects.filter(pk=gone.question_id).update(retired_at=timezone.now())
    assert browser.get(sitting.get_absolute_url())["Location"] == f"/quizzes/{sitting.pk}/2/"
    assert "1 of 7" in browser.get(f"/quizzes/{sitting.pk}/2/").content.decode()
    page = browser.post(gone.get_absolute_url(), right_answer(gone.question))
    assert page.status_code == 422
    assert "This question is not asked any more." in page.content.decode()


@pytest.mark.parametrize("who", ["other_learner", "instructor"])
def test_nobody_else_sees_a_sitting(learner, all_due, browser_of, request, who):
    item = first_of(begin_review(learner))
    browser = browser_of(request.getfixturevalue(who))
    assert browser.get(item.get_absolute_url()).status_code == 404
    assert browser.get(item.sitting.get_absolute_url()).status_code == 404
    assert browser.post(item.get_absolute_url(), {"answer": "x"}).status_code == 404
    assert not SittingItem.objects.filter(answered_at__isnull=False).exists()


# --- What came of it ----------------------------------------------------------------------------


def test_a_finished_review_says_what_was_right_when_the_next_come_and_where_to_go(
    learner, all_due, browser_of
):
    page = sit(browser_of(learner), begin_review(learner), wrong=2).content.decode()
    assert "6 of 8 right" in page
    assert "The 2 that you missed come back tomorrow" in page
    assert "Review: 1 more is due" in page
    assert page.count("data-answered=") == 8


def test_the_quiz_of_a_week_may_be_sat_again_and_its_best_is_shown(learner, questions, browser_of):
    browser, week = browser_of(learner), Week.objects.get(number=1)
    assert "Begin" in browser.get(WEEK_QUIZ).content.decode()
    sit(browser, begin_week_quiz(learner, week), wrong=1)
    sit(browser, begin_week_quiz(learner, week), wrong=2)
    assert "4 of 5" in browser.get(WEEK_QUIZ).content.decode()
    assert "best: 4 of 5" in browser.get("/docs/basics/week1/").content.decode()


def test_the_exercise_of_a_checkpoint_is_a_point_whenever_it_passes(learner, variants, browser_of):
    browser, module = browser_of(learner), Module.objects.get(slug="basics")
    page = sit(browser, begin_checkpoint(learner, module)).content.decode()
    assert "One point is left: write this exercise." in page
    assert "best: 9 of 10" in browser.get("/docs/basics/").content.decode()
    record_pass(learner, variants[0])
    assert "best: 10 of 10" in browser.get("/docs/basics/").content.decode()


def test_a_week_without_questions_has_no_quiz_and_its_module_no_checkpoint(learner, questions, browser_of):
    browser, module = browser_of(learner), Module.objects.get(slug="basics")
    assert checkpoint_offer(learner, module)
    Question.objects.filter(lesson__week__number=1).update(retired_at=timezone.now())
    assert browser.get(WEEK_QUIZ).status_code == 404
    assert browser.get(CHECKPOINT).status_code == 404
    assert "Quiz of the week" not in browser.get("/docs/basics/week1/").content.decode()
    assert "Checkpoint" not in browser.get("/docs/basics/").content.decode()


def test_an_answer_to_what_has_changed_since_breaks_no_result(learner, all_due, browser_of):
    browser, sitting = browser_of(learner), begin_review(learner)
    sit(browser, sitting)
    sitting.items.update(answer="gone")
    assert "The question has changed since." in browser.get(sitting.get_absolute_url()).content.decode()


@pytest.mark.slow
def test_pages_cost_the_same_however_often_quizzes_were_sat(learner, all_due, browser_of):
    browser = browser_of(learner)
    week, module = Week.objects.get(number=1), Module.objects.get(slug="basics")
    pages = ["/review/", WEEK_QUIZ, CHECKPOINT]

    def costs() -> list[int]:
        sat = [begin_week_quiz(learner, week), begin_checkpoint(learner, module), begin_review(learner)]
        items = [queries_of(browser, first_of(sitting).get_absolute_url()) for sitting in sat]
        open_ones = [queries_of(browser, page) for page in pages]
        for sitting in sat:
            sit(browser, sitting)
        record_answer(learner, all_due[0], "x", False)
        ReviewCard.objects.update(due_at=MONDAY)
        results = [queries_of(browser, sitting.get_absolute_url()) for sitting in sat]
        return items + open_ones + results

    first = costs()
    for _ in range(3):
        assert costs() == first
    assert max(first) <= 12, first
