"""Imports point one way: config → grading → course → accounts; the sandbox knows nobody."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = ["accounts", "course", "grading", "config"]
SANDBOX = ROOT / "grading" / "sandbox"


def imports_of(file: Path) -> Iterator[tuple[int, str]]:
    """Each module that the file imports, also inside functions, with its line."""
    package = ".".join(file.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            )
            module = ".".join(filter(None, (base, node.module or "")))
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def files_of(app: str) -> list[Path]:
    return [file for file in (ROOT / app).rglob("*.py") if SANDBOX not in file.parents]


@pytest.mark.parametrize("app", ORDER)
def test_an_app_imports_only_what_lies_below_it(app):
    above = ORDER[ORDER.index(app) + 1 :]
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in files_of(app)
        for line, module in imports_of(file)
        if module.split(".")[0] in above
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_but_an_address_list_imports_views():
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for app in ORDER
        for file in files_of(app)
        for line, module in imports_of(file)
        if ".views" in module and module.split(".")[0] in ORDER
        if file.name != "urls.py" and "views" not in file.parts
    ]
    assert not wrong, "\n".join(wrong)


# The checks and the learner's code use these in their own, confined processes.
IN_A_CHILD = {"pytest", "_pytest", "numpy", "pandas", "torch", "matplotlib", "PIL", "hypothesis"}


def test_the_sandbox_stands_alone():
    known = set(sys.stdlib_module_names) | {"msgspec"} | IN_A_CHILD
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in SANDBOX.rglob("*.py")
        for line, module in imports_of(file)
        if module.split(".")[0] not in known and not module.startswith("grading.sandbox")
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("core", ["grading/verdict.py", "course/content"])
def test_the_core_knows_no_django(core):
    place = ROOT / core
    files = place.rglob("*.py") if place.is_dir() else [place]
    wrong = [
        f"{file.relative_to(ROOT)}:{line} imports {module}"
        for file in files
        for line, module in imports_of(file)
        if module.split(".")[0] in ("django", "celery", "allauth")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_launcher_needs_only_the_standard_library():
    tree = ast.parse((ROOT / "lms").read_text())
    modules = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert modules <= set(sys.stdlib_module_names)
