"""What comes back, and the quizzes that are sat. Written by `course.review` and `course.sitting` only."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Exercise, Module, Question, Week


class ReviewCard(models.Model):
    """When a question, or an exercise, comes back to one learner. The rules: `course.review`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, null=True, blank=True, related_name="cards"
    )
    exercise = models.ForeignKey(
        Exercise, on_delete=models.PROTECT, null=True, blank=True, related_name="cards"
    )
    state: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, help_text=_("see course.schedule; {} before the first review")
    )
    due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField()
    missed = models.BooleanField(default=False, help_text=_("the latest review was a miss"))
    log: models.JSONField[list[Any], list[Any]] = models.JSONField(
        default=list, help_text=_("[[rating, moment]], the latest reviews")
    )
    content_hash = models.CharField(max_length=64, help_text=_("what was asked, as of the latest review"))

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at", "pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "due_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "question"], name="one_card_per_question"),
            models.UniqueConstraint(fields=["user", "exercise"], name="one_card_per_exercise"),
            models.CheckConstraint(
                name="a_card_is_of_one_thing",
                condition=models.Q(question__isnull=True) ^ models.Q(exercise__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question or self.exercise}"


class Sitting(models.Model):
    """One time through a quiz: what was drawn is kept, so that it can be left and gone on with."""

    class Kind(models.TextChoices):
        REVIEW = "review", _("Daily review")
        WEEK = "week", _("Quiz of the week")
        CHECKPOINT = "checkpoint", _("Checkpoint")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    week = models.ForeignKey(Week, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    exercise = models.ForeignKey(
        Exercise, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text=_("what a checkpoint asks for beside its questions"),
    )  # fmt: skip
    begun_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    right = models.PositiveSmallIntegerField(default=0, help_text=_("of the questions; once it is finished"))
    total = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["-begun_at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "kind", "begun_at"])]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("sitting", args=[self.pk])


class SittingItem(models.Model):
    """A question of a sitting, and what was answered: once, and kept as it was."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveSmallIntegerField()
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="met")
    answer: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    right = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sitting", "number"], name="one_item_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.question}"

    def get_absolute_url(self) -> str:
        return reverse("sitting-item", args=[self.sitting_id, self.number])
