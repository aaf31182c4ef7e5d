"""What is wrong with the files of a course, one clickable line for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """`path:line: what is wrong and what to do`."""

    path: Path
    line: int
    sentence: str

    def __str__(self) -> str:
        here = Path.cwd()
        path = self.path.relative_to(here) if self.path.is_relative_to(here) else self.path
        return f"{path}:{self.line}: {self.sentence}"


class ContentErrors(Exception):
    """The files cannot be loaded; `problems` says everything that is wrong, in reading order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class Source:
    """The file that something was read from, and the line on which each of its keys stands."""

    path: Path
    lines: Mapping[Key, int] = field(default_factory=dict)
    body_line: int = 1

    def at(self, *key: str | int) -> int:
        """The line of a key such as ("minutes", "read"); of the nearest one above where it is missing.

        Parts that are no key of the file are passed over: a validator adds names of its own.
        """
        found: Key = ()
        for part in key:
            if (*found, part) in self.lines:
                found = (*found, part)
        return self.lines.get(found, 1)

    def problem(self, sentence: str, *key: str | int) -> Problem:
        """Something wrong with a key of the file's front matter."""
        return Problem(self.path, self.at(*key), sentence)

    def body_problem(self, sentence: str, line: int) -> Problem:
        """Something wrong in the text below the front matter; `line` counts from 1 there."""
        return Problem(self.path, self.body_line + line - 1, sentence)
