"""The glossary: every term that a lesson teaches today, by letter, with what it builds on.

A lesson teaches some terms and needs others. So a term builds on what its lesson needs, and what builds on
it are the lessons that need it. Three queries, however many terms there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Prefetch

from course.models import Concept, Lesson


@dataclass(frozen=True)
class Entry:
    """A term, its lesson, the terms that come before it, and the lessons that build on it."""

    concept: Concept
    lesson: Lesson
    builds_on: list[Concept]
    needed_by: list[Lesson]


def entries() -> list[Entry]:
    """Every term that is taught today, in the order of its name."""
    readable = Lesson.objects.current().filter(planned=False).select_related("week__module")
    readable = readable.defer("body_html", "contents")
    concepts = (
        Concept.objects.filter(lesson__in=readable.values("pk"))
        .prefetch_related(Prefetch("lesson", readable), Prefetch("needed_by", readable))
        .order_by("name")
    )
    needs: dict[int, list[Concept]] = {}
    for concept in concepts:
        for lesson in concept.needed_by.all():
            needs.setdefault(lesson.pk, []).append(concept)
    return [
        Entry(concept, concept.lesson, needs.get(concept.lesson.pk, []), list(concept.needed_by.all()))
        for concept in concepts
        if concept.lesson
    ]


def by_letter(found: Sequence[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries under their first letters, A to Z."""
    ordered = sorted(found, key=lambda entry: entry.concept.name.casefold())
    return [
        (letter, list(group))
        for letter, group in groupby(ordered, lambda entry: entry.concept.name[0].upper())
    ]
