"""The dashboard: the next step, this week, what came out lately, and how far."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from course.models import Lesson, Module, Week
from course.progress import mark_read, record_pass
from grading.models import Submission
from grading.review import review
from tests.grading.conftest import make_exercise
from tests.grading.queries import queries_of


@pytest.fixture
def dashboard(browser_of, learner):
    def dashboard(user=learner, **headers):
        return browser_of(user).get("/dashboard/", headers=headers).content.decode()

    return dashboard


def test_strangers_sign_in_first_and_people_without_a_cohort_are_told_whom_to_ask(stranger, browser_of, db):
    from accounts.models import User

    assert stranger.get("/dashboard/").status_code == 302
    alone = User.objects.create_user("alone@example.org")
    assert browser_of(alone).get("/dashboard/").status_code == 403


def test_the_next_step_is_to_read_then_to_solve_then_nothing(dashboard, learner, lesson, exercise):
    assert "Read the lesson" in dashboard()
    mark_read(learner, lesson)
    html = dashboard()
    assert "Do the exercise" in html
    assert exercise.get_absolute_url() in html
    record_pass(learner, exercise)
    assert "You have done everything that is written so far" in dashboard()


def test_it_says_which_week_the_cohort_is_in(dashboard, cohort, lesson):
    cohort.starts_on = timezone.localdate() + timedelta(days=3)
    cohort.save()
    assert "Spring starts on" in dashboard()
    cohort.starts_on = timezone.localdate() - timedelta(days=1)
    cohort.save()
    html = dashboard()
    assert "Spring is in week 1" in html
    assert lesson.title in html


def test_recent_verdicts_ask_again_only_while_one_is_open(dashboard, learner, exercise):
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


def test_it_costs_the_same_with_26_weeks_and_a_long_history(
    browser_of, learner, other_learner, instructor, exercise, course
):
    client = browser_of(learner)

    def submit_all(exercises):
        for one in exercises:
            for user in (learner, other_learner):
                done = Submission.objects.create(
                    user=user, exercise=one, files={}, state="done", verdict="passed"
                )
                review(done, instructor, decision="comment", comment="Good.")
                record_pass(user, one)

    submit_all([exercise])
    few = queries_of(client, "/dashboard/")
    module = Module.objects.create(course=course, slug="more", number=2, title="More", aim="Go on.")
    weeks = [
        Week.objects.create(
            module=module, slug=f"w{n}", number=n, last_number=n, title=f"W{n}", aim="Go on.", lesson_total=1
        )
        for n in range(2, 27)
    ]
    lessons = [
        Lesson.objects.create(week=week, slug=f"l{week.number}", number=1, title="L") for week in weeks
    ]
    submit_all([make_exercise(lesson, f"e{lesson.pk}", 1) for lesson in lessons])
    assert abs(queries_of(client, "/dashboard/") - few) <= 2
