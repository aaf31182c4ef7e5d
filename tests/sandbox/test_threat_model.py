"""The threat model names cases, tests and files; each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
CASES = {path.parent.name[:3] for path in (ROOT / "tests" / "hostile").glob("*/case.toml")}


def test_each_case_that_it_names_is_there() -> None:
    named = set(re.findall(r"\b[A-Z]\d\d\b", TEXT))
    assert len(named) > 20
    assert named - CASES == set()


def test_each_file_that_it_names_is_there() -> None:
    named = re.findall(r"`((?:tests|grading|docs)/[\w/.-]+)`", TEXT)
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []
