"""Home, syllabus, module and week."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from course.models import Exercise, Lesson, LessonProgress
from course.progress import mark_read, record_pass

pytestmark = pytest.mark.django_db


def test_home_shows_a_stranger_what_the_course_is(tiny, stranger):
    page = stranger.get("/").content.decode()
    assert "<h1>A tiny course</h1>" in page
    assert "small enough to test a site with" in page
    assert 'href="/syllabus/#basics"' in page
    assert "Weeks 3–4" in page


def test_home_says_how_much_it_is_and_what_a_check_says(tiny, stranger):
    page = stranger.get("/").content.decode()
    assert "4 weeks" in page
    assert "2 lessons written so far, with 2 exercises" in page
    assert "is it a percentile of all of them?" in page


def test_home_sends_who_is_signed_in_to_the_dashboard(tiny, learner, browser_of):
    assert browser_of(learner).get("/")["Location"] == "/dashboard/"


def test_home_tells_who_has_no_place_how_to_get_one(tiny, learner, browser_of):
    learner.enrolments.all().delete()
    page = browser_of(learner).get("/").content.decode()
    assert "Ask your instructor for the cohort’s link." in page
    assert "/accounts/login/" not in page


@pytest.mark.parametrize("address", ["/", "/syllabus/"])
def test_without_a_course_the_page_says_how_to_load_one(stranger, db, address):
    page = stranger.get(address)
    assert page.status_code == 200
    assert "load_course" in page.content.decode()


def test_the_syllabus_is_public_and_lists_everything(tiny, stranger):
    page = stranger.get("/syllabus/").content.decode()
    for text in (
        "Module 1 · Basics",
        "Week 1 · Counting",
        "Counting lines",
        "Capstone Project",
        "Designing Machine Learning Systems by Chip Huyen",
        "Fast.ai Practical Deep Learning",
        "<strong>Version Control</strong>: Git, DVC",
        "Set up a complete MLOps pipeline",
        "Books",
        "Online Courses",
        "Tools to Master",
        "Hands-on Labs",
    ):
        assert text in page
    assert re.search(r'class="planned">Counting late lines\s*<span class="badge">planned', page)
    assert "Your progress" not in page


def test_the_syllabus_shows_how_far_somebody_is(tiny, learner, browser_of):
    lesson = Lesson.objects.get(slug="counting-lines")
    mark_read(learner, lesson)
    record_pass(learner, Exercise.objects.get(slug="count-errors"))
    page = browser_of(learner).get("/syllabus/").content.decode()
    assert "Your progress" in page
    assert '<span class="badge">read</span>' in page
    assert "0 of 1 lessons done" in page
    assert 'class="weekmap"' in page


def test_a_module_shows_its_weeks_and_what_they_are_for(tiny, learner, browser_of):
    page = browser_of(learner).get("/docs/basics/").content.decode()
    assert "Count errors in a log." in page
    assert 'href="/docs/basics/week2/"' in page
    assert "An exercise counts once one of your submissions has passed every check." in page


def test_a_week_shows_its_lessons_and_mini_project(tiny, learner, browser_of):
    page = browser_of(learner).get("/docs/basics/week1/").content.decode()
    assert "Turn lines into a number that you trust." in page
    assert "<strong>Mini-project</strong>" in page
    assert "This lesson is not written yet." in page
    assert "Count the errors in a log, and say what an error is." in page


def test_a_week_begins_with_the_lesson_to_take_now(tiny, learner, browser_of):
    browser = browser_of(learner)
    page = browser.get("/docs/basics/week1/").content.decode()
    assert "Begin Counting lines" in page
    mark_read(learner, Lesson.objects.get(slug="counting-lines"))
    assert "Go on with Counting lines" in browser.get("/docs/basics/week1/").content.decode()
    LessonProgress.objects.update(done_at=timezone.now())
    page = browser.get("/docs/basics/week1/").content.decode()
    assert "Go on with" not in page
    assert 'data-state="done"' in page


def test_a_week_and_a_module_lead_on_to_their_neighbours(tiny, learner, browser_of):
    page = browser_of(learner).get("/docs/basics/week2/").content.decode()
    assert 'href="/docs/basics/week1/" rel="prev"' in page
    assert 'href="/docs/capstone/week3/" rel="next"' in page
    page = browser_of(learner).get("/docs/basics/").content.decode()
    assert 'href="/docs/capstone/" rel="next"' in page
    assert 'rel="prev"' not in page


def test_a_week_that_is_planned_says_so_once_and_what_to_do(tiny, learner, browser_of):
    page = browser_of(learner).get("/docs/capstone/week3/").content.decode()
    assert page.count("None of them is written yet.") == 1
    assert "This lesson is not written yet." not in page
    assert '<span class="visually-hidden">planned</span>' in page


def test_the_last_weeks_share_a_page(tiny, learner, browser_of):
    browser = browser_of(learner)
    assert "Weeks 3–4" in browser.get("/docs/capstone/week3/").content.decode()
    assert browser.get("/docs/capstone/week4/").status_code == 404


@pytest.mark.parametrize("address", ["/docs/basics/", "/docs/basics/week1/"])
def test_below_the_syllabus_a_place_is_needed(tiny, stranger, learner, browser_of, address):
    assert stranger.get(address).status_code == 302
    learner.enrolments.all().delete()
    assert browser_of(learner).get(address).status_code == 403


def test_pages_only_answer_to_looking(tiny, learner, browser_of):
    assert browser_of(learner).post("/syllabus/").status_code == 405
    assert browser_of(learner).post("/docs/basics/week1/").status_code == 405
