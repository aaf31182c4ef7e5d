"""The course in the admin: content is read there, cohorts are run there."""

from __future__ import annotations

from datetime import date

import pytest

from course.models import Cohort, Enrolment, Exercise, Lesson

pytestmark = pytest.mark.django_db

KINDS = ["module", "week", "lesson", "exercise", "question", "resource"]


@pytest.mark.parametrize("kind", KINDS)
def test_staff_reads_the_content(tiny, instructor, browser_of, kind):
    browser = browser_of(instructor)
    assert browser.get(f"/admin/course/{kind}/").status_code == 200
    assert browser.get(f"/admin/course/{kind}/add/").status_code == 403


def test_nobody_changes_content_there(tiny, admin_user, browser_of):
    browser = browser_of(admin_user)
    for kind, row in (("lesson", Lesson.objects.first()), ("exercise", Exercise.objects.first())):
        address = f"/admin/course/{kind}/{row.pk}"
        page = browser.get(f"{address}/change/")
        assert page.status_code == 200
        assert "<textarea" not in page.content.decode()
        assert browser.post(f"{address}/change/", {"title": "Mine"}).status_code == 403
        assert browser.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


def test_an_administrator_opens_a_cohort_with_its_people(course, admin_user, learner, instructor, browser_of):
    browser = browser_of(admin_user)
    learner.enrolments.all().delete()
    page = browser.get("/admin/course/cohort/add/").content.decode()
    assert "shown once the cohort is saved" in page
    browser.post(
        "/admin/course/cohort/add/",
        {
            "course": course.pk,
            "name": "Autumn",
            "starts_on": "2026-09-07",
            "join_code": "a-code-to-share",
            "open_for_joining": "on",
            "time_zone": "Europe/Berlin",
            "attempts_policy": "best",
            "instructors": [instructor.pk],
            "enrolments-TOTAL_FORMS": "1",
            "enrolments-INITIAL_FORMS": "0",
            "enrolments-0-user": learner.pk,
        },
    )
    cohort = Cohort.objects.get(name="Autumn")
    assert list(cohort.instructors.all()) == [instructor]
    assert Enrolment.objects.get(user=learner).cohort == cohort
    assert (
        "/join/a-code-to-share/" in browser.get(f"/admin/course/cohort/{cohort.pk}/change/").content.decode()
    )


def test_an_instructor_sees_their_cohorts_and_changes_none(
    course, cohort, learner, instructor, other_instructor, browser_of
):
    other = Cohort.objects.create(course=course, name="Autumn", starts_on=date(2026, 9, 7))
    other.instructors.add(other_instructor)
    browser = browser_of(instructor)
    page = browser.get("/admin/course/cohort/").content.decode()
    assert "Spring" in page
    assert "Autumn" not in page
    mine = f"/admin/course/cohort/{cohort.pk}/change/"
    assert cohort.join_code in browser.get(mine).content.decode()
    assert browser.post(mine, {"name": "Mine"}).status_code == 403
    assert browser.get(f"/admin/course/cohort/{other.pk}/change/").status_code == 302
    assert "Lena Learner" in browser.get("/admin/course/enrolment/").content.decode()
    assert "Lena Learner" not in browser_of(other_instructor).get("/admin/course/enrolment/").content.decode()


@pytest.mark.parametrize("kind", [*KINDS, "cohort", "enrolment"])
def test_learners_and_strangers_stay_outside(tiny, learner, stranger, browser_of, kind):
    for browser in (browser_of(learner), stranger):
        assert browser.get(f"/admin/course/{kind}/").status_code in (302, 403)
