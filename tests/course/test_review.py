"""What comes back to a learner: rated by the answer, once a day, on their calendar; and its page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from course.models import (
    Exercise,
    ExercisePass,
    LessonProgress,
    Question,
    QuizAnswer,
    ReviewCard,
    WeekProgress,
)
from course.progress import record_answer, record_pass, record_passes
from course.review import due_count, exercises_due, next_due
from tests.course.conftest import FIRST
from tests.course.queries import statements

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def question(tiny) -> Question:
    return Question.objects.select_related("lesson__week").get(slug="which-is-an-error")


@pytest.fixture
def exercise(tiny) -> Exercise:
    return Exercise.objects.select_related("lesson__week", "variant_of").get(slug="count-errors")


@pytest.fixture
def variant(exercise) -> Exercise:
    return Exercise.objects.create(
        lesson=exercise.lesson, kind=Exercise.Kind.VARIANT, variant_of=exercise, optional=True, number=1,
        slug="count-errors-anew", title="Count errors anew", starter={}, content_hash="v",
    )  # fmt: skip


def answer(user, question, *, right: bool) -> ReviewCard:
    record_answer(user, question, "x", right)
    return ReviewCard.objects.get(user=user, question=question)


def days(card: ReviewCard) -> int:
    return (card.due_at.date() - timezone.now().date()).days


def test_a_miss_comes_back_tomorrow_and_what_was_known_in_two_days(learner, other_learner, question):
    with time_machine.travel(MONDAY, tick=False):
        assert days(answer(learner, question, right=False)) == 1
        assert days(answer(other_learner, question, right=True)) == 2
        assert due_count(learner) == 0
    with time_machine.travel(MONDAY + DAY, tick=False):
        assert (due_count(learner), due_count(other_learner)) == (1, 0)


def test_right_after_a_miss_is_hard_and_waits_less_than_right_at_once(learner, other_learner, question):
    with time_machine.travel(MONDAY, tick=False):
        answer(learner, question, right=False)
        answer(other_learner, question, right=True)
    with time_machine.travel(MONDAY + 2 * DAY, tick=False):
        hard, good = answer(learner, question, right=True), answer(other_learner, question, right=True)
        assert [rating for rating, _moment in hard.log] == [1, 2]
        assert [rating for rating, _moment in good.log] == [3, 3]
        assert days(hard) < days(good) == 11


def test_the_answer_just_read_does_not_count_as_remembered(learner, question):
    with time_machine.travel(MONDAY, tick=False):
        missed = answer(learner, question, right=False)
        again = answer(learner, question, right=True)
        assert again.due_at == missed.due_at
        assert again.missed


def test_right_answers_count_once_a_day_a_miss_always(learner, question):
    with time_machine.travel(MONDAY, tick=False):
        first = answer(learner, question, right=True)
        assert answer(learner, question, right=True).state == first.state
        assert days(answer(learner, question, right=False)) == 1


def test_the_day_is_that_of_the_learners_own_clock(learner, other_learner, question):
    other_learner.time_zone = "Pacific/Auckland"  # UTC+13 in March: Monday evening in UTC is Tuesday there
    other_learner.save()
    with time_machine.travel(datetime(2026, 3, 2, 20, tzinfo=UTC), tick=False):
        here, there = answer(learner, question, right=False), answer(other_learner, question, right=False)
    assert here.due_at == datetime(2026, 3, 3, tzinfo=UTC)
    assert there.due_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


def test_who_chose_no_zone_reads_the_cohorts_clock(learner, cohort, question):
    cohort.time_zone = "America/New_York"
    cohort.save()
    with time_machine.travel(datetime(2026, 3, 2, 3, tzinfo=UTC), tick=False):  # Sunday evening there
        assert answer(learner, question, right=False).due_at == datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_a_question_that_changed_begins_anew(learner, question):
    with time_machine.travel(MONDAY, tick=False):
        answer(learner, question, right=True)
    question.content_hash = "changed"
    question.save()
    with time_machine.travel(MONDAY + 2 * DAY, tick=False):
        card = answer(learner, question, right=True)
        assert days(card) == 2  # and not 11
        assert len(card.log) == 1


def test_a_retired_question_is_not_due(learner, question):
    with time_machine.travel(MONDAY, tick=False):
        answer(learner, question, right=False)
    Question.objects.filter(pk=question.pk).update(retired_at=MONDAY)
    with time_machine.travel(MONDAY + DAY, tick=False):
        assert due_count(learner) == 0
        assert next_due(learner) is None


def test_the_log_is_bounded(learner, question):
    for _ in range(105):
        card = answer(learner, question, right=False)
    assert len(card.log) == 100


def test_what_was_answered_before_there_were_cards_gets_one(learner, question):
    answered = QuizAnswer.objects.create(
        user=learner, question=question, answer="x", correct=False, answered_at=MONDAY
    )
    migration = import_module("course.migrations.0011_cards_of_answers")
    for _ in range(2):
        migration.make_cards(apps, None)
    card = ReviewCard.objects.get()
    assert (card.due_at, card.missed, card.state) == (answered.answered_at + DAY, True, {})
    with time_machine.travel(MONDAY + DAY, tick=False):
        assert due_count(learner) == 1
        assert days(answer(learner, question, right=True)) == 1  # Hard, as after any miss


def test_how_many_are_due_takes_one_query_however_many_there_are(learner, question):
    answer(learner, question, right=False)
    with statements() as said:
        due_count(learner)
    assert len(said) == 1


def test_an_exercise_comes_back_after_three_weeks_or_sooner_where_it_was_hard(
    learner, other_learner, exercise
):
    with time_machine.travel(MONDAY, tick=False):
        record_pass(learner, exercise)
        record_pass(other_learner, exercise, was_hard=lambda: True)
        cards = {card.user_id: card for card in ReviewCard.objects.all()}
        assert days(cards[learner.pk]) == 21
        assert days(cards[other_learner.pk]) == 12
    with time_machine.travel(MONDAY + 12 * DAY, tick=False):
        assert exercises_due(learner) == []
        (due,) = exercises_due(other_learner)
        assert (due.exercise, due.to_write) == (exercise, exercise)


def test_it_comes_back_as_a_variant_and_passing_that_moves_the_card_but_no_progress(
    learner, exercise, variant
):
    with time_machine.travel(MONDAY, tick=False):
        record_pass(learner, exercise)
    before = WeekProgress.objects.get(user=learner).exercises_passed
    with time_machine.travel(MONDAY + 21 * DAY, tick=False):
        (due,) = exercises_due(learner)
        assert due.to_write == variant
        record_pass(learner, variant)
        assert exercises_due(learner) == []
    assert ExercisePass.objects.filter(user=learner, exercise=variant).exists()
    assert WeekProgress.objects.get(user=learner).exercises_passed == before == 1
    assert not ReviewCard.objects.filter(exercise=variant).exists()


def test_a_variant_that_passed_alone_finishes_no_lesson(learner, exercise, variant):
    record_pass(learner, variant)
    assert WeekProgress.objects.get(user=learner).exercises_passed == 0
    assert LessonProgress.objects.get(user=learner).exercises_passed == 0


def test_the_code_blocks_of_a_lesson_do_not_come_back(learner, exercise):
    Exercise.objects.filter(pk=exercise.pk).update(kind=Exercise.Kind.BLOCKS, optional=True)
    exercise.refresh_from_db()
    record_pass(learner, exercise)
    record_passes([(learner.pk, exercise)])
    assert not ReviewCard.objects.exists()


def test_a_pass_before_it_is_due_moves_nothing(learner, exercise):
    with time_machine.travel(MONDAY, tick=False):
        record_pass(learner, exercise)
    with time_machine.travel(MONDAY + DAY, tick=False):
        record_pass(learner, exercise)
    assert ReviewCard.objects.get().reviewed_at == MONDAY


def test_many_passes_at_once_get_their_cards_and_twice_is_harmless(learner, other_learner, exercise):
    for _ in range(2):
        record_passes([(learner.pk, exercise), (other_learner.pk, exercise)])
    assert ReviewCard.objects.filter(exercise=exercise).count() == 2


# --- The page -----------------------------------------------------------------------------------


def test_without_an_answer_the_page_says_where_reviews_come_from(tiny, learner, browser_of):
    page = browser_of(learner).get("/review/").content.decode()
    assert "Reviews come from quizzes" in page
    assert FIRST in page


def test_with_nothing_due_it_says_when_the_next_is(tiny, learner, browser_of, question):
    with time_machine.travel(MONDAY, tick=False):
        answer(learner, question, right=False)
        page = browser_of(learner).get("/review/").content.decode()
    assert "The next questions come on Tuesday, 3 March." in page


def test_what_is_due_is_counted_and_others_cards_are_not(tiny, learner, other_learner, browser_of, question):
    with time_machine.travel(MONDAY, tick=False):
        answer(learner, question, right=False)
    with time_machine.travel(MONDAY + DAY, tick=False):
        assert "1 question is due." in browser_of(learner).get("/review/").content.decode()
        assert "Reviews come from quizzes" in browser_of(other_learner).get("/review/").content.decode()


def test_an_exercise_that_is_due_is_offered_as_its_variant(tiny, learner, browser_of, exercise, variant):
    with time_machine.travel(MONDAY, tick=False):
        record_pass(learner, exercise)
    with time_machine.travel(MONDAY + 21 * DAY, tick=False):
        page = browser_of(learner).get("/review/").content.decode()
    assert "a variant of “" in page
    assert f"{FIRST}count-errors-anew/?starter#submit" in page


def test_a_stranger_is_sent_to_sign_in(tiny, stranger):
    assert stranger.get("/review/")["Location"].startswith("/accounts/login/")
