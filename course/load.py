"""Files → rows: one transaction, repeatable, and it says what changed.

How this works: `course.load_rows` finds, makes and retires rows by slug; this module says what each
file becomes. Where what there is to do in a week has changed, everybody's counters of that week are
computed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction
from django.urls import reverse

from course.blocks import slug_of_blocks
from course.content import (
    ContentErrors,
    CourseContent,
    ExerciseContent,
    LessonContent,
    ModuleContent,
    PlannedContent,
    WeekContent,
    read_course,
)
from course.content.matter import Concept
from course.content_rules import problems_of
from course.counters import recount_everyone
from course.glossary_links import linked
from course.load_blocks import blocks_values
from course.load_concepts import load_concepts
from course.load_quiz import question_values
from course.load_rows import Changes, Rows, Values, assign, described
from course.load_solutions import load_solutions
from course.markdown import has_mathematics, render, render_lesson
from course.models import Course, Exercise, Lesson, Module, Picture, Question, Resource, Week
from course.versions import keep_versions


def load_course(root: Path) -> Changes:
    """Check the files and load them. Raises ContentErrors, and then nothing has changed."""
    content = read_course(root)
    problems = problems_of(content)
    if problems:
        raise ContentErrors(problems)
    return load(content)


@transaction.atomic
def load(content: CourseContent) -> Changes:
    """Make the rows say what the files say. The content has to be free of problems."""
    changes = Changes()
    to_do_before = _to_do()
    course = _load_top(content, changes)
    kinds = _Kinds(changes, content)
    kinds.weeks.make_room_for({week.slug: week.number for _, week in content.weeks()})
    for module in content.modules:
        _load_module(kinds, course, module)
    load_solutions(content, kinds.exercises.by_slug, changes)
    kinds.retire_the_rest()
    load_concepts(content, kinds.lessons.by_slug, changes)
    keep_versions(kinds.exercises.present, content.data_files)
    to_do_after = _to_do()
    for week in Week.objects.all():
        if to_do_before.get(week.pk) != to_do_after.get(week.pk):
            recount_everyone(week)
    return changes


class _Kinds:
    def __init__(self, changes: Changes, content: CourseContent) -> None:
        self.changes = changes
        self.data_files = dict(content.data_files)
        self.concepts = content.concepts
        self.beliefs = content.misconceptions
        self.modules = Rows(Module, changes)
        self.weeks = Rows(Week, changes)
        self.lessons = Rows(Lesson, changes)
        self.exercises = Rows(Exercise, changes)
        self.questions = Rows(Question, changes)

    def retire_the_rest(self) -> None:
        for rows in (self.modules, self.weeks, self.lessons, self.exercises, self.questions):
            rows.retire_the_rest()


def _load_top(content: CourseContent, changes: Changes) -> Course:
    course = Course.objects.first() or Course()
    values = {
        "slug": content.slug,
        "title": content.title,
        "welcome_html": render(content.welcome).html,
        "content_hash": content.content_hash,
    }
    changed = assign(course, values)
    if changed:
        course.save()
        if changed != ["content_hash"]:
            changes.note(f"course {content.slug}: {described(changed)}")
    _load_resources(content, course, changes)
    return course


def _load_resources(content: CourseContent, course: Course, changes: Changes) -> None:
    fields = ("kind", "number", "group", "title", "by", "url")
    listed = content.resources
    said = [
        (Resource.Kind.TOOL.value, number, group, title, "", "")
        for number, (group, title) in enumerate(
            ((group.group, title) for group in listed.tools for title in group.tools), start=1
        )
    ]
    for kind, rows in (
        (Resource.Kind.BOOK, listed.books),
        (Resource.Kind.COURSE, listed.courses),
        (Resource.Kind.LAB, listed.labs),
    ):
        said += [
            (kind.value, number, "", row.title, row.by, row.url or "")
            for number, row in enumerate(rows, start=1)
        ]
    if sorted(said) != sorted(course.resources.values_list(*fields)):
        course.resources.all().delete()
        Resource.objects.bulk_create(
            Resource(course=course, **dict(zip(fields, row, strict=True))) for row in said
        )
        changes.note("resources: changed")


def _load_module(kinds: _Kinds, course: Course, module: ModuleContent) -> None:
    row = kinds.modules.put(
        module.slug,
        module.formerly,
        {
            "course": course,
            "number": module.number,
            "title": module.title,
            "aim": module.aim,
            "outcomes": list(module.outcomes),
            "capstone": module.capstone,
            "body_html": render(module.body).html,
        },
    )
    for week in module.weeks:
        _load_week(kinds, row, week)


def _load_week(kinds: _Kinds, module: Module, week: WeekContent) -> None:
    row = kinds.weeks.put(
        week.slug,
        week.formerly,
        {
            "module": module,
            "number": week.number,
            "last_number": week.last_number,
            "title": week.title,
            "aim": week.aim,
            "outcomes": list(week.outcomes),
            "hours": week.hours,
            "body_html": render(week.body).html,
            "lesson_total": len(week.lessons),
            "exercise_total": sum(
                not exercise.optional for lesson in week.lessons for exercise in lesson.exercises
            ),
        },
    )
    for lesson in week.lessons:
        _load_lesson(kinds, row, lesson)
    for topic in week.planned:
        kinds.lessons.put(topic.slug, None, _planned_values(row, topic))


def _planned_values(week: Week, topic: PlannedContent) -> Values:
    return {"week": week, "number": topic.number, "title": topic.title, "planned": True}


def _load_lesson(kinds: _Kinds, week: Week, lesson: LessonContent) -> None:
    row = kinds.lessons.put(lesson.slug, lesson.formerly, _lesson_values(week, lesson, kinds.concepts))
    _load_pictures(kinds.changes, row, lesson)
    for exercise in lesson.exercises:
        original = kinds.exercises.put(exercise.slug, exercise.formerly, _exercise_values(row, exercise))
        for variant in exercise.variants:
            values = {**_exercise_values(row, variant), "variant_of_id": original.pk}
            kinds.exercises.put(variant.slug, variant.formerly, values)
    blocks = blocks_values(row, lesson, kinds.data_files)
    if blocks is not None:
        formerly = slug_of_blocks(lesson.formerly) if lesson.formerly else None
        kinds.exercises.put(slug_of_blocks(lesson.slug), formerly, blocks)
    for question in lesson.questions:
        values = {"lesson": row, **question_values(question, kinds.beliefs)}
        kinds.questions.put(question.slug, question.matter.formerly, values)


def _lesson_values(week: Week, lesson: LessonContent, concepts: Mapping[str, Concept]) -> Values:
    rendered = render_lesson(lesson.body, lesson.pictures)
    terms = {concepts[slug].name: slug for slug in (*lesson.teaches, *lesson.needs)}
    return {
        "week": week,
        "number": lesson.number,
        "title": lesson.title,
        "planned": False,
        "promise": lesson.promise,
        "objectives": [objective.text for objective in lesson.objectives],
        "sources": [{"title": source.title, "url": source.url} for source in lesson.sources],
        "level": lesson.level,
        "minutes_read": lesson.minutes_read,
        "minutes_exercise": lesson.minutes_exercise,
        "minutes_quiz": lesson.minutes_quiz,
        "environment": lesson.environment,
        "reviewed": lesson.reviewed,
        "body_html": linked(rendered.html, terms, reverse("glossary")),
        "mathematics": has_mathematics(rendered.html),
        "contents": [
            {"id": heading.id, "title": heading.title, "level": heading.level}
            for heading in rendered.contents
        ],
        "content_hash": lesson.content_hash,
    }


def _exercise_values(lesson: Lesson, exercise: ExerciseContent) -> Values:
    task = render(exercise.task).html
    hints = [
        {"check": name, "html": render(level).html}
        for hint in exercise.hints
        for name in hint.checks
        for level in hint.levels
    ]
    return {
        "lesson": lesson,
        "kind": Exercise.Kind.EXERCISE if exercise.variant_of is None else Exercise.Kind.VARIANT,
        "variant_of_id": None,
        "number": exercise.number,
        "title": exercise.title,
        "optional": exercise.optional,
        "level": exercise.level,
        "minutes": exercise.minutes,
        "points": exercise.points,
        "environment": exercise.environment,
        "task_html": task,
        "mathematics": has_mathematics(task, *(hint["html"] for hint in hints)),
        "starter": dict(exercise.starter),
        "paths": list(exercise.paths),
        "tests": exercise.tests,
        "checks": [
            {"name": check.name, "title": check.title, "hidden": check.hidden} for check in exercise.checks
        ],
        "hints": hints,
        "data": list(exercise.data),
        "limits": dict(exercise.limits),
        "permissions": list(exercise.permissions),
        "content_hash": exercise.content_hash,
    }


def _load_pictures(changes: Changes, lesson: Lesson, content: LessonContent) -> None:
    known = dict(lesson.pictures.values_list("name", "svg"))
    if known == dict(content.pictures):
        return
    lesson.pictures.all().delete()
    Picture.objects.bulk_create(
        Picture(lesson=lesson, name=name, svg=svg) for name, svg in content.pictures.items()
    )
    changes.note(f"pictures of {lesson.slug}: changed")


def _to_do() -> dict[int, set[tuple[str, int]]]:
    """For each week, what has to be done in it: the rows that its progress is counted from."""
    found: dict[int, set[tuple[str, int]]] = {}
    lessons = Lesson.objects.current().filter(planned=False)
    exercises = Exercise.objects.current().filter(optional=False, lesson__in=lessons)
    questions = Question.objects.current().filter(lesson__in=lessons)
    for kind, rows in (
        ("lesson", lessons.values_list("week_id", "pk")),
        ("exercise", exercises.values_list("lesson__week_id", "pk")),
        ("question", questions.values_list("lesson__week_id", "pk")),
    ):
        for week, row in rows:
            found.setdefault(week, set()).add((kind, row))
    return found
