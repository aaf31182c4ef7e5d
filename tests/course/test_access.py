"""Whom an instructor teaches."""

from __future__ import annotations

from datetime import date

import pytest

from course.access import learners_taught_by, may_read_course, may_teach
from course.models import Cohort, Enrolment

pytestmark = pytest.mark.django_db


def test_an_instructor_teaches_the_learners_of_their_cohorts(
    learner, other_learner, instructor, other_instructor
):
    assert set(learners_taught_by(instructor)) == {learner, other_learner}
    assert may_teach(instructor, learner)
    assert not may_teach(other_instructor, learner)


def test_a_learner_in_two_cohorts_of_one_instructor_is_one_learner(course, learner, instructor):
    second = Cohort.objects.create(course=course, name="Autumn", starts_on=date(2026, 9, 7))
    second.instructors.add(instructor)
    Enrolment.objects.create(cohort=second, user=learner)
    assert list(learners_taught_by(instructor)) == [learner]


def test_an_administrator_teaches_everybody_and_a_learner_nobody(learner, other_learner, admin_user):
    assert may_teach(admin_user, learner)
    assert not may_teach(learner, other_learner)
    assert not may_teach(learner, learner)


def test_the_course_is_read_by_members_and_staff(learner, other_instructor, admin_user):
    assert may_read_course(learner)
    assert may_read_course(other_instructor)
    assert may_read_course(admin_user)
    learner.enrolments.all().delete()
    assert not may_read_course(learner)
