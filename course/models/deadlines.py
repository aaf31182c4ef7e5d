"""Until when work counts: a cohort's deadlines, and what one learner is given beyond them.

What follows from these rows for one person and one exercise is said by `course.deadlines`.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from course.models.content import Exercise, Week
from course.models.people import Cohort

PERCENT = [MaxValueValidator(100, _("A percentage is at most 100."))]


class Deadline(models.Model):
    """When the work of a week is due in a cohort; or that of one exercise, in place of its week's."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="deadlines")
    week = models.ForeignKey(
        Week,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("all of its exercises"),
    )
    exercise = models.ForeignKey(
        Exercise,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("or this one alone, in place of its week’s deadline"),
    )
    due_at = models.DateTimeField(_("due"))
    grace_minutes = models.PositiveSmallIntegerField(
        default=15, help_text=_("for so long after it, work still has full credit")
    )
    late_percent = models.PositiveSmallIntegerField(
        default=50, validators=PERCENT, help_text=_("of the points, for what comes later still")
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("after it nothing counts; work may still be sent for practice"),
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(week=None) ^ Q(exercise=None), name="a_deadline_is_for_a_week_or_an_exercise"
            ),
            models.UniqueConstraint(fields=["cohort", "week"], name="one_deadline_per_week"),
            models.UniqueConstraint(fields=["cohort", "exercise"], name="one_deadline_per_exercise"),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(closes_at__gt=models.F("due_at")), name="closes_after_due"
            ),
        ]

    def __str__(self) -> str:
        where = f"{self.week.when}: {self.week}" if self.week else str(self.exercise)
        return f"{where}, {self.cohort}"


class AttemptLimit(models.Model):
    """How many attempts count at one exercise, where that differs from the rest of the cohort."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="attempt_limits")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    attempts_allowed = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("empty: as many as one likes"),
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["exercise"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["cohort", "exercise"], name="one_attempt_limit_per_exercise")
        ]

    def __str__(self) -> str:
        return f"{self.exercise}, {self.cohort}"


class Extension(models.Model):
    """More time or more attempts for one learner: in one exercise, one week, or all there is.

    Rows are added and withdrawn, never changed, so that it can be seen later who granted what.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="extensions",
        verbose_name=_("learner"),
    )
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="extensions")
    week = models.ForeignKey(Week, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    extra_days = models.PositiveSmallIntegerField(default=0, help_text=_("beyond each deadline"))
    due_at = models.DateTimeField(_("or due"), null=True, blank=True)
    extra_attempts = models.PositiveSmallIntegerField(default=0, help_text=_("at each exercise"))
    reason = models.CharField(max_length=300, help_text=_("for instructors; the learner does not see it"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("granted"), default=timezone.now)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cohort", "user"], name="extensions_of_a_learner")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(week=None) | Q(exercise=None), name="an_extension_is_for_a_week_or_an_exercise"
            ),
            models.CheckConstraint(
                condition=Q(extra_days=0) | Q(due_at=None), name="an_extension_gives_days_or_a_date"
            ),
            models.CheckConstraint(
                condition=Q(extra_days__gt=0) | Q(due_at__isnull=False) | Q(extra_attempts__gt=0),
                name="an_extension_gives_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.exercise or self.week or self.cohort}"

    def clean(self) -> None:
        """Say in words what the constraints above refuse."""
        said: dict[str, str | Promise] = {}
        if self.week_id and self.exercise_id:
            said["week"] = _("Choose a week or an exercise, not both; neither means all there is.")
        if self.extra_days and self.due_at:
            said["extra_days"] = _("Give days or a new date, not both.")
        if not (self.extra_days or self.due_at or self.extra_attempts):
            said["extra_days"] = _("Give days, a new date or attempts: so far this gives nothing.")
        if said:
            raise ValidationError(said)
