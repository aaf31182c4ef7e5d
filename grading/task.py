"""What the exercise page tells of a task beside its text: hints by check, and the checks it may show."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from course.markdown import highlight
from course.models import Exercise
from grading.visible import visible_source


@dataclass(frozen=True)
class HintGroup:
    """Hints that serve one or more checks, gentlest first, as HTML."""

    titles: Sequence[str]
    levels: Sequence[str]


def hint_groups(exercise: Exercise) -> list[HintGroup]:
    """The hints as their author grouped them, named by what the checks claim."""
    titles = {check["name"].partition("[")[0]: check["title"] for check in exercise.checks}
    levels: dict[str, list[str]] = {}
    for hint in exercise.hints:
        levels.setdefault(hint["check"], []).append(hint["html"])
    groups: dict[tuple[str, ...], list[str]] = {}
    for check, html in levels.items():
        groups.setdefault(tuple(html), []).append(titles.get(check.partition("[")[0], check))
    return [HintGroup(names, html) for html, names in groups.items()]


@lru_cache(maxsize=200)
def visible_tests(tests: str) -> str:
    """The source of the checks that are not hidden, and of nothing else in the file, as safe HTML."""
    source = visible_source(tests)
    shown = [
        "\n".join(_lines(source, node))
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return highlight("\n\n\n".join(shown), "python") if shown else ""


@lru_cache(maxsize=200)
def all_tests(tests: str) -> str:
    """The whole file of the checks, hidden ones and helpers too, as safe HTML: for who teaches."""
    return highlight(tests, "python")


def _lines(tests: str, node: ast.FunctionDef) -> list[str]:
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    return tests.split("\n")[first - 1 : node.end_lineno]
