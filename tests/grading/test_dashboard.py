"""The dashboard: where somebody is, what is next, what came out lately, and what each number rests on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from course.models import (
    Enrolment,
    LearningDay,
    Lesson,
    LessonProgress,
    Module,
    Question,
    QuizAnswer,
    ReviewCard,
    TimeSpent,
    Week,
    WeekProgress,
)
from course.progress import mark_read, record_pass
from course.review import note_answer
from grading.models import Submission
from grading.review import review
from grading.submit import SubmissionRefused, submit
from tests.grading.conftest import make_exercise
from tests.grading.queries import queries_of


@pytest.fixture
def dashboard(browser_of, learner):
    def dashboard(user=learner, **headers):
        return browser_of(user).get("/dashboard/", headers=headers).content.decode()

    return dashboard


def test_strangers_sign_in_first_and_people_without_a_cohort_are_told_whom_to_ask(stranger, browser_of, db):
    assert stranger.get("/dashboard/").status_code == 302
    alone = User.objects.create_user("alone@example.org")
    assert browser_of(alone).get("/dashboard/").status_code == 403


def test_who_is_new_is_welcomed_with_one_first_step_and_no_empty_boxes(
    dashboard, browser_of, learner, lesson
):
    html = dashboard()
    assert "Welcome, Lena Learner" in html
    assert "Your first step" in html
    assert lesson.get_absolute_url() in html
    for empty in (
        "Recent verdicts",
        "Days of learning",
        "Time spent",
        "Your progress",
        "The plan (the line)",
    ):
        assert empty not in html
    browser_of(learner).get(lesson.get_absolute_url())
    html = dashboard()
    assert "Hello, Lena Learner" in html
    assert "Your next step" in html
    for there in ("Recent verdicts", "Days of learning", "Time spent", "Your progress"):
        assert there in html


def test_it_says_which_week_the_cohort_is_in(dashboard, cohort, learner, lesson):
    mark_read(learner, lesson)
    for days, said in (
        (3, "Spring starts on"),
        (-1, "Spring is in week 1"),
        (-8, "The weeks of Spring are over"),
    ):
        cohort.starts_on = timezone.localdate() + timedelta(days=days)
        cohort.save()
        html = dashboard()
        assert said in html
        assert ('class="plan__bar"' in html) == (days < 0)
    assert "The plan is 1 lesson ahead of you." in html
    assert "asks for those of the days that are over" in html


def test_each_picture_has_its_numbers_in_a_table(dashboard, cohort, learner, lesson, exercise):
    cohort.starts_on = timezone.localdate() - timedelta(days=3)
    cohort.save()
    record_pass(learner, exercise)
    TimeSpent.objects.create(user=learner, lesson=lesson, day=timezone.localdate(), seconds=75)
    html = dashboard()
    tables = [part.partition("</table>")[0] for part in html.split("<table")[1:]]
    plan, weeks, time = (" ".join(table.split()) for table in tables[:3])
    assert '<th scope="row">Done</th><td class="number">1</td>' in plan
    assert '<th scope="row">Asked for by the end of this week</th><td class="number">1</td>' in plan
    assert (
        '<td class="number">100%</td> <td class="number">1 of 1</td> <td class="number">0 of 0</td>' in weeks
    )
    assert lesson.week.get_absolute_url() in weeks
    assert "1 min" in time


def test_a_week_in_the_heat_map_is_a_link_with_a_name(dashboard, lesson, exercise):
    html = dashboard()
    link = (
        f'href="{lesson.week.get_absolute_url()}" aria-label="Week 1, Python for ML: 0 of 1 exercises passed'
    )
    assert link in html


def test_days_and_time_are_the_learners_own(dashboard, learner, other_learner, lesson):
    for user in (learner, other_learner):
        mark_read(user, lesson)
    LearningDay.objects.create(user=learner, day=timezone.localdate() - timedelta(days=1))
    TimeSpent.objects.create(user=learner, lesson=lesson, day=timezone.localdate(), seconds=75)
    mine, others = dashboard(), dashboard(other_learner)
    assert "<strong>2</strong> days in this run" in mine
    assert "<strong>1 min</strong> since Monday" in mine
    assert "<strong>1</strong> day in this run" in others
    assert "<strong>0 min</strong> since Monday" in others
    assert "Without JavaScript" in mine
    assert 'href="/what-is-counted/"' in mine


def test_sending_code_makes_it_a_day_of_learning(dashboard, learner, exercise):
    assert not LearningDay.objects.exists()
    submit(learner, exercise, {"solution.py": "x = 1"}, purpose=Submission.Purpose.RUN)
    assert LearningDay.objects.get().user == learner
    submit(learner, exercise, {"solution.py": "x = 2"})
    assert LearningDay.objects.count() == 1


def test_code_that_was_refused_is_no_day_of_learning(learner, exercise):
    with pytest.raises(SubmissionRefused):
        submit(learner, exercise, {"another.py": "x = 1"})
    assert not LearningDay.objects.exists()


def test_reviews_that_are_due_have_a_card_and_where_none_are_there_is_none(dashboard, learner, lesson):
    mark_read(learner, lesson)
    assert "To review" not in dashboard()
    for number in range(3):
        asked = {
            "slug": f"q-{number}",
            "number": number,
            "kind": "single",
            "prompt_html": "?",
            "content_hash": "h",
        }
        note_answer(learner, Question.objects.create(lesson=lesson, **asked), right=False)
    ReviewCard.objects.update(due_at=timezone.now())
    html = dashboard()
    assert "<strong>3</strong> questions are due" in html
    assert "3 questions to review" in html


def test_recent_verdicts_ask_again_only_while_one_is_open(dashboard, learner, exercise):
    mark_read(learner, exercise.lesson)
    assert "You have not submitted anything yet" in dashboard()
    submission = Submission.objects.create(user=learner, exercise=exercise, files={})
    html = dashboard(**{"HX-Request": "true"})
    assert "<html" not in html
    assert 'data-verdict="queued"' in html
    assert "hx-trigger" in html
    Submission.objects.filter(pk=submission.pk).update(state="done", verdict="passed")
    html = dashboard(**{"HX-Request": "true"})
    assert 'data-verdict="passed"' in html
    assert "hx-trigger" not in html


def test_a_review_is_shown_to_its_learner_only(dashboard, learner, other_learner, instructor, exercise):
    submission = Submission.objects.create(
        user=learner, exercise=exercise, files={}, state="done", verdict="passed"
    )
    review(submission, instructor, decision="reviewed", comment="Well done, Lena.")
    assert "Well done, Lena." in dashboard()
    assert "Well done, Lena." not in dashboard(other_learner)


def test_an_instructor_sees_how_many_wait_for_a_review(dashboard, instructor, learner, exercise):
    Submission.objects.create(user=learner, exercise=exercise, files={}, state="done", verdict="passed")
    assert "1 submission of your learners has no review yet" in dashboard(instructor)


def test_progress_comes_with_its_rule(dashboard, learner, exercise):
    record_pass(learner, exercise)
    html = dashboard()
    assert "Exercises passed" in html
    assert "passed every check" in html


@pytest.fixture
def grow(course, cohort, lesson):
    """Make it a course of 26 weeks with 1,000 learners, one of whom has years of history."""

    def grow(learner: User) -> None:
        module = Module.objects.create(course=course, slug="more", number=2, title="More", aim="Go on.")
        weeks = Week.objects.bulk_create(
            Week(module=module, slug=f"w{n}", number=n, last_number=n, title=f"W{n}", lesson_total=4)
            for n in range(2, 27)
        )
        lessons = Lesson.objects.bulk_create(
            Lesson(week=week, slug=f"{week.slug}-{n}", number=n, title="L")
            for week in weeks
            for n in range(4)
        )
        exercises = [make_exercise(one, f"e-{one.slug}", 1) for one in lessons]
        questions = Question.objects.bulk_create(
            Question(
                lesson=one, slug=f"q-{one.slug}", number=1, kind="single", prompt_html="?", content_hash="x"
            )
            for one in lessons
        )
        people = User.objects.bulk_create(User(email=f"l{n}@example.org") for n in range(999))
        Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=user) for user in people)
        everybody = [*people, learner]
        WeekProgress.objects.bulk_create(WeekProgress(user=u, week=w) for u in everybody for w in weeks)
        QuizAnswer.objects.bulk_create(
            QuizAnswer(user=u, question=q, answer="a", correct=True)
            for u in [learner, *people[:50]]
            for q in questions
        )
        today = timezone.localdate()
        days = [today - timedelta(days=n) for n in range(1, 1000)]
        LearningDay.objects.bulk_create(LearningDay(user=learner, day=day) for day in days)
        TimeSpent.objects.bulk_create(
            TimeSpent(user=learner, lesson=one, day=day, seconds=60) for one in lessons[:5] for day in days
        )
        LessonProgress.objects.bulk_create(LessonProgress(user=learner, lesson=one) for one in lessons)
        Submission.objects.bulk_create(
            Submission(user=learner, exercise=one, files={}, state="done", verdict="failed")
            for one in exercises
            for _ in range(5)
        )

    return grow


@pytest.mark.slow
def test_it_costs_the_same_at_26_weeks_and_1000_learners(browser_of, learner, instructor, exercise, grow):
    client, teacher = browser_of(learner), browser_of(instructor)
    mark_read(learner, exercise.lesson)
    done = Submission.objects.create(
        user=learner, exercise=exercise, files={}, state="done", verdict="failed"
    )
    review(done, instructor, decision="comment", comment="Look again.")
    few = [queries_of(browser, "/dashboard/") for browser in (client, teacher)]
    grow(learner)
    assert [queries_of(browser, "/dashboard/") for browser in (client, teacher)] == few
    assert max(few) <= 28


@pytest.mark.slow
def test_looking_again_at_the_verdicts_costs_the_same(browser_of, learner, exercise, grow):
    client = browser_of(learner)
    Submission.objects.create(user=learner, exercise=exercise, files={})
    few = queries_of(client, "/dashboard/", **{"HX-Request": "true"})
    grow(learner)
    assert queries_of(client, "/dashboard/", **{"HX-Request": "true"}) == few <= 4
