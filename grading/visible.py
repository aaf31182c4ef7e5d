"""The tests of an exercise without its hidden ones: what a run before a submission checks.

How this works: the file is read, never executed. What may be hidden goes: functions, classes and cases
whose marks mention `hidden`, also by another name, and everything where `pytestmark` does. Of what is left
over stays what a visible test can reach: the names it uses, the fixtures it asks for, and so on; a helper,
a table or an import that only hidden tests use goes with them. Lines keep their numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_BINDERS = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.AsyncFunctionDef)


@lru_cache(maxsize=200)
def visible_source(tests: str) -> str:
    """The source of the visible tests and of what they use; "" where all are hidden, or there are none."""
    module = ast.parse(tests)
    marks = _hiding_names(module)
    if any(_is_pytestmark(node) and _mentions(node, marks) for node in module.body):
        return ""
    cuts = _Cuts(tests, marks)
    shown = [node for node in module.body if _is_test(node) and cuts.leave_something_of(node)]
    if not shown:
        return ""
    reached = _reached(module, shown)
    for node in module.body:
        if node not in shown and (_is_test(node) or node not in reached):
            cuts.add(node)
    return cuts.made()


class _Cuts:
    """Ranges of the source to take out; line ends stay."""

    def __init__(self, source: str, marks: set[str]) -> None:
        self._source = source.encode()  # ast counts bytes
        self._marks = marks
        self._starts = [0]
        for line in self._source.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._ranges: list[tuple[int, int]] = []

    def add(self, node: ast.stmt | ast.expr) -> None:
        decorators = getattr(node, "decorator_list", [])
        lineno, column = min(
            [(node.lineno, node.col_offset), *((d.lineno, d.col_offset) for d in decorators)]
        )
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin = self._starts[lineno - 1] + column
        if decorators:
            begin = self._source.rindex(b"@", 0, begin)
        self._ranges.append((begin, self._starts[node.end_lineno - 1] + node.end_col_offset))

    def leave_something_of(self, node: ast.stmt) -> bool:
        """Cut what is hidden out of a test or a class of tests; False where that is all of it."""
        if isinstance(node, ast.ClassDef):
            return self._leave_something_of_class(node)
        assert isinstance(node, _Function)
        cases: list[ast.expr] = []
        for mark in node.decorator_list:
            if _mentions(mark, self._marks):
                found = self._hidden_cases(mark)
                if found is None:
                    return False
                cases += found
        for case in cases:
            self.add(case)
        return True

    def _leave_something_of_class(self, node: ast.ClassDef) -> bool:
        marks = [*node.decorator_list, *filter(_is_pytestmark, node.body)]
        if any(_mentions(mark, self._marks) for mark in marks):
            return False
        tests = [inner for inner in node.body if _is_test(inner)]
        hidden = [inner for inner in tests if not self.leave_something_of(inner)]
        if len(hidden) == len(tests):
            return False
        for inner in hidden:
            self.add(inner)
        return True

    def _hidden_cases(self, mark: ast.expr) -> list[ast.expr] | None:
        """The cases of a `parametrize` to take out, with their ids; None where it cannot be cut so."""
        if not isinstance(mark, ast.Call) or not ast.unparse(mark.func).endswith(".parametrize"):
            return None
        given = {keyword.arg: keyword.value for keyword in mark.keywords}
        values = mark.args[1] if len(mark.args) > 1 else given.get("argvalues")
        ids = given.get("ids")
        if not isinstance(values, ast.List | ast.Tuple):
            return None
        hidden = [_mentions(case, self._marks) for case in values.elts]
        others = [part for part in (*mark.args, *given.values()) if part is not values]
        if isinstance(values, ast.Tuple) and hidden.count(False) == 1:
            return None  # without its comma it would be no tuple
        if all(hidden) or any(_mentions(part, self._marks) for part in others):
            return None
        found = [case for case, hide in zip(values.elts, hidden, strict=True) if hide]
        if isinstance(ids, ast.List | ast.Tuple) and len(ids.elts) == len(hidden):
            return found + [name for name, hide in zip(ids.elts, hidden, strict=True) if hide]
        return found if ids is None or isinstance(ids, ast.Name | ast.Lambda) else None

    def made(self) -> str:
        """The source without what was cut."""
        left, at = bytearray(), 0
        whole = self._source
        for begin, end in sorted(self._ranges):
            if begin < at:
                continue  # within another one
            left += whole[at:begin]
            left += b"\n" * whole.count(b"\n", begin, end)
            at = _after_comma(whole, end)
        return (left + whole[at:]).decode()


def _after_comma(source: bytes, end: int) -> int:
    """Past the comma or semicolon that set what was cut apart from what follows."""
    at = end
    while source[at : at + 1].isspace() and source[at : at + 1] != b"\n":
        at += 1
    return at + 1 if source[at : at + 1] in (b",", b";") else end


def _is_test(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test")
    return isinstance(node, _Function) and node.name.startswith("test")


def _is_pytestmark(node: ast.stmt) -> bool:
    return "pytestmark" in _binds(node) and isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)


def _hiding_names(module: ast.Module) -> set[str]:
    """The names of the module that stand for something in which `hidden` is mentioned."""
    marks: set[str] = set()
    while True:
        more = {
            name
            for node in module.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and not _is_pytestmark(node)
            and _mentions(node, marks)
            for name in _binds(node)
        } - marks
        if not more:
            return marks
        marks |= more


def _mentions(node: ast.AST, marks: set[str]) -> bool:
    return any(
        (isinstance(part, ast.Attribute) and part.attr == "hidden")
        or (isinstance(part, ast.Name) and part.id in marks)
        for part in ast.walk(node)
    )


def _binds(node: ast.AST) -> set[str]:
    """The names that a statement gives a meaning to, with those of the statements in it."""
    names: set[str] = set()
    if isinstance(node, _Function | ast.ClassDef):
        return {node.name}
    for part in ast.walk(node):
        if isinstance(part, ast.Import | ast.ImportFrom):
            names |= {(name.asname or name.name).partition(".")[0] for name in part.names}
        elif isinstance(part, _Function | ast.ClassDef):
            names.add(part.name)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
    return names


def _uses(node: ast.AST) -> Iterator[str]:
    """The names that it may need: also its parameters, which are fixtures, and fixtures named in text."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.arg):
            yield part.arg
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _reached(module: ast.Module, shown: list[ast.stmt]) -> list[ast.stmt]:
    """The statements that the shown tests need, by any way."""
    gone = {name for node in module.body if _is_test(node) and node not in shown for name in _binds(node)}
    others = [
        node for node in module.body if not _is_test(node) and (_binds(node) or not gone & set(_uses(node)))
    ]
    bound = {name for node in others for name in _binds(node)}
    needed = {name for node in shown for name in _uses(node)}
    reached: list[ast.stmt] = []
    while True:
        more = [node for node in others if node not in reached and _is_needed(node, needed, bound)]
        if not more:
            return reached
        reached += more
        needed |= {name for node in more for name in (*_uses(node), *_binds(node))}


def _is_needed(node: ast.stmt, needed: set[str], bound: set[str]) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False  # what the file says of itself
    binds = _binds(node)
    if binds & (needed | {"*", "annotations", "pytestmark"}):
        return True
    if isinstance(node, _Function | ast.ClassDef):
        return any("autouse" in ast.unparse(mark) for mark in node.decorator_list)
    if isinstance(node, _BINDERS) and binds:
        return False
    # It does something where it stands. Whoever uses what it works on may count on that.
    works_on = set(_uses(node)) & bound
    return not works_on or bool(works_on & needed)
