"""Rules about links and pictures: what a text points at is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

from course.content import CourseContent, ExerciseContent, LessonContent, Problem, fences, plot_names
from course.content.problems import Source
from course.content_rules.lesson import prose_of
from course.markdown import render

SHORTEST_ALT, LONGEST_ALT = 40, 250
_LINK = re.compile(r"(?<!!)\[(?:[^\[\]]|!?\[[^\]]*\])*\]\(\s*(?P<target>[^)\s]*)[^)]*\)")
_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(\s*(?P<target>[^)\s]*)[^)]*\)")
_BY_NAME = re.compile(r"^ {0,3}\[(?!\^)[^\]]+\]:\s")
_CODE_SPAN = re.compile(r"(`+)(?:(?!\1).)+?\1")
_EMPTY_WORDS = re.compile(
    r"^(an? |the )?(\w+ )?(chart|plot|graph|figure|image|picture|diagram|screenshot)\b", re.I
)


@dataclass(frozen=True)
class _Text:
    """A Markdown text: the address of the page it stands on, and where it came from."""

    address: str
    body: str
    source: Source
    first_line: int
    lesson: LessonContent | None = None


def links_resolve(course: CourseContent) -> Iterator[Problem]:
    """Every link of the site's own leads to a page, and every anchor to a heading of it."""
    bodies = _bodies(course)
    for text in _texts(course):
        for number, line in _lines(text):
            if _BY_NAME.match(line):
                yield _problem(text, number, "write the link's address where it stands: `[words](address)`.")
            for link in _LINK.finditer(line):
                sentence = _link_fault(link["target"], text, bodies)
                if sentence:
                    yield _problem(text, number, sentence)


def pictures_are_there(course: CourseContent) -> Iterator[Problem]:
    """Every picture exists beside its lesson, has its script, and is shown."""
    for text in _texts(course):
        lesson = text.lesson
        for number, line in _lines(text):
            for picture in _PICTURE.finditer(line):
                name = picture["target"].removesuffix(".svg")
                if lesson is None:
                    yield _problem(text, number, "only a lesson's text shows pictures: move it there.")
                elif not picture["target"].endswith(".svg") or name not in lesson.pictures:
                    sentence = f"there is no picture `{picture['target']}` beside lesson.md: draw it."
                    yield _problem(text, number, sentence)
    for _, _, lesson in course.lessons():
        yield from _drawn_and_shown(lesson)


def pictures_say_what_they_show(course: CourseContent) -> Iterator[Problem]:
    """An alt text of 40 to 250 characters states the finding."""
    for text in _texts(course):
        for number, line in _lines(text):
            for picture in _PICTURE.finditer(line):
                for sentence in _alt_faults(picture["alt"]):
                    yield _problem(text, number, sentence)
        if text.lesson:
            for fence in fences(text.body):
                for sentence in _alt_faults(fence.alt) if fence.plots else ():
                    yield _problem(text, fence.line, sentence)


def _drawn_and_shown(lesson: LessonContent) -> Iterator[Problem]:
    shown = {match["target"] for match in _PICTURE.finditer(prose_of(lesson.body))}
    plots = set(plot_names(fences(lesson.body)).values())
    for name in sorted(f"{stem}.svg" for stem in lesson.pictures):
        path = lesson.folder / name
        if name not in shown | plots:
            yield Problem(path, 1, "lesson.md does not show this picture: show it or remove it.")
        elif name not in plots and not path.with_suffix(".py").exists():
            yield Problem(path, 1, f"the script that draws it is missing: write {path.stem}.py.")
    for name in sorted(plots - {f"{stem}.svg" for stem in lesson.pictures}):
        yield Problem(
            lesson.folder / name, 1, "this plot of lesson.md is missing: run its block and save it so."
        )
    for script in sorted(lesson.folder.glob("*.py")):
        if script.stem not in lesson.pictures:
            yield Problem(script, 1, f"there is no {script.stem}.svg: run the script, or remove it.")


def _alt_faults(alt: str) -> Iterator[str]:
    if not SHORTEST_ALT <= len(alt) <= LONGEST_ALT:
        yield f"the alt text has {len(alt)} characters: state the finding in {SHORTEST_ALT} to {LONGEST_ALT}."
    elif _EMPTY_WORDS.match(alt):
        yield "the alt text names the kind of picture: state the finding instead."


def _link_fault(target: str, text: _Text, bodies: dict[str, str]) -> str:
    scheme = urlsplit(target).scheme
    if scheme in ("https", "http", "mailto"):
        return ""
    if scheme or target.startswith("//") or not target:
        return f"`{target}` is no address that a page may link to: write https://… or a page of the site."
    address, anchor = urldefrag(urljoin(text.address, target))
    if address not in bodies:
        return f"`{target}` leads to {address}, where nothing is: correct the link."
    if anchor and anchor not in _anchors(bodies[address]):
        return f"{address} has no heading `#{anchor}`: correct the link or the heading."
    return ""


@cache
def _anchors(body: str) -> frozenset[str]:
    return frozenset(re.findall(r'\bid="([^"]+)"', render(body).html))


def _bodies(course: CourseContent) -> dict[str, str]:
    """Address → the text whose headings can be linked to, for every page of the site."""
    bodies = {"/": "", "/syllabus/": "", "/dashboard/": "", "/glossary/map/": ""}
    # A term's id is its anchor in the glossary, as it would be a heading's.
    taught = (slug for _, _, lesson in course.lessons() for slug in lesson.teaches)
    bodies["/glossary/"] = "\n\n".join(f"## {slug}" for slug in taught)
    for module in course.modules:
        bodies[f"/docs/{module.slug}/"] = module.body
        for week in module.weeks:
            address = f"/docs/{module.slug}/week{week.number}/"
            bodies[address] = week.body
            bodies |= {f"{address}{topic.slug}/": "" for topic in week.planned}
            for lesson in week.lessons:
                bodies[f"{address}{lesson.slug}/"] = lesson.body
                for exercise in _with_variants(lesson):
                    bodies[f"{address}{lesson.slug}/{exercise.slug}/"] = exercise.task
    return bodies


def _texts(course: CourseContent) -> Iterator[_Text]:
    yield _Text("/", course.welcome, course.source, course.source.body_line)
    for module in course.modules:
        yield _Text(f"/docs/{module.slug}/", module.body, module.source, module.source.body_line)
    for module, week in course.weeks():
        address = f"/docs/{module.slug}/week{week.number}/"
        yield _Text(address, week.body, week.source, week.source.body_line)
        for lesson in week.lessons:
            here = f"{address}{lesson.slug}/"
            yield _Text(here, lesson.body, lesson.source, lesson.source.body_line, lesson)
            for exercise in _with_variants(lesson):
                there = f"{here}{exercise.slug}/"
                yield _Text(there, exercise.task, exercise.source, exercise.source.body_line)
                for hint in exercise.hints:
                    for body, line in zip(hint.levels, hint.lines, strict=True):
                        yield _Text(there, body, exercise.hints_source, line)


def _with_variants(lesson: LessonContent) -> Iterator[ExerciseContent]:
    for exercise in lesson.exercises:
        yield exercise
        yield from exercise.variants


def _lines(text: _Text) -> Iterator[tuple[int, str]]:
    """The lines of its prose, with code blanked out, numbered from 1."""
    for number, line in enumerate(prose_of(text.body).split("\n"), start=1):
        yield number, _CODE_SPAN.sub(lambda span: "`" * len(span[0]), line)


def _problem(text: _Text, line: int, sentence: str) -> Problem:
    return Problem(text.source.path, text.first_line + line - 1, sentence)
