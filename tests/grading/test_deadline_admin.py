"""Instructors set deadlines and grant extensions, for the cohorts they teach."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from course.models import AttemptLimit, Cohort, Deadline, Enrolment, Extension
from grading.models import Submission
from tests.grading.queries import queries_of

DUE = datetime(2026, 3, 8, 22, 59, tzinfo=UTC)  # 23:59 in Berlin
DAY = timedelta(days=1)
DEADLINES, LIMITS = "/admin/course/deadline/", "/admin/course/attemptlimit/"
EXTENSIONS, COHORTS = "/admin/course/extension/", "/admin/course/cohort/"


@pytest.fixture(autouse=True)
def in_march():
    with time_machine.travel(DUE - 5 * DAY):
        yield


@pytest.fixture
def spring(cohort):
    cohort.time_zone = "Europe/Berlin"
    cohort.save()
    return cohort


@pytest.fixture
def autumn(course, other_instructor):
    """Somebody else's cohort, with a learner in it."""
    autumn = Cohort.objects.create(
        course=course, name="Autumn", starts_on=date(2026, 9, 7), time_zone="UTC", attempts_allowed=1
    )
    autumn.instructors.add(other_instructor)
    Enrolment.objects.create(cohort=autumn, user=User.objects.create_user("amy@example.org", name="Amy"))
    return autumn


@pytest.fixture
def deadline(spring, exercise):
    return Deadline.objects.create(cohort=spring, week=exercise.lesson.week, due_at=DUE)


@pytest.fixture
def late(learner, exercise):
    """Something that came a day late, and has half the credit."""
    said = {"created_at": DUE + DAY, "credit_percent": 50, "credit_reason": "late"}
    return Submission.objects.create(user=learner, exercise=exercise, files={}, **said)


@pytest.fixture
def desk(browser_of, instructor):
    """The instructor's browser: `desk.post(address, **what is typed)` gives the page after it."""

    class Desk:
        client = browser_of(instructor)

        def get(self, address):
            return self.client.get(address, follow=True).content.decode()

        def post(self, address, **data):
            return self.client.post(address, data, follow=True).content.decode()

    return Desk()


@pytest.fixture
def typed(spring, exercise):
    """What the form for a deadline holds; other things in place of some of it: `typed(due="…")`."""

    def typed(**other):
        said = {"cohort": spring.pk, "week": exercise.lesson.week_id, "due": "2026-03-08T23:59"}
        return said | {"grace_minutes": 15, "late_percent": 50, "closes": ""} | other

    return typed


# --- Deadlines ----------------------------------------------------------------------------------


def test_an_instructor_sets_a_deadline_by_the_cohorts_clock(desk, typed, instructor, spring):
    User.objects.filter(pk=instructor.pk).update(time_zone="Asia/Tokyo")
    html = desk.post(f"{DEADLINES}add/", **typed(closes="2026-03-15T23:59"))
    deadline = Deadline.objects.get()
    assert (deadline.due_at, deadline.closes_at) == (DUE, DUE + 7 * DAY)
    assert "Mon 9 Mar, 07:59 JST" in html, "the list is by the instructor's own clock"
    form = desk.get(f"{DEADLINES}{deadline.pk}/change/")
    assert 'value="2026-03-08T23:59"' in form
    desk.post(f"{DEADLINES}{deadline.pk}/change/", **typed(due="2026-03-10T12:00"))
    deadline.refresh_from_db()
    assert deadline.due_at == datetime(2026, 3, 10, 11, 0, tzinfo=UTC)
    assert deadline.closes_at is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"closes": "2026-03-08T23:59"}, "It would close before it is due."),
        ({"closes": "2026-03-09T00:10"}, "It would close within the grace."),
        ({"due": "2026-03-29T02:30"}, "02:30 on 29 March 2026 does not exist in Europe/Berlin"),
        ({"due": "2026-10-25T02:30"}, "02:30 on 25 October 2026 comes twice in Europe/Berlin"),
        ({"closes": "2026-03-15T"}, "Enter a valid date/time."),
        ({"due": ""}, "This field is required."),
        ({"due": "9999-12-31T23:59"}, "Choose a year from 2000 to 2100."),
        ({"due": "0001-01-01T00:00"}, "Choose a year from 2000 to 2100."),
        ({"late_percent": 101}, "A percentage is at most 100."),
        ({"week": ""}, "Choose either a week or an exercise."),
    ],
    ids=lambda value: " ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else "",
)
def test_what_makes_no_deadline_gets_a_sentence(desk, typed, wrong, says):
    html = desk.post(f"{DEADLINES}add/", **typed(**wrong))
    assert says in html
    assert "is violated" not in html
    assert not Deadline.objects.exists()


def test_a_week_and_an_exercise_together_get_a_sentence(desk, typed, exercise):
    assert "Choose either a week or an exercise." in desk.post(
        f"{DEADLINES}add/", **typed(exercise=exercise.pk)
    )


def test_a_cohort_without_a_time_zone_gets_none(desk, typed, spring):
    Cohort.objects.update(time_zone="")
    html = desk.post(f"{DEADLINES}add/", **typed())
    assert "“Spring” has no time zone yet, and 23:59 is no moment without one." in html
    assert not Deadline.objects.exists()


def test_a_second_deadline_for_the_same_week_is_refused(desk, typed, deadline):
    assert "already exists" in desk.post(f"{DEADLINES}add/", **typed())
    assert Deadline.objects.count() == 1


def test_a_later_deadline_raises_what_came_late_and_says_so(desk, typed, deadline, late):
    html = desk.post(f"{DEADLINES}{deadline.pk}/change/", **typed(due="2026-03-15T23:59"))
    assert "1 submission that came late counts more now." in html
    late.refresh_from_db()
    assert late.credit_percent == 100


def test_a_deadline_that_is_taken_away_leaves_nobody_late(desk, deadline, late):
    desk.post(f"{DEADLINES}{deadline.pk}/delete/", post="yes")
    assert Submission.objects.get().credit_percent == 100


def test_the_plan_is_one_action_also_for_who_may_not_change_the_cohort(desk, spring, autumn, exercise):
    action = {"action": "plan", "_selected_action": [spring.pk, autumn.pk]}
    html = desk.post(COHORTS, **action)
    assert "“Spring” has 1 more deadline." in html
    assert Deadline.objects.get().due_at == DUE
    assert "“Spring” has 0 more deadlines." in desk.post(COHORTS, **action)
    Cohort.objects.update(time_zone="")
    assert "“Spring” has no time zone yet" in desk.post(COHORTS, **action)
    assert not Deadline.objects.filter(cohort=autumn).exists(), "it is somebody else's"


def test_attempts_by_exercise_are_set_there_too(desk, spring, exercise):
    desk.post(f"{LIMITS}add/", cohort=spring.pk, exercise=exercise.pk, attempts_allowed=3)
    assert AttemptLimit.objects.get().attempts_allowed == 3


# --- Extensions ---------------------------------------------------------------------------------


@pytest.fixture
def granted(learner, exercise):
    def granted(**other):
        return {
            "user": learner.pk,
            "exercise": exercise.pk,
            "extra_days": 3,
            "extra_attempts": 0,
            "reason": "was ill",
        } | other

    return granted


def test_the_review_leads_to_a_form_that_is_filled_in_already(desk, deadline, learner, exercise):
    submission = Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": ""})
    html = desk.get(f"/admin/grading/submission/{submission.pk}/change/")
    assert "Due <time" in html
    address = f"{EXTENSIONS}add/?user={learner.pk}&exercise={exercise.pk}"
    assert address.replace("&", "&amp;") in html
    form = desk.get(address)
    assert f'<option value="{learner.pk}" selected>Lena Learner</option>' in form
    assert f'<option value="{exercise.pk}" selected>Week 1: Double it</option>' in form


def test_who_granted_it_when_and_why_is_kept(desk, deadline, granted, learner, instructor, spring):
    html = desk.post(f"{EXTENSIONS}add/", **granted())
    extension = Extension.objects.get()
    assert (extension.user, extension.cohort, extension.granted_by) == (learner, spring, instructor)
    assert abs(extension.created_at - (DUE - 5 * DAY)) < timedelta(minutes=1)
    assert "For Lena Learner: Due Wed 11 Mar, 22:59 UTC — in 8 days" in html, "the instructor's clock is UTC"
    page = desk.get(f"{EXTENSIONS}{extension.pk}/change/")
    assert "was ill" in page
    assert "Ines Instructor" in page
    assert 'name="reason"' not in page, "it is not changed any more"


def test_what_came_late_counts_more_at_once(desk, deadline, granted, late):
    html = desk.post(f"{EXTENSIONS}add/", **granted())
    assert "1 submission that came late counts more now." in html
    assert Submission.objects.get().credit_percent == 100


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"extra_days": 0}, "so far this gives nothing"),
        ({"due": "2026-03-20T23:59"}, "Give days or a new date, not both."),
        ({"extra_days": 0, "due": "2026-03-29T02:30"}, "does not exist in Europe/Berlin"),
        ({"reason": ""}, "This field is required."),
        ({"week": "WEEK"}, "Choose a week or an exercise, not both"),
    ],
)
def test_an_extension_that_makes_no_sense_gets_a_sentence(desk, deadline, granted, exercise, wrong, says):
    wrong = {key: exercise.lesson.week_id if value == "WEEK" else value for key, value in wrong.items()}
    html = desk.post(f"{EXTENSIONS}add/", **granted(**wrong))
    assert says in html
    assert "is violated" not in html
    assert not Extension.objects.exists()


def test_what_changes_nothing_yet_is_said(desk, spring, granted):
    html = desk.post(f"{EXTENSIONS}add/", **granted(extra_attempts=2))
    assert "There is no deadline yet" in html
    assert "Attempts are not limited there" in html


def test_withdrawing_is_kept_too_and_changes_no_row_twice(desk, deadline, granted, instructor):
    desk.post(f"{EXTENSIONS}add/", **granted())
    extension = Extension.objects.get()
    action = {"action": "withdraw", "_selected_action": [extension.pk]}
    assert "1 extension withdrawn." in desk.post(EXTENSIONS, **action)
    extension.refresh_from_db()
    assert extension.withdrawn_by == instructor
    assert "0 extensions withdrawn." in desk.post(EXTENSIONS, **action)


def test_extensions_are_neither_changed_nor_deleted(desk, deadline, granted, admin_user, browser_of):
    desk.post(f"{EXTENSIONS}add/", **granted())
    extension = Extension.objects.get()
    browser = browser_of(admin_user)
    assert browser.post(f"{EXTENSIONS}{extension.pk}/change/", granted(reason="other")).status_code == 403
    assert browser.post(f"{EXTENSIONS}{extension.pk}/delete/", {"post": "yes"}).status_code == 403


# --- Who may what -------------------------------------------------------------------------------


def test_anothers_rows_are_neither_seen_nor_chosen(desk, autumn, exercise, other_instructor, typed, granted):
    amy = User.objects.get(email="amy@example.org")
    theirs = Deadline.objects.create(cohort=autumn, week=exercise.lesson.week, due_at=DUE)
    limit = AttemptLimit.objects.create(cohort=autumn, exercise=exercise, attempts_allowed=7)
    extension = Extension.objects.create(
        user=amy, cohort=autumn, extra_days=1, reason="theirs", granted_by=other_instructor
    )
    for address, row in ((DEADLINES, theirs), (LIMITS, limit), (EXTENSIONS, extension)):
        assert "Autumn" not in desk.get(address)
        assert desk.client.get(f"{address}{row.pk}/change/").status_code == 302
        assert desk.client.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code in (302, 403)
        assert "Autumn" not in desk.get(f"{address}add/")
        assert "Amy" not in desk.get(f"{address}add/")
    desk.post(DEADLINES, action="delete_selected", _selected_action=[theirs.pk], post="yes")
    desk.post(EXTENSIONS, action="withdraw", _selected_action=[extension.pk])
    desk.post(f"{DEADLINES}add/", **typed(cohort=autumn.pk))
    desk.post(f"{EXTENSIONS}add/", **granted(user=amy.pk))
    assert list(Deadline.objects.all()) == [theirs]
    assert Extension.objects.get().withdrawn_at is None


def test_who_has_moved_to_another_cohort_is_not_extended_here(desk, deadline, granted, learner, autumn):
    Enrolment.objects.create(cohort=autumn, user=learner)
    html = desk.post(f"{EXTENSIONS}add/", **granted())
    assert "This person is in none of the cohorts that you teach." in html


@pytest.mark.parametrize("address", [DEADLINES, LIMITS, EXTENSIONS])
def test_learners_and_strangers_stay_outside(learner, stranger, browser_of, address):
    for browser in (browser_of(learner), stranger):
        assert browser.get(address).status_code in (302, 403)
        assert browser.post(f"{address}add/").status_code in (302, 403)


def test_the_lists_cost_the_same_for_many(
    desk, deadline, learner, other_learner, instructor, spring, exercise
):
    given = {"cohort": spring, "exercise": exercise, "extra_days": 1, "granted_by": instructor}
    Extension.objects.create(user=learner, **given)
    few = [queries_of(desk.client, address) for address in (DEADLINES, EXTENSIONS)]
    for _ in range(20):
        Extension.objects.create(user=other_learner, **given)
    Deadline.objects.create(cohort=spring, exercise=exercise, due_at=DUE)
    assert [queries_of(desk.client, address) for address in (DEADLINES, EXTENSIONS)] == few
