"""Joining a cohort by its link, and the pace that its start date sets."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Cohort, Enrolment

KNOWN_PLACE = "_known_place"


class JoiningRefused(Exception):
    """The person cannot join; the text says why and what to do."""


def cohort_for_code(code: str) -> Cohort:
    """The cohort of a link; Http404 where the code is not one of ours."""
    return get_object_or_404(Cohort.objects.select_related("course"), join_code=code)


def place_of(user: User, cohort: Cohort) -> Enrolment | None:
    """The person's place in the course of this cohort, in whichever cohort it is."""
    places = Enrolment.objects.filter(user=user, cohort__course=cohort.course_id).select_related("cohort")
    return places.order_by("-joined_at").first()


@transaction.atomic
def join(user: User, cohort: Cohort) -> Enrolment:
    """Give the person a place. Twice is harmless; JoiningRefused where it is closed or they are elsewhere."""
    User.objects.select_for_update().get(pk=user.pk)  # one place per person, also with two clicks at once
    place = place_of(user, cohort)
    if place is not None and place.cohort_id == cohort.pk:
        return place
    if place is not None:
        raise JoiningRefused(
            _("You are in the cohort “%(name)s” already. Ask your instructor if you want to change.")
            % {"name": place.cohort.name}
        )
    if not cohort.open_for_joining:
        raise JoiningRefused(
            _("The cohort “%(name)s” is closed for joining. Ask its instructor to open it.")
            % {"name": cohort.name}
        )
    return Enrolment.objects.create(cohort=cohort, user=user)


def enrolment_of(user: User) -> Enrolment | None:
    """The person's latest place, with its cohort; None for staff and strangers."""
    known: Enrolment | None = getattr(user, KNOWN_PLACE, None)
    return known or _look_up(user)


def know_place(user: User) -> Enrolment | None:
    """The same, looked up now and kept with this object: for one that lives as long as a request."""
    place = _look_up(user)
    setattr(user, KNOWN_PLACE, place)
    return place


def _look_up(user: User) -> Enrolment | None:
    return Enrolment.objects.filter(user=user).select_related("cohort").order_by("-joined_at").first()


def week_by_pace(cohort: Cohort, today: date | None = None) -> int:
    """The week's number that the cohort is in today; 0 before it starts, and on counting after the last."""
    days = ((today or timezone.localdate()) - cohort.starts_on).days
    return days // 7 + 1 if days >= 0 else 0
