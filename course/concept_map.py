"""The map of the course: which lesson teaches what, and what of it a later lesson needs.

How this works: a lesson is a box with its terms as rows. It stands one column to the right of the last
lesson that it needs something of (`_columns`). A line runs from a term to the lesson that needs it; where it
passes a column on its way, it has a place of its own there, a `_Way`, between the boxes. Boxes and ways of a
column are put in the order of what they are joined to (`_ordered`), some sweeps left and right, so that few
lines cross, and as high on the page as what they need (`_placed`). Lengths are the SVG's units. The drawing
is in `templates/course/concept_map.html`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from course.glossary import Entry
from course.models import Concept, Lesson

WIDTH, COLUMN_GAP, BOX_GAP, MARGIN = 236, 84, 22, 12
HEAD_LINE, ROW, PADDING, WAY = 19, 24, 12, 10
TITLE_LETTERS = 28  # of a line; the font has about 7.5 units a letter
_SWEEPS = 6


@dataclass(eq=False)
class Box:
    """A lesson and what it teaches."""

    lesson: Lesson
    concepts: list[Concept]
    needs: list[Entry] = field(default_factory=list)
    done: bool = False
    needed_by: list[Lesson] = field(default_factory=list)
    column: int = 0
    y: int = 0
    width: int = WIDTH

    @property
    def title(self) -> list[str]:
        return textwrap.wrap(self.lesson.title, TITLE_LETTERS)

    @property
    def x(self) -> int:
        return _x(self.column)

    @property
    def head(self) -> int:
        return 2 * PADDING + HEAD_LINE * (len(self.title) + 1)

    @property
    def height(self) -> int:
        return self.head + ROW * len(self.concepts) + PADDING

    @property
    def entrance(self) -> tuple[int, int]:
        """Where lines to this lesson end."""
        return self.x, self.y + self.head // 2

    @property
    def title_lines(self) -> list[tuple[int, str]]:
        top = self.y + PADDING + HEAD_LINE * 2 - 5
        return [(top + HEAD_LINE * number, line) for number, line in enumerate(self.title)]

    @property
    def rows(self) -> list[tuple[int, Concept]]:
        first = self.y + self.head + (PADDING + ROW) // 2
        return [(first + ROW * number, concept) for number, concept in enumerate(self.concepts)]

    @property
    def words_x(self) -> int:
        return self.x + PADDING + 2

    @property
    def head_line_y(self) -> int:
        """Between the title and the terms."""
        return self.y + self.head

    @property
    def mark_x(self) -> int:
        """Where its sign of being done ends."""
        return self.x + WIDTH - PADDING

    @property
    def when_y(self) -> int:
        return self.y + PADDING + HEAD_LINE - 5


@dataclass(eq=False)
class _Way:
    """Where a line passes a column between the boxes."""

    column: int
    y: int = 0
    height: int = WAY


@dataclass(frozen=True)
class Line:
    """From a term to a lesson that needs it."""

    concept: Concept
    source: Box
    target: Box
    path: str


@dataclass(frozen=True)
class ConceptMap:
    """`width` and `height` are those of the picture."""

    boxes: list[Box]
    lines: list[Line]
    width: int
    height: int


def concept_map(entries: Sequence[Entry], done: frozenset[int] = frozenset()) -> ConceptMap:
    """Lay out the lessons of these terms; `done` are the lessons that somebody has done, by their key."""
    boxes = _boxes(entries, done)
    _columns(boxes)
    ways = {
        (need.lesson.pk, box.lesson.pk): [
            _Way(column) for column in range(boxes[need.lesson.pk].column + 1, box.column)
        ]
        for box in boxes.values()
        for need in box.needs
    }
    columns, before = _ordered(boxes, ways)
    height = _placed(columns, before)
    lines = [
        Line(need.concept, boxes[need.lesson.pk], box, _path(need, boxes, box, ways))
        for box in boxes.values()
        for need in box.needs
    ]
    width = 2 * MARGIN + len(columns) * (WIDTH + COLUMN_GAP) - COLUMN_GAP if columns else 1
    return ConceptMap(list(boxes.values()), lines, width, height)


def _boxes(entries: Sequence[Entry], done: frozenset[int]) -> dict[int, Box]:
    """The lessons in the order of the course, by key."""
    lessons = {entry.lesson.pk: entry.lesson for entry in entries}
    ordered = sorted(lessons.values(), key=lambda lesson: (lesson.week.number, lesson.number))
    boxes = {lesson.pk: Box(lesson, [], done=lesson.pk in done) for lesson in ordered}
    for entry in sorted(entries, key=lambda entry: entry.concept.place):
        boxes[entry.lesson.pk].concepts.append(entry.concept)
        for lesson in entry.needed_by:
            if lesson.pk in boxes:
                boxes[lesson.pk].needs.append(entry)
                if lesson not in boxes[entry.lesson.pk].needed_by:
                    boxes[entry.lesson.pk].needed_by.append(lesson)
    return boxes


def _columns(boxes: dict[int, Box]) -> None:
    """Needs are taught earlier, so the order of the course is one in which each can be placed."""
    for box in boxes.values():
        box.column = max((boxes[need.lesson.pk].column + 1 for need in box.needs), default=0)


_Ways = dict[tuple[int, int], list[_Way]]
_Part = Box | _Way
_Joined = dict[_Part, list[_Part]]


def _ordered(boxes: dict[int, Box], ways: _Ways) -> tuple[list[list[_Part]], _Joined]:
    """The parts of each column from the top, in the order of the middle of what they are joined to.

    Beside them, what each part is joined to in the column before its own.
    """
    columns: list[list[_Part]] = [
        [] for _ in range(1 + max((box.column for box in boxes.values()), default=-1))
    ]
    before: _Joined = {}
    after: _Joined = {}
    for (source, target), between in ways.items():
        chain: list[_Part] = [boxes[source], *between, boxes[target]]
        for left, right in pairwise(chain):
            before.setdefault(right, []).append(left)
            after.setdefault(left, []).append(right)
    parts: list[_Part] = [*boxes.values(), *(way for between in ways.values() for way in between)]
    for part in parts:
        columns[part.column].append(part)
    for sweep in range(_SWEEPS):
        there = columns if sweep % 2 == 0 else columns[::-1]
        joined = before if sweep % 2 == 0 else after
        for beside, column in pairwise(there):
            _sort(column, beside, joined)
    return columns, before


def _sort(column: list[_Part], beside: list[_Part], joined: _Joined) -> None:
    at = {part: place for place, part in enumerate(beside)}
    middle = {
        part: sum(places) / len(places)
        if (places := [at[other] for other in joined.get(part, ())])
        else place
        for place, part in enumerate(column)
    }
    column.sort(key=lambda part: middle[part])


def _placed(columns: list[list[_Part]], before: _Joined) -> int:
    """Put each part level with what it needs, where there is room; the height of all."""
    lowest = 0
    for column in columns:
        free = MARGIN
        for part in column:
            needs = before.get(part, ())
            level = (
                sum(other.y + other.height // 2 for other in needs) // max(1, len(needs)) - part.height // 2
            )
            part.y = max(free, level)
            free = part.y + part.height + BOX_GAP
        lowest = max(lowest, free - BOX_GAP)
    return lowest + MARGIN


def _path(need: Entry, boxes: dict[int, Box], target: Box, ways: _Ways) -> str:
    """The line's curve, as an SVG path: level wherever it meets a column."""
    source = boxes[need.lesson.pk]
    start = next(y for y, concept in source.rows if concept.pk == need.concept.pk)
    path = f"M{source.x + WIDTH} {start}"
    x, y = source.x + WIDTH, start
    for way in ways[need.lesson.pk, target.lesson.pk]:
        path += _curve(x, y, _x(way.column), way.y + WAY // 2) + f"H{_x(way.column) + WIDTH}"
        x, y = _x(way.column) + WIDTH, way.y + WAY // 2
    return path + _curve(x, y, *target.entrance)


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _x(column: int) -> int:
    return MARGIN + column * (WIDTH + COLUMN_GAP)
