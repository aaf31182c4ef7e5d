"""Two submissions of one person side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from grading.difference import Hunk, difference, differs
from grading.models import Submission


@dataclass(frozen=True)
class FileChange:
    path: str
    hunks: list[Hunk]

    @property
    def differs(self) -> bool:
        return differs(self.hunks)


@dataclass(frozen=True)
class Compared:
    """From one submission to another, file by file."""

    before: Submission
    after: Submission

    @property
    def sides(self) -> tuple[Submission, Submission]:
        return self.before, self.after

    @cached_property
    def files(self) -> list[FileChange]:
        old, new = self.before.files_in_order, self.after.files_in_order
        paths = list(dict.fromkeys([*new, *old]))
        return changes_of(old, new, paths)


def changes_of(old: dict[str, str], new: dict[str, str], paths: list[str]) -> list[FileChange]:
    return [FileChange(path, difference(old.get(path, ""), new.get(path, ""))) for path in paths]
