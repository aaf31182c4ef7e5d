"""The map of what builds on what: where everything is drawn, and the page around it."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from course.concept_map import COLUMN_GAP, MARGIN, WIDTH, concept_map
from course.glossary import Entry
from course.models import Concept, Lesson, LessonProgress, Module, Week
from tests.course.conftest import FIRST, SECOND

# lesson → what it teaches, and what it needs; as in a course, nothing is needed before it is taught
COURSE = {
    1: ("abc", ""),
    2: ("defgh", "b"),
    3: ("ij", "be"),
    4: ("k", "jed"),
    5: ("lmn", ""),
    6: ("o", "ka"),
}


def lesson_of(number: int) -> Lesson:
    module = Module(pk=1, slug="basics", number=1)
    week = Week(pk=number, module=module, number=number, last_number=number)
    title = f"Lesson {number} has a title that takes more than one line of its box"
    return Lesson(pk=number, week=week, number=1, slug=f"lesson-{number}", title=title)


@pytest.fixture
def entries() -> list[Entry]:
    lessons = {number: lesson_of(number) for number in COURSE}
    concepts = {
        name: Concept(pk=ord(name), slug=name, name=name, place=place)
        for taught, _ in COURSE.values()
        for place, name in enumerate(taught)
    }
    return [
        Entry(
            concepts[name],
            lessons[number],
            [concepts[need] for need in needs],
            [lessons[later] for later, (_, needed) in COURSE.items() if name in needed],
        )
        for number, (taught, needs) in COURSE.items()
        for name in taught
    ]


def test_a_lesson_stands_right_of_everything_that_it_needs(entries):
    columns = {box.lesson.pk: box.column for box in concept_map(entries).boxes}
    assert columns == {1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 4}


def test_every_need_is_a_line_from_its_term_to_the_lesson(entries):
    drawn = concept_map(entries)
    told = {(line.concept.name, line.target.lesson.pk) for line in drawn.lines}
    assert told == {(need, number) for number, (_, needs) in COURSE.items() for need in needs}
    for line in drawn.lines:
        start = next(y for y, concept in line.source.rows if concept == line.concept)
        assert line.path.startswith(f"M{line.source.x + WIDTH} {start}C")
        x, y = line.target.entrance
        assert line.path.endswith(f" {x} {y}")


def test_nothing_overlaps_and_all_is_within_the_picture(entries):
    drawn = concept_map(entries)
    for box in drawn.boxes:
        assert box.x >= MARGIN
        assert box.y >= MARGIN
        assert box.x + WIDTH <= drawn.width - MARGIN
        assert box.y + box.height <= drawn.height - MARGIN
        assert box.rows[-1][0] < box.y + box.height
    for one, other in combinations(drawn.boxes, 2):
        apart = one.y + one.height < other.y or other.y + other.height < one.y
        assert one.column != other.column or apart


def test_a_line_passes_a_column_between_its_boxes(entries):
    drawn = concept_map(entries)
    for line in drawn.lines:
        levels = [int(y) for y in re.findall(r" (\d+)H", line.path)]
        passed = range(line.source.column + 1, line.target.column)
        assert len(levels) == len(passed)
        for column, y in zip(passed, levels, strict=True):
            boxes = [box for box in drawn.boxes if box.column == column]
            assert not any(box.y <= y <= box.y + box.height for box in boxes)


def test_a_map_of_nothing_is_empty():
    drawn = concept_map([])
    assert drawn.boxes == []
    assert drawn.lines == []


def test_the_width_follows_the_columns(entries):
    assert concept_map(entries).width == 2 * MARGIN + 5 * WIDTH + 4 * COLUMN_GAP


@pytest.mark.django_db
def test_the_page_draws_it_and_says_the_same_as_a_table(tiny, learner, browser_of):
    page = browser_of(learner).get("/glossary/map/").content.decode()
    picture, table = page[page.index("<svg") :].split("<table", 1)
    for part in (picture, table):
        assert f'href="{FIRST}"' in part
        assert f'href="{SECOND}"' in part
        assert 'href="/glossary/#counting"' in part
    assert picture.count('class="conceptmap__line"') == 1
    assert "nothing" in table
    assert "no lesson yet" in table
    assert "style=" not in page[page.index("<main") :]


@pytest.mark.django_db
def test_what_somebody_has_done_is_marked_for_them_alone(tiny, learner, other_learner, browser_of):
    from django.utils import timezone

    lesson = Lesson.objects.get(slug="counting-lines")
    LessonProgress.objects.create(user=learner, lesson=lesson, done_at=timezone.now())
    assert 'data-state="done"' in browser_of(learner).get("/glossary/map/").content.decode()
    assert 'data-state="done"' not in browser_of(other_learner).get("/glossary/map/").content.decode()
