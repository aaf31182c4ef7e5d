"""What an exercise's checks were, for as long as a verdict of theirs may be asked about."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.models.content import Exercise


class ExerciseVersion(models.Model):
    """All that decided a verdict under one `content_hash`. Rows are added, never changed or deleted."""

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="versions")
    content_hash = models.CharField(max_length=64)
    title = models.CharField(max_length=120)
    tests = models.TextField()
    paths = models.JSONField(default=list, help_text=_("the files of a submission, the main one first"))
    environment = models.CharField(max_length=20)
    limits = models.JSONField(default=dict, help_text=_("see grading.sandbox.wire.Limits"))
    permissions = models.JSONField(default=list, help_text=_("see grading.sandbox.wire.Permission"))
    data = models.JSONField(default=list, help_text=_("names of data sets mounted at data/"))
    data_files = models.JSONField(default=dict, help_text=_("path below data/ → SHA-256"))
    first_seen = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["first_seen"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "content_hash"], name="one_version_per_content")
        ]

    def __str__(self) -> str:
        return f"{self.title} as of {self.content_hash[:12]}"
