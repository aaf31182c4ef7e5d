"""All that a lesson's page shows, fetched in a constant number of queries.

How this works: the text was rendered when the course was loaded. Where it has blocks that run, it holds
empty elements for each (`course.code_blocks`); the text is cut there into `Part`s, and the template puts
a block's buttons, its code to be edited, and what came of a run into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.blocks import file_of_block
from course.deadline_words import Notice, notice_of
from course.deadlines import rules_for_each
from course.models import Exercise, Lesson, LessonProgress, QuizAnswer
from course.progress import (
    EXERCISE_RULE,
    LESSON_RULE,
    QUIZ_RULE,
    READ_RULE,
    Measure,
    exercises_passed,
    open_lesson,
)
from course.quiz_view import QuestionView, view_of


@dataclass(frozen=True)
class ExerciseLine:
    exercise: Exercise
    passed: bool
    notice: Notice


@dataclass(frozen=True)
class Part:
    """A piece of the text's HTML; at its end stands what `place` says of the block `number`, if anything."""

    html: str
    place: str = ""
    number: int = 0
    code: str = ""

    @property
    def rows(self) -> int:
        return self.code.count("\n") + 1


@dataclass(frozen=True)
class LessonPage:
    lesson: Lesson
    progress: LessonProgress | None
    exercises: list[ExerciseLine]
    questions: list[QuestionView]
    before: Lesson | None
    after: Lesson | None
    blocks: Mapping[str, str] = field(default_factory=dict)  # the code of each block that runs
    data: tuple[str, ...] = ()  # the sets that exercises and blocks read
    elsewhere: bool = False  # shown at another address than its own

    lesson_rule = LESSON_RULE
    read_rule = READ_RULE

    @cached_property
    def parts(self) -> list[Part]:
        """The text, cut where the page adds something to a block."""
        html = self.lesson.body_html
        if self.elsewhere:
            html = _RELATIVE.sub(rf"\g<0>{self.lesson.get_absolute_url()}", html)
        return list(_parts(html, self.blocks))

    @property
    def resume(self) -> dict[str, str] | None:
        """The heading that was read last, in the shape of `Lesson.contents`; None at the beginning or end."""
        if self.progress is None or self.progress.read_at:
            return None
        later = self.lesson.contents[1:]
        return next((heading for heading in later if heading["id"] == self.progress.place), None)

    @property
    def mathematics(self) -> bool:
        """Whether there is a formula to set, in the text or in a question."""
        return self.lesson.mathematics or any(view.question.mathematics for view in self.questions)

    @property
    def exercises_measure(self) -> Measure:
        needed = [line for line in self.exercises if not line.exercise.optional]
        done = sum(line.passed for line in needed)
        return Measure(_("Exercises passed"), done, len(needed), EXERCISE_RULE)

    @property
    def quiz_measure(self) -> Measure:
        answered = sum(view.answered for view in self.questions)
        return Measure(_("Questions answered"), answered, len(self.questions), QUIZ_RULE)

    @property
    def quiz_right(self) -> int:
        return sum(view.correct for view in self.questions)


def page_of(
    user: User,
    lesson: Lesson,
    refused: dict[str, str] | None = None,
    *,
    written: Mapping[str, str] | None = None,
) -> LessonPage:
    """What the page of the lesson shows this person.

    `refused` holds sentences by question; `written` the blocks that the person sent, by their names: the
    page then stands below the lesson's own address.
    """
    before, after = neighbours(lesson)
    if lesson.planned:
        return LessonPage(lesson, None, [], [], before, after)
    passed = exercises_passed(user, lesson)
    kinds = (Exercise.Kind.EXERCISE, Exercise.Kind.BLOCKS)
    found = list(lesson.exercises.filter(retired_at=None, kind__in=kinds))
    exercises = [row for row in found if row.kind == Exercise.Kind.EXERCISE]
    blocks: Mapping[str, str] = next((row.starter for row in found if row.kind == Exercise.Kind.BLOCKS), {})
    rules, now = rules_for_each(user, exercises), timezone.now()
    answers = {row.question_id: row for row in QuizAnswer.objects.filter(user=user, question__lesson=lesson)}
    return LessonPage(
        lesson,
        open_lesson(user, lesson),
        [ExerciseLine(row, row.pk in passed, notice_of(rules[row.pk], now)) for row in exercises],
        [
            view_of(row, answers.get(row.pk), (refused or {}).get(row.slug, ""))
            for row in lesson.questions.filter(retired_at=None)
        ],
        before,
        after,
        data=tuple(sorted({name for row in found for name in row.data})),
        elsewhere=written is not None,
        blocks={name: (written or {}).get(name, code) for name, code in blocks.items()},
    )


_PLACE = re.compile(r'<div(?: class="block__edit")? id="(?P<place>tools|edit|ran)-(?P<number>\d+)">')


_RELATIVE = re.compile(r'<(?:a|img)\b[^>]*?\b(?:href|src)="(?![/#]|[a-z]+:)')


def _parts(html: str, blocks: Mapping[str, str]) -> Iterator[Part]:
    at = 0
    for found in _PLACE.finditer(html):
        code = blocks.get(file_of_block(int(found["number"])))
        if code is not None:
            yield Part(html[at : found.end()], found["place"], int(found["number"]), code)
            at = found.end()
    yield Part(html[at:])


def neighbours(lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
    """The lessons before and after it in the course, across weeks; none for a retired one."""
    order = list(Lesson.objects.current().values_list("pk", flat=True).order_by("week__number", "number"))
    if lesson.pk not in order:
        return None, None
    place = order.index(lesson.pk)
    near = {
        row.pk: row
        for row in Lesson.objects.filter(pk__in=order[max(place - 1, 0) : place + 2])
        .select_related("week__module")
        .defer("body_html", "contents")
    }
    before = near[order[place - 1]] if place else None
    after = near[order[place + 1]] if place + 1 < len(order) else None
    return before, after
