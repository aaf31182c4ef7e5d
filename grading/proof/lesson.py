"""The blocks of a lesson run, in one namespace, and print what the page says they print."""

from __future__ import annotations

import base64
import re
from importlib.resources import files
from itertools import pairwise

from course.content import CourseContent, Fence, LessonContent, Problem, fences, plot_names
from course.content.blocks import SECONDS, data_of, run_blocks
from grading.proof.runs import NotRun, Runs
from grading.runner import Report
from grading.sandbox.wire import Ending, Job, Limits
from grading.verdict import Outcome

LIMITS = Limits(cpu_s=SECONDS, wall_s=SECONDS, memory_mb=1024, output_kb=16 * 1024)

_INSIDE = files("grading.proof.inside")
_FIGURE = re.compile(r"^figure (\d+) (\S+)$", re.MULTILINE)
_LINE = re.compile(r"\[(\d+)\]$")


def problems_of_lesson(
    lesson: LessonContent, course: CourseContent, runs: Runs, *, draw: bool = False
) -> list[Problem]:
    """Where a block does not keep its fence's contract. With `draw`, write the pictures of plot blocks."""
    found = fences(lesson.body)
    blocks = run_blocks(lesson.body)
    if not blocks:
        return []
    try:
        report = runs.one(_job(lesson, course, found, blocks))
    except NotRun as error:
        return [Problem(lesson.source.path, 1, f"the blocks of this lesson did not run: {error}")]
    if draw:
        _write_pictures(lesson, report, plot_names(found))
    return _broken_contracts(lesson, report)


def _job(lesson: LessonContent, course: CourseContent, found: list[Fence], blocks: list[Fence]) -> Job:
    outputs = {before.line: after.code for before, after in pairwise(found) if after.language == "output"}
    promises = {
        block.line: {"raises": block.raises, "plots": block.plots, "output": outputs.get(block.line)}
        for block in blocks
    }
    code = {block.line: block.code for block in blocks}
    return Job(
        id=f"prove-{lesson.slug}",
        environment=lesson.environment,
        files={"solution.py": f"{_text('blocks.py')}\nBLOCKS.update({code!r})\n"},
        tests=f"{_text('block_checks.py')}\nPROMISES.update({promises!r})\nLINES.extend(PROMISES)\n",
        data=data_of(blocks, course.data_files),
        limits=LIMITS,
    )


def _text(name: str) -> str:
    return _INSIDE.joinpath(name).read_text(encoding="utf-8")


def _broken_contracts(lesson: LessonContent, report: Report) -> list[Problem]:
    source = lesson.source
    problems = []
    for result in report.results:
        place = _LINE.search(result.name)
        if place and result.outcome in (Outcome.FAILED, Outcome.CRASHED):
            problems.append(source.body_problem(f"{result.message}.", int(place[1])))
    if not problems and report.ending is not Ending.FINISHED:
        reason = " ".join(f"{report.ending.value} {report.detail} {report.author_log[-300:]}".split())
        problems.append(
            source.body_problem(f"the blocks did not run to their end within {SECONDS} s: {reason}.", 1)
        )
    return problems


def _write_pictures(lesson: LessonContent, report: Report, names: dict[int, str]) -> None:
    for line, svg in _FIGURE.findall(report.stdout):
        (lesson.folder / names[int(line)]).write_bytes(base64.b64decode(svg))
