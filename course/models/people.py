"""Who follows the course, from when, and who teaches them."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Course


def new_join_code() -> str:
    return secrets.token_urlsafe(12)


class Cohort(models.Model):
    """People who take the course together, from one start date."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    join_code = models.CharField(
        max_length=32, unique=True, default=new_join_code, help_text=_("whoever has the link may join")
    )
    open_for_joining = models.BooleanField(default=True)
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
