"""Rows that are found by slug: made, changed, revived or retired, with a note of each.

Identity is the slug, or the one that `formerly:` names. Nothing with someone's work on it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import models
from django.utils import timezone

from course.models import Exercise, Lesson, Module, Question, Week

Row = TypeVar("Row", Module, Week, Lesson, Exercise, Question)
Values = Mapping[str, Any]


@dataclass
class Changes:
    """What a loading did, one line for each row that was touched."""

    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        self.lines.append(line)

    def __bool__(self) -> bool:
        return bool(self.lines)


class Rows(Generic[Row]):
    """The rows of one kind, by slug."""

    def __init__(self, model: type[Row], changes: Changes) -> None:
        self.model: type[Row] = model
        self.changes = changes
        self.by_slug: dict[str, Row] = {row.slug: row for row in model._default_manager.all()}
        self.seen: set[str] = set()

    def put(self, slug: str, formerly: str | None, values: Values) -> Row:
        """The row with that slug, made or changed to have these values."""
        self.seen.add(slug)
        row = self.by_slug.pop(formerly, None) if formerly and slug not in self.by_slug else None
        row = row or self.by_slug.get(slug)
        name = f"{self.model._meta.verbose_name} {slug}"
        if row is None:
            row = self.model(slug=slug, **values)
            self.changes.note(f"{name}: added")
        else:
            changed = assign(row, {"slug": slug, "retired_at": None, **values})
            if not changed:
                return row
            self.changes.note(f"{name}: {described(changed)}")
        row.save()
        self.by_slug[slug] = row
        return row

    @property
    def present(self) -> list[Row]:
        """The rows that were put: what the files hold."""
        return [self.by_slug[slug] for slug in sorted(self.seen)]

    def retire_the_rest(self) -> None:
        for slug, row in self.by_slug.items():
            if slug not in self.seen and row.retired_at is None:
                row.retired_at = timezone.now()
                row.save(update_fields=["retired_at"])
                self.changes.note(f"{self.model._meta.verbose_name} {slug}: retired")

    def make_room_for(self, numbers: Mapping[str, int]) -> None:
        """Of weeks: take those off the calendar that move, so that no two ever have one number."""
        moving = [row.pk for slug, row in self.by_slug.items() if numbers.get(slug) != row.number]
        self.model._default_manager.filter(pk__in=moving, retired_at=None).update(retired_at=timezone.now())


def assign(row: models.Model, values: Values) -> list[str]:
    """Set the attributes that differ; their names."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def described(changed: Iterable[str]) -> str:
    names = set(changed)
    if "retired_at" in names:
        return "revived"
    return f"changed ({', '.join(sorted(name.removesuffix('_html') for name in names - {'content_hash'}))})"
