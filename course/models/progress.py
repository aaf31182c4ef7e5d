"""How far someone is. Rows are written by `course.progress` only; the rules are stated there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Exercise, Lesson, Question, Week


class ExercisePass(models.Model):
    """The first time a learner's submission passed. Never taken back by a change of content."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="passes")
    passed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "exercise"], name="one_pass_per_exercise")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.exercise}"


class QuizAnswer(models.Model):
    """A learner's latest answer to a question, and how often they tried."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    answer: models.JSONField[Any, Any] = models.JSONField()
    correct = models.BooleanField()
    tries = models.PositiveSmallIntegerField(default=1)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "question"], name="one_answer_per_question")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.question}"


class LessonProgress(models.Model):
    """Reading and mastery of one lesson, kept apart: reading never counts as mastery."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="progress")
    opened_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True, help_text=_("the heading last read, by its id"))
    exercises_passed = models.PositiveSmallIntegerField(default=0)
    questions_answered = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "lesson"], name="one_progress_per_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.lesson}"


class WeekProgress(models.Model):
    """Counters per learner and week, so that a dashboard costs the same however long the history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.ForeignKey(Week, on_delete=models.PROTECT, related_name="progress")
    lessons_read = models.PositiveSmallIntegerField(default=0)
    lessons_done = models.PositiveSmallIntegerField(default=0)
    exercises_passed = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "week"], name="one_progress_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.week}"
