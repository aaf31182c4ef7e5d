"""What the page of solutions shows: ours, another one, and what others get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from course.models import Exercise, KnownSolution
from grading.compare import FileChange, changes_of
from grading.panel import coloured

Kind = KnownSolution.Kind


@dataclass(frozen=True)
class WrongOne:
    """A known mistake: what is wrong, which checks tell, and what the solution has instead."""

    known: KnownSolution
    caught_by: list[str]
    files: list[FileChange]


@dataclass(frozen=True)
class Solutions:
    exercise: Exercise
    known: Sequence[KnownSolution]

    @cached_property
    def right(self) -> list[tuple[KnownSolution, list[tuple[str, SafeString]]]]:
        """Each right one with its files, coloured and numbered."""
        return [
            (one, [(path, coloured(path, text)) for path, text in one.files_by(self.exercise.paths).items()])
            for one in self.known
            if one.kind != Kind.WRONG
        ]

    @cached_property
    def wrong(self) -> list[WrongOne]:
        ours: dict[str, str] = next((one.files for one in self.known if one.kind == Kind.SOLUTION), {})
        titles = {check["name"].partition("[")[0]: check["title"] for check in self.exercise.checks}
        return [
            WrongOne(
                one,
                [titles[name] for name in one.names if name in titles],
                [change for change in changes_of(one.files, ours, self.exercise.paths) if change.differs],
            )
            for one in self.known
            if one.kind == Kind.WRONG
        ]
