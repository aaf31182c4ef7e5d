"""Hints, one at a time: gentlest first, free, and each opening is noted.

An exercise's author groups hints by the checks that they serve. A level is shown once it was opened,
and not sent to the page before. Opening the same one again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import ngettext

from accounts.models import User
from course.models import Exercise
from grading.hint import HintOpened


@dataclass(frozen=True)
class HintGroup:
    """Hints that serve one or more checks: `levels` is safe HTML, gentlest first."""

    checks: Sequence[str]
    titles: Sequence[str]
    levels: Sequence[str] = field(repr=False)
    opened: int = 0
    last_opened: datetime | None = None

    @property
    def key(self) -> str:
        """The first check: it names the group in rows and in addresses."""
        return self.checks[0]

    @property
    def shown(self) -> Sequence[str]:
        return self.levels[: self.opened]

    @property
    def next_level(self) -> int | None:
        """The level that may be opened now; None after the last."""
        return self.opened + 1 if self.opened < len(self.levels) else None

    @property
    def addresses(self) -> list[str]:
        """What a page sends to open each level: the key and the level, with a colon between."""
        return [f"{self.key}:{level}" for level in range(1, len(self.levels) + 1)]

    @property
    def next_address(self) -> str:
        """The same for the level that may be opened now; "" after the last."""
        return self.addresses[self.opened] if self.next_level else ""

    def holds(self, asked: str) -> bool:
        return asked in self.addresses

    @property
    def said(self) -> str:
        if not self.opened:
            return ""
        return ngettext(
            "You opened %(opened)d of %(count)d hint for this check; it costs nothing.",
            "You opened %(opened)d of %(count)d hints for this check; they cost nothing.",
            len(self.levels),
        ) % {"opened": self.opened, "count": len(self.levels)}


def hint_groups(exercise: Exercise, opened: Iterable[HintOpened] = ()) -> list[HintGroup]:
    """The hints as their author grouped them, named by what the checks claim, with what was opened."""
    titles = {_function(check["name"]): check["title"] for check in exercise.checks}
    levels: dict[str, list[str]] = {}
    for hint in exercise.hints:
        levels.setdefault(_function(hint["check"]), []).append(hint["html"])
    groups: dict[tuple[str, ...], list[str]] = {}
    for check, html in levels.items():
        groups.setdefault(tuple(html), []).append(check)
    rows = list(opened)
    return [_group(checks, titles, html, rows) for html, checks in groups.items()]


def _group(
    checks: Sequence[str], titles: Mapping[str, str], levels: Sequence[str], rows: Sequence[HintOpened]
) -> HintGroup:
    mine = [row for row in rows if row.check_name in checks]
    return HintGroup(
        checks,
        [titles.get(check, check) for check in checks],
        levels,
        min(max((row.level for row in mine), default=0), len(levels)),
        max((row.opened_at for row in mine), default=None),
    )


def hint_keys(exercise: Exercise) -> dict[str, str]:
    """For each test that has hints, the key of its group."""
    return {check: group.key for group in hint_groups(exercise) for check in group.checks}


def open_hint(user: User, exercise: Exercise, group: HintGroup, asked: str) -> None:
    """Note that the person opened a hint of the group; of one that is further on, the next is opened."""
    level = min(group.addresses.index(asked) + 1, group.opened + 1)
    HintOpened.objects.get_or_create(user=user, exercise=exercise, check_name=group.key, level=level)


def _function(name: str) -> str:
    return name.partition("[")[0]
