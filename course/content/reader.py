"""Reads files strictly and collects what is wrong with them, instead of stopping at the first thing."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from course.content.matter import Matter
from course.content.problems import Problem, Source
from course.content.yaml_lines import YamlText, read_yaml

Kind = TypeVar("Kind", bound=BaseModel)
Value = TypeVar("Value")

LARGEST_TEXT = 5_000_000
_UNWANTED = {"\0": "a NUL character", "\r": "a carriage return", "\ufeff": "a byte order mark"}


@dataclass(frozen=True)
class Page:
    """A Markdown file: the raw keys of its front matter and the text below."""

    source: Source
    value: Any
    body: str


class Reader:
    """One reading of a course's files. `problems` grows; `digests` says what was read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.digests: dict[Path, str] = {}

    def problem(self, path: Path, sentence: str, line: int = 1) -> None:
        self.problems.append(Problem(path, line, sentence))

    def text(self, path: Path) -> str | None:
        """The file's text; None, and a problem, where it cannot be read as one."""
        if not path.is_file():
            self.problem(path, "this file is missing: write it.")
            return None
        raw = path.read_bytes()
        self.digests[path] = hashlib.sha256(raw).hexdigest()
        if len(raw) > LARGEST_TEXT:
            self.problem(path, "this file is over 5 MB: make it smaller.")
            return None
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.problem(path, "this is not UTF-8 text: save it as UTF-8.", line)
            return None
        for character, name in _UNWANTED.items():
            if character in text:
                line = text[: text.index(character)].count("\n") + 1
                self.problem(path, f"{name} stands here: remove it.", line)
        return text

    def matter(self, path: Path, kind: type[Kind]) -> tuple[Kind, Page] | None:
        """The front matter of a Markdown file, as `kind`, and the page; None where it is not valid."""
        page = self._page(path)
        if page is None:
            return None
        matter = self._valid(TypeAdapter(kind), page.value, page.source)
        return (matter, page) if matter is not None else None

    def yaml(self, path: Path, kind: TypeAdapter[Value]) -> tuple[Value, Source] | None:
        """A YAML file, as `kind`, and where its keys stand."""
        text = self.text(path)
        if text is None:
            return None
        parsed = read_yaml(text)
        source = self._source(path, parsed)
        value = self._valid(kind, parsed.value, source) if not parsed.faults else None
        return (value, source) if value is not None else None

    def digest(self, under: Path) -> str:
        """SHA-256 over the names and contents of all that was read below a folder."""
        parts = sorted(
            (path.relative_to(under).as_posix(), digest)
            for path, digest in self.digests.items()
            if path.is_relative_to(under)
        )
        return digest_of(parts)

    def _page(self, path: Path) -> Page | None:
        text = self.text(path)
        if text is None:
            return None
        lines = text.split("\n")
        if lines[0] != "---" or "---" not in lines[1:]:
            self.problem(path, "begin with the keys of the file, between two lines `---`.")
            return None
        end = lines.index("---", 1)
        parsed = read_yaml("\n".join(lines[1:end]), first_line=2)
        source = self._source(path, parsed, body_line=end + 2)
        if parsed.faults:
            return None
        return Page(source, {} if parsed.value is None else parsed.value, "\n".join(lines[end + 1 :]))

    def _source(self, path: Path, parsed: YamlText, body_line: int = 1) -> Source:
        for line, sentence in parsed.faults:
            self.problem(path, sentence, line)
        return Source(path, parsed.lines, body_line)

    def _valid(self, kind: TypeAdapter[Value], value: Any, source: Source) -> Value | None:
        try:
            return kind.validate_python(value)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self.problems.append(source.problem(_sentence(detail, source), *detail["loc"]))
            return None


def digest_of(value: Any) -> str:
    """SHA-256 of plain data, the same on every machine."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _sentence(detail: ErrorDetails, source: Source) -> str:
    """What pydantic found, as a sentence that says what to do."""
    name = ".".join(str(part) for part in detail["loc"]) or "the file"
    last = str(detail["loc"][-1]) if detail["loc"] else "the file"
    match detail["type"]:
        case "missing":
            return f"`{last}` is missing: add it."
        case "extra_forbidden":
            return f"`{last}` may not stand here: remove it, or correct its spelling{_near(last)}."
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"`{name}` has to be keys with values, as in `key: value`."
        case "union_tag_invalid":
            kinds = detail["ctx"]["expected_tags"].replace("'", "`")
            return f"`kind` may be {kinds} (it is {detail['ctx']['tag']!r})."
        case "union_tag_not_found":
            return "`kind` is missing: add it."
        case "string_type":
            return f"`{name}` has to be text: put it in quotes (it is {detail['input']!r})."
        case _:
            shown = str(detail["input"])
            shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
            return f"`{name}` is not right: {detail['msg'][0].lower()}{detail['msg'][1:]} (it is {shown!r})."


def _keys(kind: type[Matter]) -> set[str]:
    return set(kind.model_fields).union(*(_keys(child) for child in kind.__subclasses__()))


def _near(name: str) -> str:
    near = difflib.get_close_matches(name, _keys(Matter), n=1)
    return f" (`{near[0]}`?)" if near and near[0] != name else ""


def only(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The entries that were said."""
    return {key: value for key, value in mapping.items() if value is not None}
