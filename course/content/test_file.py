"""What a learner will see of tests.py before anything runs: its checks, by reading and not running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from course.content.problems import Problem
from course.content.shape import CheckContent


def read_checks(text: str, path: Path) -> tuple[tuple[CheckContent, ...], list[Problem]]:
    """The checks of a tests.py in the order they run, and what is wrong with it."""
    try:
        module = ast.parse(text)
    except SyntaxError as error:
        return (), [Problem(path, error.lineno or 1, f"Python cannot read this: {error.msg}.")]
    problems: list[Problem] = []
    checks: list[CheckContent] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            checks += _checks_of(node, path, problems)
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            problems.append(Problem(path, node.lineno, "tests are functions here, not classes: unpack it."))
    if not checks and not problems:
        problems.append(Problem(path, 1, "there is no test here: write functions named test_…"))
    names = [check.name for check in checks]
    doubled = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem(path, 1, f"two tests are called {name}: rename one.") for name in doubled]
    return tuple(checks), problems


def _checks_of(
    node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path, problems: list[Problem]
) -> list[CheckContent]:
    title = (ast.get_docstring(node) or "").split("\n")[0].strip()
    if not title:
        problems.append(
            Problem(path, node.lineno, f"{node.name} has no docstring: a learner reads its first line.")
        )
    if len(title) > 300 or len(node.name) > 120:
        problems.append(Problem(path, node.lineno, f"{node.name} is too long a name or title: shorten it."))
    hidden, cases = False, [""]
    for mark in reversed(node.decorator_list):
        name = ast.unparse(mark.func if isinstance(mark, ast.Call) else mark)
        if name == "pytest.mark.hidden":
            hidden = True
        elif name == "pytest.mark.parametrize" and isinstance(mark, ast.Call):
            ids = _case_ids(mark)
            if ids is None:
                sentence = "the cases cannot be named by reading: write them as literals, or ids=[…]."
                problems.append(Problem(path, mark.lineno, sentence))
                continue
            cases = [f"{case}-{more}" if case else more for case in cases for more in ids]
    names = [f"{node.name}[{case}]" if case else node.name for case in cases]
    return [CheckContent(name, title, hidden, node.lineno) for name in names]


def _case_ids(mark: ast.Call) -> list[str] | None:
    """The ids pytest gives to the cases; None where they depend on what runs."""
    arguments = {keyword.arg: keyword.value for keyword in mark.keywords}
    arguments |= dict(zip(("argnames", "argvalues"), mark.args, strict=False))
    try:
        if "ids" in arguments:
            return [str(item) for item in ast.literal_eval(arguments["ids"])]
        names = ast.literal_eval(arguments["argnames"])
        names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
        values = arguments["argvalues"]
        if not isinstance(values, ast.List | ast.Tuple):
            return None
        ids = [_case_id(names, case, place) for place, case in enumerate(values.elts)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return ids if len(set(ids)) == len(ids) else None


def _case_id(names: list[str], case: ast.expr, place: int) -> str:
    if isinstance(case, ast.Call) and ast.unparse(case.func) == "pytest.param":
        for keyword in case.keywords:
            if keyword.arg == "id":
                return str(ast.literal_eval(keyword.value))
        values = case.args
    elif len(names) > 1 and isinstance(case, ast.Tuple | ast.List):
        values = case.elts
    else:
        values = [case]
    return "-".join(_value_ids(names, values, place))


def _value_ids(names: list[str], values: list[ast.expr], place: int) -> Iterator[str]:
    for name, value in zip(names, values, strict=True):
        constant = ast.literal_eval(value)
        if isinstance(constant, bytes):
            raise ValueError("pytest escapes these in its own way")
        if isinstance(constant, str):
            if not constant.isprintable() or not constant.isascii() or not constant:
                raise ValueError("pytest escapes these in its own way")
            yield constant
        elif constant is None or isinstance(constant, int | float | complex):
            yield str(constant)
        else:
            yield f"{name}{place}"
