"""On which days somebody learned, and for how long: written by `course.activity`, which has the rules."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class LearningDay(models.Model):
    """A day, by the learner's clock, on which they learned something: one row, however much it was."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "day"], name="one_row_per_learning_day")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.day}"


class TimeSpent(models.Model):
    """For how long a learner's pages of one lesson were in use on one day."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "lesson", "day"], name="one_time_per_lesson_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.lesson} on {self.day}, {self.seconds} s"


class LatestBeat(models.Model):
    """When a page of this learner last said that it was in use: up to then their time is counted."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    second = models.BigIntegerField(help_text=_("since 1970, so that every database can subtract it"))
    counted = models.PositiveSmallIntegerField(default=0, help_text=_("seconds that it added"))

    def __str__(self) -> str:
        return f"{self.user}: {self.second}"
