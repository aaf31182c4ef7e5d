"""The row of an opened hint."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models import Exercise


class HintOpened(models.Model):
    """Who opened which hint, and when first. It costs nothing; who teaches sees where people got stuck."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hints_opened", db_index=False
    )
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="hints_opened")
    check_name = models.CharField(max_length=200, help_text=_("the first test that the hint is for"))
    level = models.PositiveSmallIntegerField(help_text=_("1 is the gentlest"))
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["opened_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "exercise", "check_name", "level"], name="one_row_per_opened_hint"
            )
        ]

    def __str__(self) -> str:
        return f"hint {self.level} for {self.check_name}"
