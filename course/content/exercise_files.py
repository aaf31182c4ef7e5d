"""Reads an exercise's folder."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from course.content.matter import Inherited, TaskMatter
from course.content.problems import Source
from course.content.reader import Reader, digest_of, only
from course.content.shape import CheckContent, ExerciseContent, Expectation, Files, HintContent, WrongContent
from course.content.test_file import read_checks

MAIN = "solution.py"
Declared = Sequence[str] | None  # the files that task.md names; None for the one file of most exercises
_HEADER = re.compile(r"^# (expect|shows|misconception|explain): *(.*)$")
_CONTINUED = re.compile(r"^# {2,}(\S.*)$")


@dataclass(frozen=True)
class Settings:
    """What holds for an exercise unless it says otherwise; inherited from course to exercise."""

    limits: Mapping[str, float]
    points: int = 10
    environment: str = "base"

    def under(self, matter: Inherited) -> Settings:
        stated = only(matter.limits.model_dump()) if matter.limits else {}
        return Settings(
            limits={**self.limits, **stated},
            points=matter.points or self.points,
            environment=matter.environment or self.environment,
        )


def read_exercise(
    reader: Reader, folder: Path, settings: Settings, level: int, data_files: Mapping[str, str]
) -> ExerciseContent | None:
    """The exercise in a folder; None where its task cannot be read.

    `data_files` maps a path below data/ to its checksum.
    """
    read = reader.matter(folder / "task.md", TaskMatter)
    tests, checks = read_tests(reader, folder / "tests.py")
    hints, hints_source = read_hints(reader, folder / "hints.md")
    if read is None:
        return None
    matter, page = read
    settings = settings.under(matter)
    refuse_unknown_files(reader, folder, {"variants", *parts_of(matter.files)})
    exercise = ExerciseContent(
        slug=folder.name,
        number=matter.number,
        title=matter.title,
        optional=matter.optional,
        level=matter.level or level,
        minutes=matter.minutes,
        points=settings.points,
        environment=settings.environment,
        limits=settings.limits,
        data=tuple(matter.data),
        permissions=tuple(sorted(matter.permissions)),
        task=page.body,
        starter=read_files(reader, folder, "starter", matter.files),
        solution=read_files(reader, folder, "solution", matter.files),
        alternative=read_files(reader, folder, "alternative", matter.files),
        tests=tests,
        checks=checks,
        hints=hints,
        wrong=tuple(read_wrongs(reader, folder / "wrong", matter.files)),
        formerly=matter.formerly,
        folder=folder,
        source=page.source,
        hints_source=hints_source,
        declared_files=matter.files is not None,
    )
    return replace(exercise, content_hash=verdict_hash(exercise, data_files))


def read_tests(reader: Reader, path: Path) -> tuple[str, tuple[CheckContent, ...]]:
    text = reader.text(path)
    if text is None:
        return "", ()
    checks, problems = read_checks(text, path)
    reader.problems += problems
    return text, checks


def verdict_hash(exercise: ExerciseContent, data_files: Mapping[str, str]) -> str:
    """SHA-256 over everything that decides a verdict, and nothing else: not the words of the task."""
    data = {path: digest for path, digest in data_files.items() if path.partition("/")[0] in exercise.data}
    return digest_of(
        {
            "tests": exercise.tests,
            "paths": list(exercise.paths),
            "data": data,
            "limits": dict(exercise.limits),
            "environment": exercise.environment,
            "permissions": list(exercise.permissions),
        }
    )


def read_files(reader: Reader, folder: Path, name: str, declared: Declared) -> Files:
    """Path → text, as a submission has it, of starter, solution or alternative."""
    if declared is None:
        return {MAIN: _python(reader, folder / f"{name}.py")}
    return _declared(reader, folder / name, declared)


def _declared(reader: Reader, folder: Path, names: Sequence[str]) -> Files:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in names and not ignored(path):
            reader.problem(path, "`files` in task.md does not name this file: add it there or remove it.")
    return {
        name: _python(reader, folder / name) if name.endswith(".py") else reader.text(folder / name) or ""
        for name in names
    }


def _python(reader: Reader, path: Path) -> str:
    text = reader.text(path) or ""
    try:
        ast.parse(text)
    except SyntaxError as error:
        reader.problem(path, f"Python cannot read this: {error.msg}.", error.lineno or 1)
    return text


def read_wrongs(reader: Reader, folder: Path, declared: Declared) -> Iterator[WrongContent]:
    if not folder.is_dir():
        reader.problem(folder, "this folder is missing: write at least two known-wrong solutions.")
        return
    for path in sorted(folder.iterdir()):
        if ignored(path):
            continue
        if declared is None and path.suffix == ".py":
            yield from _wrong(reader, path.stem, path, {MAIN: _python(reader, path)})
        elif declared is not None and path.is_dir():
            yield from _wrong(reader, path.name, path / declared[0], _declared(reader, path, declared))
        else:
            kind = "a .py file" if declared is None else "a folder, since task.md names `files`"
            reader.problem(path, f"a wrong solution is {kind}: move or remove this.")


def _wrong(reader: Reader, slug: str, path: Path, files: Files) -> Iterator[WrongContent]:
    header, lines = _wrong_header(next(iter(files.values())))
    source = Source(path, lines)
    expects = _expectation(header.get("expect", ""))
    missing = [key for key in ("expect", "misconception", "explain") if not header.get(key)]
    if expects is not None and expects.kind == "fails" and not header.get("shows"):
        missing.append("shows")
    for key in missing:
        reader.problems.append(source.problem(f"begin with `# {key}: …`: it says what must happen, and why."))
    if expects is None:
        if header.get("expect"):
            sentence = "say `fails <test> …`, `crashes <Exception>`, `too slow` or `out of memory`."
            reader.problems.append(source.problem(sentence, "expect"))
        return
    if not missing:
        yield WrongContent(
            slug, files, expects, header.get("shows", ""), header["misconception"], header["explain"], source
        )


def _wrong_header(text: str) -> tuple[dict[str, str], dict[tuple[str | int, ...], int]]:
    header: dict[str, str] = {}
    lines: dict[tuple[str | int, ...], int] = {}
    key = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if named := _HEADER.match(line):
            key = named[1]
            header[key], lines[(key,)] = named[2].strip(), number
        elif key and (continued := _CONTINUED.match(line)):
            header[key] = f"{header[key]} {continued[1].strip()}".strip()
        else:
            break
    return header, lines


def without_header(text: str) -> str:
    """A wrong solution as a learner would have written it: without the lines that say what is wrong."""
    lines = text.split("\n")
    named = [number for (_key,), number in _wrong_header(text)[1].items()]
    at = max(named, default=0)
    while named and at < len(lines) and _CONTINUED.match(lines[at]):
        at += 1
    return "\n".join(lines[at:])


def _expectation(text: str) -> Expectation | None:
    verb, _, rest = text.partition(" ")
    names = tuple(name for name in re.split(r"[,\s]+", rest) if name)
    if verb == "fails" and names:
        return Expectation("fails", names)
    if verb == "crashes" and len(names) == 1:
        return Expectation("crashes", names)
    if text == "too slow":
        return Expectation("too-slow")
    if text == "out of memory":
        return Expectation("out-of-memory")
    return None


def read_hints(reader: Reader, path: Path) -> tuple[tuple[HintContent, ...], Source]:
    source = Source(path)
    text = reader.text(path)
    if text is None:
        return (), source
    sections: list[HintContent] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("## "):
            checks = tuple(name.strip().strip("`") for name in line[3:].split(",") if name.strip())
            sections.append(HintContent(checks, ("",), number, (number + 1,)))
        elif sections and line.strip() == "---":
            last = sections[-1]
            sections[-1] = replace(last, levels=(*last.levels, ""), lines=(*last.lines, number + 1))
        elif sections:
            *before, open_level = sections[-1].levels
            sections[-1] = replace(sections[-1], levels=(*before, f"{open_level}{line}\n"))
        elif line.strip() and not line.startswith("# "):
            reader.problem(path, "begin with a heading `## <test name>`.", number)
            break
    return tuple(sections), source


def parts_of(declared: Declared) -> set[str]:
    """The names that may stand in the folder of an exercise, or of a variant."""
    parts = ("starter", "solution", "alternative")
    return {"task.md", "tests.py", "hints.md", "wrong"} | (
        {f"{part}.py" for part in parts} if declared is None else set(parts)
    )


def refuse_unknown_files(reader: Reader, folder: Path, known: set[str]) -> None:
    for path in sorted(folder.iterdir()):
        if path.name not in known and not ignored(path):
            reader.problem(path, "an exercise has no such file: remove it, or correct its name.")


def ignored(path: Path) -> bool:
    return path.name.startswith(("_", "."))
