"""The page of a lesson, its pictures, and marking it as read."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from course.models import Exercise, Lesson, LessonProgress, WeekProgress
from tests.course.conftest import FIRST, SECOND

pytestmark = pytest.mark.django_db


def test_a_learner_reads_a_lesson(tiny, learner, browser_of):
    page = browser_of(learner).get(FIRST)
    text = page.content.decode()
    assert page.status_code == 200
    assert "<h1>Counting lines</h1>" in text
    assert 'href="#what-counts"' in text, "the headings are listed beside the text"
    assert '<pre class="output" tabindex="0">1</pre>' in text
    assert "RFC 9110: HTTP Semantics" in text
    assert "about 14 minutes: 2 to read, 10 to write code, 2 for the quiz" in text
    assert f'href="{FIRST}count-errors/"' in text


def test_a_lesson_asks_for_sign_in_and_comes_back(tiny, stranger):
    page = stranger.get(FIRST)
    assert page.status_code == 302
    assert page["Location"] == f"/accounts/login/?next={FIRST}"


def test_who_has_no_place_in_a_cohort_is_told_how_to_get_one(tiny, learner, browser_of):
    learner.enrolments.all().delete()
    page = browser_of(learner).get(FIRST)
    assert page.status_code == 403
    assert "Ask your instructor for the cohort’s link" in page.content.decode()


def test_staff_reads_without_a_place(tiny, other_instructor, browser_of):
    assert browser_of(other_instructor).get(FIRST).status_code == 200


def test_previous_and_next_go_across_weeks_and_over_planned_topics(tiny, learner, browser_of):
    browser = browser_of(learner)
    first, second = browser.get(FIRST).content.decode(), browser.get(SECOND).content.decode()
    assert 'rel="prev"' not in first
    assert '<a href="/docs/basics/week1/counting-late-lines/" rel="next">' in first
    assert '<a href="/docs/basics/week1/counting-late-lines/" rel="prev">' in second
    assert '<a href="/docs/capstone/week3/data-pipeline/" rel="next">' in second


def test_a_planned_lesson_says_so_and_is_not_missing(tiny, learner, browser_of):
    page = browser_of(learner).get("/docs/basics/week1/counting-late-lines/")
    assert page.status_code == 200
    assert "planned and not written yet" in page.content.decode()
    assert not LessonProgress.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/docs/basics/week1/no-such-lesson/",
        "/docs/basics/week2/counting-lines/",
        "/docs/capstone/week1/counting-lines/",
        "/docs/basics/week9/",
        "/docs/nothing/",
    ],
)
def test_an_address_that_leads_nowhere_is_not_found(tiny, learner, browser_of, address):
    assert browser_of(learner).get(address).status_code == 404


def test_a_retired_lesson_is_gone_for_learners_and_still_there_for_staff(
    tiny, learner, instructor, browser_of
):
    Lesson.objects.filter(slug="top-paths").update(retired_at="2026-11-23T00:00:00Z")
    assert browser_of(learner).get(SECOND).status_code == 404
    assert browser_of(instructor).get(SECOND).status_code == 200


def test_marking_as_read_counts_as_reading_and_not_as_mastery(tiny, learner, browser_of):
    browser = browser_of(learner)
    answer = browser.post(f"{FIRST}read/")
    assert answer["Location"] == f"{FIRST}#lesson-standing"
    week = WeekProgress.objects.get(user=learner, week__number=1)
    assert (week.lessons_read, week.lessons_done) == (1, 0)
    assert "Read on" in browser.get(FIRST).content.decode()


def test_marking_as_read_by_htmx_answers_with_the_fragment(tiny, learner, browser_of):
    page = browser_of(learner).post(f"{FIRST}read/", headers={"HX-Request": "true"})
    text = page.content.decode()
    assert page.status_code == 200
    assert text.strip().startswith('<section class="card" id="lesson-standing"')
    assert "Read on" in text
    assert "<html" not in text


def test_a_planned_lesson_cannot_be_read(tiny, learner, browser_of):
    assert browser_of(learner).post("/docs/basics/week1/counting-late-lines/read/").status_code == 404


def test_a_picture_is_served_so_that_nothing_in_it_can_run(tiny, learner, browser_of):
    page = browser_of(learner).get(f"{FIRST}statuses.svg")
    assert page.status_code == 200
    assert page["Content-Type"] == "image/svg+xml"
    assert page["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert b"<svg" in page.content


def test_a_picture_is_for_members_and_only_of_its_lesson(tiny, learner, stranger, browser_of):
    assert stranger.get(f"{FIRST}statuses.svg").status_code == 302
    assert browser_of(learner).get(f"{SECOND}statuses.svg").status_code == 404
    assert browser_of(learner).get(f"{FIRST}no-such.svg").status_code == 404


def test_what_is_met_elsewhere_stands_in_no_list_and_counts_for_nothing(tiny, learner, browser_of):
    exercise = Exercise.objects.get(slug="count-errors")
    before = browser_of(learner).get(FIRST).content.decode()
    variant = Exercise.objects.get(slug="count-errors")
    variant.pk, variant.slug, variant.kind, variant.variant_of = None, "count-warnings", "variant", exercise
    variant.optional = True
    variant.save()

    after = browser_of(learner).get(FIRST).content.decode()

    assert "count-warnings" not in after
    assert after.count("<progress") == before.count("<progress")
    assert variant not in Exercise.objects.listed()
    assert exercise in Exercise.objects.listed()


def test_what_is_met_elsewhere_cannot_be_required(tiny):
    with pytest.raises(IntegrityError), transaction.atomic():
        Exercise.objects.filter(slug="count-errors").update(kind="blocks", optional=False)
