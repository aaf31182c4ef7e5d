"""The rows of grades: what moved each one, and the regrades that were looked at first.

How this works: a grade is never stored. It is what the newest `GradeEvent` of a learner in an
exercise says, and events are only ever added. Each names the one before it, and none can be named
twice: so a history has no forks, whoever writes at the same time. `grading.grades` and
`grading.regrade` are the only ones that write here.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models import Exercise


class GradesStay(TypeError):
    """Somebody tried to change or remove a GradeEvent; add one instead."""

    def __init__(self) -> None:
        super().__init__("A grade event is never changed or removed: add one that says what is right.")


class GradeEventQuerySet(models.QuerySet["GradeEvent"]):
    def standing(self) -> GradeEventQuerySet:
        """The newest of each learner in each exercise: their grades."""
        return self.filter(next=None)

    def update(self, **kwargs: Any) -> NoReturn:
        raise GradesStay

    def delete(self) -> NoReturn:
        raise GradesStay


class GradeEvent(models.Model):
    """One move of a learner's grade in an exercise. Points have one decimal place; None: no grade."""

    class Kind(models.TextChoices):
        GRADED = "graded", _("graded")
        SCORED = "scored", _("scored by a person")
        WITHDRAWN = "withdrawn", _("score withdrawn")
        REGRADED = "regraded", _("graded again")
        REVERTED = "reverted", _("regrade taken back")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="grade_events")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="grade_events")
    previous = models.OneToOneField("self", on_delete=models.CASCADE, null=True, related_name="next")
    submission = models.ForeignKey(
        "grading.Submission",
        on_delete=models.RESTRICT,
        null=True,
        related_name="grade_events",
        help_text=_("the attempt that it is about"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text=_("who did it; empty: the machine"),
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=300, help_text=_("a sentence for the learner"))
    before = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    after = models.DecimalField(
        max_digits=6, decimal_places=1, null=True, help_text=_("the grade from then on")
    )
    machine = models.DecimalField(
        max_digits=6,
        decimal_places=1,
        null=True,
        help_text=_("what it is, or would be, without a person's score"),
    )
    by_hand = models.BooleanField(
        default=False, help_text=_("a person's score stands, whatever a machine says")
    )
    points = models.PositiveSmallIntegerField(help_text=_("the exercise's, at that time"))
    content_hash = models.CharField(max_length=64, help_text=_("of the exercise as it graded"))
    regrade = models.ForeignKey("grading.Regrade", on_delete=models.PROTECT, null=True, related_name="events")
    created_at = models.DateTimeField(default=timezone.now)

    objects = GradeEventQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["user", "exercise", "-id"], name="a_grades_history"),
            models.Index(fields=["exercise", "content_hash"], name="graded_with"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "exercise"],
                condition=models.Q(previous=None),
                name="one_beginning_of_a_grade",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.exercise_id}: {self.before} → {self.after}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise GradesStay
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise GradesStay

    @property
    def moved(self) -> bool:
        """Whether the grade is another one than before."""
        return self.before != self.after


class Regrade(models.Model):
    """Attempts that are graded again, to be looked at before any grade moves.

    Open while its runs are made and compared; then applied or cancelled; what was applied can be
    reverted. `grading.regrade` makes the moves, each by a conditional update.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        APPLIED = "applied", _("applied")
        REVERTED = "reverted", _("taken back")
        CANCELLED = "cancelled", _("cancelled")

    class Attempts(models.TextChoices):
        ALL = "all", _("every attempt: the grade is then what it would be had all been graded today")
        STANDING = "standing", _("only the attempt that each grade stands on")

    class Which(models.TextChoices):
        ALL = "all", _("all changes")
        RAISES = "raises", _("only raises")
        SELECTED = "selected", _("the chosen ones")

    reason = models.CharField(_("reason"), max_length=300, help_text=_("the learners read it"))
    scope = models.CharField(max_length=500, help_text=_("what was looked for, in words"))
    attempts = models.CharField(max_length=10, choices=Attempts.choices, default=Attempts.ALL)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    which = models.CharField(max_length=10, choices=Which.choices, blank=True, help_text=_("was applied"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, help_text=_("when it came into the state it is in"))
    # Keys of the grades, as `Rerun.stood`, that had moved meanwhile and so were left as they were.
    left_out = models.JSONField(default=list)
    kept = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return self.scope

    def get_absolute_url(self) -> str:
        return reverse("regrade", args=[self.pk])


class Rerun(models.Model):
    """One attempt of a regrade: as it was graded, and the run that grades it again."""

    regrade = models.ForeignKey(Regrade, on_delete=models.CASCADE, related_name="reruns")
    stood = models.ForeignKey(
        GradeEvent, on_delete=models.CASCADE, related_name="+", help_text=_("the grade when it began")
    )
    original = models.ForeignKey("grading.Submission", on_delete=models.CASCADE, related_name="reruns")
    run = models.OneToOneField("grading.Submission", on_delete=models.CASCADE, related_name="rerun")
    chosen = models.BooleanField(default=False, help_text=_("to be applied with the chosen ones"))

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["regrade", "original"], name="one_rerun_of_an_attempt")
        ]

    def __str__(self) -> str:
        return f"{self.original_id} again"
