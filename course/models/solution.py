"""The solutions that a course's author wrote: right ones, and wrong ones that people are known to write."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from course.models.content import Exercise


class KnownSolution(models.Model):
    """One of them. Kept apart from the exercise, whose row many pages read, and these may not be on."""

    class Kind(models.TextChoices):
        SOLUTION = "solution", _("the solution")
        ALTERNATIVE = "alternative", _("another right one")
        WRONG = "wrong", _("a wrong one")

    class Ending(models.TextChoices):
        """How a wrong one ends, as its author says and the proof confirms."""

        FAILS = "fails", _("fails checks")
        CRASHES = "crashes", _("crashes")
        TOO_SLOW = "too-slow", _("too slow")
        OUT_OF_MEMORY = "out-of-memory", _("out of memory")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="known_solutions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.SlugField(blank=True, max_length=100, help_text=_("of a wrong one: its file or folder"))
    files = models.JSONField(help_text=_("path → text, as a submission has them"))
    # Of a wrong one only.
    ending = models.CharField(max_length=14, choices=Ending.choices, blank=True)
    names = models.JSONField(default=list, help_text=_("the checks that fail, or the exception's name"))
    shows = models.TextField(blank=True, help_text=_("what one of their messages says"))
    belief = models.TextField(blank=True, help_text=_("what someone believes who writes it"))
    explain = models.TextField(blank=True, help_text=_("what is wrong, to its author; `code` in backticks"))

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["exercise", "position"], name="one_known_solution_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()

    def files_by(self, paths: list[str]) -> dict[str, str]:
        """The files in the order of these paths."""
        files: dict[str, str] = self.files
        return {path: files[path] for path in paths if path in files}
