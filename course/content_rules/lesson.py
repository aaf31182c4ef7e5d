"""Rules about the text of a lesson and its front matter."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator

from course.content import CourseContent, Fence, LessonContent, Problem, fences
from course.content.fences import LANGUAGES
from course.content.yaml_lines import read_yaml

CODE_SHARE = 0.45
# A reader who reads closely, tries things and answers the questions in between.
FASTEST, SLOWEST = 220, 60
_WORD = re.compile(r"\w[\w'’.-]*")


def prose_of(text: str) -> str:
    """The text without its fences, line for line, so that places in it still hold."""
    lines = text.split("\n")
    for fence in fences(text):
        for at in range(fence.line - 1, fence.last):
            lines[at] = ""
    return "\n".join(lines)


def words_in(text: str) -> int:
    return len(_WORD.findall(prose_of(text)))


def words_are_in_bounds(course: CourseContent) -> Iterator[Problem]:
    """A lesson is as long as course.md says that lessons are."""
    for _, _, lesson in course.lessons():
        words = words_in(lesson.body)
        if not course.words.least <= words <= course.words.most:
            sentence = (
                f"the lesson has {words} words, and may have {course.words.least} to {course.words.most}: "
                "shorten or extend it."
            )
            yield lesson.source.body_problem(sentence, 1)


def code_leaves_room_for_words(course: CourseContent) -> Iterator[Problem]:
    """At most 45 % of a lesson's lines are code."""
    for _, _, lesson in course.lessons():
        code = sum(len(fence.code.split("\n")) for fence in fences(lesson.body))
        lines = sum(1 for line in lesson.body.split("\n") if line.strip())
        if code > CODE_SHARE * lines:
            sentence = f"{code} of {lines} lines are code, over {CODE_SHARE:.0%}: explain more or show less."
            yield lesson.source.body_problem(sentence, 1)


def minutes_agree(course: CourseContent) -> Iterator[Problem]:
    """`minutes` agree with the words of the text and with the exercises."""
    for _, _, lesson in course.lessons():
        needed = sum(exercise.minutes for exercise in lesson.exercises if not exercise.optional)
        if lesson.minutes_exercise != needed:
            sentence = (
                f"the exercises that are not optional take {needed} minutes: write `exercise: {needed}`."
            )
            yield lesson.source.problem(sentence, "minutes", "exercise")
        words = words_in(lesson.body)
        if not words / FASTEST - 1 <= lesson.minutes_read <= words / SLOWEST + 1:
            sentence = (
                f"{lesson.minutes_read} minutes do not fit {words} words: "
                f"write {round(words / FASTEST)} to {round(words / SLOWEST)}."
            )
            yield lesson.source.problem(sentence, "minutes", "read")


def objectives_are_assessed(course: CourseContent) -> Iterator[Problem]:
    """Each objective names tests and questions that exist."""
    for _, _, lesson in course.lessons():
        known = assessments_of(lesson)
        for place, objective in enumerate(lesson.objectives):
            for at, reference in enumerate(objective.assessed):
                if reference not in known:
                    sentence = (
                        f"the lesson has no `{reference}`: write exercise/test, exercise or quiz/question."
                    )
                    yield lesson.source.problem(sentence, "objectives", place, "assessed", at)


def tests_serve_an_objective(course: CourseContent) -> Iterator[Problem]:
    """Every test of every exercise is tied to an objective."""
    for _, _, lesson in course.lessons():
        named = {reference for objective in lesson.objectives for reference in objective.assessed}
        for exercise in lesson.exercises:
            for function in dict.fromkeys(check.function for check in exercise.checks):
                if exercise.slug not in named and f"{exercise.slug}/{function}" not in named:
                    sentence = f"no objective is assessed by {exercise.slug}/{function}: add it to one."
                    yield lesson.source.problem(sentence, "objectives")


def assessments_of(lesson: LessonContent) -> set[str]:
    """Everything that an objective of the lesson may be assessed by."""
    known = {f"quiz/{question.slug}" for question in lesson.questions}
    for exercise in lesson.exercises:
        known |= {exercise.slug, *(f"{exercise.slug}/{check.function}" for check in exercise.checks)}
    return known


def headings_begin_at_two(course: CourseContent) -> Iterator[Problem]:
    """The page's title is its only first heading, and no level is left out."""
    for _, _, lesson in course.lessons():
        level = 1
        for number, line in enumerate(prose_of(lesson.body).split("\n"), start=1):
            heading = re.match(r"(#{1,6}) ", line)
            if heading is None:
                continue
            deep = len(heading[1])
            if deep == 1 or deep > level + 1:
                sentence = f"this heading has {deep} #, and may have 2 to {level + 1}: correct its level."
                yield lesson.source.body_problem(sentence, number)
            level = deep


def terms_have_one_spelling(course: CourseContent) -> Iterator[Problem]:
    """What concepts.yaml says to avoid is avoided."""
    avoided = {term: concept.name for concept in course.concepts.values() for term in concept.avoid}
    for _, _, lesson in course.lessons():
        for number, line in enumerate(prose_of(lesson.body).split("\n"), start=1):
            for term, name in avoided.items():
                if re.search(rf"\b{re.escape(term)}\b", line, re.IGNORECASE):
                    yield lesson.source.body_problem(f"write “{name}” instead of “{term}”.", number)


def fences_keep_their_contract(course: CourseContent) -> Iterator[Problem]:
    """Each fence of a lesson says what is promised of it, and keeps what can be checked by reading."""
    for _, _, lesson in course.lessons():
        ran = False
        for fence in fences(lesson.body):
            for sentence in _fence_faults(fence, ran=ran):
                yield lesson.source.body_problem(sentence, fence.line)
            ran = ran or fence.runs


def _fence_faults(fence: Fence, *, ran: bool) -> Iterator[str]:
    if fence.fault:
        yield fence.fault
    elif fence.language not in LANGUAGES:
        yield f"`{fence.language}` is no language of a fence: use one of {', '.join(sorted(LANGUAGES))}."
    elif fence.language == "output" and not ran:
        yield "no block that runs stands before this output: put it after one."
    elif fence.language == "python":
        yield from _python_faults(fence)
    elif fence.language == "sh" and "shown" not in fence.words:
        yield 'commands are shown only: write `sh shown reason="…" verified="…"`.'
    if "shown" in fence.words and not (fence.words.get("reason") and fence.words.get("verified")):
        yield 'say why it is only shown, and when it was tried: `shown reason="…" verified="…"`.'
    yield from _parse_faults(fence)


_PYTHON = [{"run"}, {"run", "plot", "alt"}, {"raises"}, {"shown", "reason", "verified"}]


def _python_faults(fence: Fence) -> Iterator[str]:
    if set(fence.words) not in _PYTHON and "shown" not in fence.words:
        yield 'say what becomes of it: `python run`, `run plot alt="…"`, `raises=…` or `shown`.'
    if "raises" in fence.words and not fence.raises.isidentifier():
        yield "name the exception: `raises=ValueError`."
    try:
        ast.parse(fence.code)
    except SyntaxError as error:
        yield f"line {error.lineno} of this block is not Python: {error.msg}."


def _parse_faults(fence: Fence) -> Iterator[str]:
    try:
        if fence.language == "json":
            json.loads(fence.code)
        elif fence.language == "toml":
            tomllib.loads(fence.code)
    except ValueError as error:
        yield f"this is not {fence.language}: {error}."
    if fence.language == "yaml":
        for document in re.split(r"^---$", fence.code, flags=re.MULTILINE):
            for line, sentence in read_yaml(document).faults:
                yield f"line {line} of this block: {sentence}"
