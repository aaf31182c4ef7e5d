"""All that a lesson's page shows, fetched in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
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
class LessonPage:
    lesson: Lesson
    progress: LessonProgress | None
    exercises: list[ExerciseLine]
    questions: list[QuestionView]
    before: Lesson | None
    after: Lesson | None

    lesson_rule = LESSON_RULE
    read_rule = READ_RULE

    @property
    def exercises_measure(self) -> Measure:
        needed = [line for line in self.exercises if not line.exercise.optional]
        done = sum(line.passed for line in needed)
        return Measure(_("Exercises passed"), done, len(needed), EXERCISE_RULE)

    @property
    def quiz_measure(self) -> Measure:
        answered = sum(view.answered for view in self.questions)
        return Measure(_("Questions answered"), answered, len(self.questions), QUIZ_RULE)


def page_of(user: User, lesson: Lesson, refused: dict[str, str] | None = None) -> LessonPage:
    """What the page of the lesson shows this person; `refused` holds sentences by question."""
    before, after = neighbours(lesson)
    if lesson.planned:
        return LessonPage(lesson, None, [], [], before, after)
    passed = exercises_passed(user, lesson)
    exercises = list(lesson.exercises.filter(retired_at=None, kind=Exercise.Kind.EXERCISE))
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
    )


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
