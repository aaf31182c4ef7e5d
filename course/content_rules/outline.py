"""Rules about the course as a whole: counts, numbers, slugs, concepts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from course.content import CourseContent, Problem, WeekContent
from course.content.problems import Source

# Their addresses below a lesson's are taken by the site.
RESERVED = {"exercise": {"read", "quiz", "place", "blocks", "beat"}, "lesson": {"quiz"}}


def counts_agree(course: CourseContent) -> Iterator[Problem]:
    """The counts in course.md are those of the tree, the capstone apart."""
    modules = [module for module in course.modules if not module.capstone]
    weeks = [week for module in modules for week in module.weeks]
    found = {
        "modules": len(modules),
        "weeks": sum(week.last_number - week.number + 1 for week in weeks),
        "lessons": sum(len(week.lessons) + len(week.planned) for week in weeks),
    }
    for name, count in found.items():
        if count != course.counts[name]:
            sentence = f"{name} is {course.counts[name]}, and the tree holds {count}: correct one of them."
            yield course.source.problem(sentence, "counts", name)


def numbers_run_on(course: CourseContent) -> Iterator[Problem]:
    """Modules, weeks and the lessons of a week are numbered 1, 2, 3, … without a gap."""
    for number, module in enumerate(course.modules, start=1):
        if module.number != number:
            yield Problem(
                module.folder, 1, f"this is module {number} in order: rename the folder to {number}-…."
            )
    expected = 1
    for _, week in course.weeks():
        if week.number != expected:
            yield Problem(
                week.folder, 1, f"this is week {expected} in order: rename the folder to week{expected:02}-…."
            )
        if week.last_number < week.number:
            yield week.source.problem("`last` lies before the week: correct it.", "last")
        expected = max(week.last_number, expected) + 1
        yield from _lesson_numbers(week)


def _lesson_numbers(week: WeekContent) -> Iterator[Problem]:
    places = [(lesson.number, lesson.folder, 1) for lesson in week.lessons]
    places += [(planned.number, week.source.path, planned.line) for planned in week.planned]
    for number, (found, path, line) in enumerate(sorted(places, key=lambda place: place[0]), start=1):
        if found != number:
            sentence = f"topic {number} of the week has number {found}: number the topics 1, 2, 3, …."
            yield Problem(path, line, sentence)
            return


def slugs_are_unique(course: CourseContent) -> Iterator[Problem]:
    """Nothing shares its identity, also not with what is planned or was called so before."""
    yield from _unique("module", [(module.slug, module.folder, 1) for module in course.modules])
    yield from _unique("week", [(week.slug, week.folder, 1) for _, week in course.weeks()])
    lessons = [(lesson.slug, lesson.folder, 1) for _, _, lesson in course.lessons()]
    lessons += [
        (topic.slug, week.source.path, topic.line) for _, week in course.weeks() for topic in week.planned
    ]
    yield from _unique("lesson", lessons)
    yield from _unique(
        "exercise", [(exercise.slug, exercise.folder, 1) for _, exercise in course.exercises()]
    )
    yield from _unique(
        "question",
        [
            (question.slug, question.source.path, question.source.at(question.key, "id"))
            for _, _, lesson in course.lessons()
            for question in lesson.questions
        ],
    )


def _unique(kind: str, slugs: list[tuple[str, Path, int]]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for slug, path, line in slugs:
        if slug in RESERVED.get(kind, ()):
            yield Problem(path, line, f"no {kind} may be called `{slug}`: the site uses that address.")
        if slug in seen:
            yield Problem(path, line, f"the {kind} `{slug}` stands in {seen[slug].name} already: rename one.")
        seen.setdefault(slug, path.parent if path.is_file() else path)


def former_slugs_are_free(course: CourseContent) -> Iterator[Problem]:
    """`formerly:` names a slug that nothing has now, and that one thing only has had."""
    kinds: dict[str, tuple[set[str], list[tuple[str, Source]]]] = {
        "module": (
            {module.slug for module in course.modules},
            [(module.formerly, module.source) for module in course.modules if module.formerly],
        ),
        "week": (
            {week.slug for _, week in course.weeks()},
            [(week.formerly, week.source) for _, week in course.weeks() if week.formerly],
        ),
        "lesson": (
            {lesson.slug for _, _, lesson in course.lessons()},
            [(lesson.formerly, lesson.source) for _, _, lesson in course.lessons() if lesson.formerly],
        ),
        "exercise": (
            {exercise.slug for _, exercise in course.exercises()},
            [(exercise.formerly, exercise.source) for _, exercise in course.exercises() if exercise.formerly],
        ),
    }
    for kind, (current, former) in kinds.items():
        names = [name for name, _ in former]
        for name, source in former:
            if name in current or names.count(name) > 1:
                sentence = f"`{name}` is the slug of another {kind}, or was twice: name the one this had."
                yield source.problem(sentence, "formerly")


def concepts_are_defined(course: CourseContent) -> Iterator[Problem]:
    """What a lesson teaches or needs stands in the glossary."""
    for _, _, lesson in course.lessons():
        for key, concepts in (("teaches", lesson.teaches), ("needs", lesson.needs)):
            for place, concept in enumerate(concepts):
                if concept not in course.concepts:
                    sentence = f"concepts.yaml does not define `{concept}`: add it there."
                    yield lesson.source.problem(sentence, key, place)


def concepts_are_taught_once(course: CourseContent) -> Iterator[Problem]:
    """Each concept is taught by one lesson, so that a reader knows where to go back to."""
    taught: dict[str, str] = {}
    for _, _, lesson in course.lessons():
        for place, concept in enumerate(lesson.teaches):
            if concept in taught:
                sentence = f"`{taught[concept]}` teaches `{concept}` already: need it here instead."
                yield lesson.source.problem(sentence, "teaches", place)
            taught.setdefault(concept, lesson.slug)


def needs_are_taught_earlier(course: CourseContent) -> Iterator[Problem]:
    """A lesson builds only on what stands before it."""
    taught: set[str] = set()
    for _, _, lesson in course.lessons():
        for place, concept in enumerate(lesson.needs):
            if concept in course.concepts and concept not in taught:
                sentence = f"no earlier lesson teaches `{concept}`: teach it there, or leave it out."
                yield lesson.source.problem(sentence, "needs", place)
        taught.update(lesson.teaches)
