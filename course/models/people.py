"""Who follows the course, from when, and who teaches them."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.time_zone import NAME_LENGTH, check_time_zone
from course.models.content import Course


def new_join_code() -> str:
    return secrets.token_urlsafe(12)


class AttemptsPolicy(models.TextChoices):
    """Which of somebody's attempts at an exercise is the one that counts."""

    BEST = "best", _("the best attempt counts")
    LAST = "last", _("the last attempt counts")


class Cohort(models.Model):
    """People who take the course together, from one start date."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    join_code = models.CharField(
        max_length=32, unique=True, default=new_join_code, help_text=_("whoever has the link may join")
    )
    open_for_joining = models.BooleanField(default=True)
    time_zone = models.CharField(
        max_length=NAME_LENGTH,
        blank=True,
        default="",
        validators=[check_time_zone],
        help_text=_("such as Europe/Berlin: where 23:59 is meant; needed before there can be a deadline"),
    )
    attempts_policy = models.CharField(
        max_length=4, choices=AttemptsPolicy.choices, default=AttemptsPolicy.BEST
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("at each exercise; empty: as many as one likes. More may be sent for practice"),
    )
    instructors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="cohorts_taught", blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-starts_on", "name"]

    def __str__(self) -> str:
        return self.name

    def get_join_url(self) -> str:
        return reverse("join", args=[self.join_code])


class Enrolment(models.Model):
    """A learner's place in a cohort; one per person and course."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments")
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cohort", "user"], name="one_place_per_cohort")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.cohort}"
