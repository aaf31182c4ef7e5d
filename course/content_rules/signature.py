"""What a Python text offers to its callers, and how another text calls it."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from dataclasses import dataclass

_SPAN = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Signature:
    """A public function or class. `parameters` is None for a class: its methods are in `methods`."""

    name: str
    parameters: tuple[str, ...] | None
    methods: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __str__(self) -> str:
        if self.parameters is not None:
            return f"{self.name}({', '.join(self.parameters)})"
        methods = ", ".join(f"{name}({', '.join(parameters)})" for name, parameters in self.methods)
        return f"class {self.name}" + (f" with {methods}" if methods else "")


def signatures(text: str) -> dict[str, Signature]:
    """The public functions and classes of a Python text, by name."""
    found: dict[str, Signature] = {}
    for node in ast.parse(text).body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            found[node.name] = _signature(node)
    return found


def calls_in(text: str) -> dict[str, list[tuple[str, ...]]]:
    """For each name, the parameters it is written with in a Markdown text, where these are all names.

    `top(paths, n)` and `def top(paths, n=3):` count, `top(["/a"], 3)` is an example and does not.
    """
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for piece in [*_SPAN.findall(text), *text.split("\n")]:
        try:
            module = ast.parse(_as_code(piece))
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef):
                found[node.name].append(_parameters(node.args))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = _argument_names(node)
                if names is not None:
                    found[node.func.id].append(names)
    return found


def _as_code(piece: str) -> str:
    piece = piece.strip().removesuffix("...").strip()
    if piece.startswith(("def ", "async def ")):
        return f"{piece.rstrip(':')}: pass"
    return re.sub(r"\)\s*->.*$", ")", piece)


def _argument_names(call: ast.Call) -> tuple[str, ...] | None:
    if not all(isinstance(argument, ast.Name) for argument in call.args):
        return None
    names = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    return (*names, *(keyword.arg or "" for keyword in call.keywords))


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Signature:
    if not isinstance(node, ast.ClassDef):
        return Signature(node.name, _parameters(node.args))
    methods = tuple(
        sorted(
            (item.name, _parameters(item.args))
            for item in node.body
            if isinstance(item, ast.FunctionDef) and not item.name.startswith("_")
        )
    )
    return Signature(node.name, None, methods)


def _parameters(arguments: ast.arguments) -> tuple[str, ...]:
    named = [*arguments.posonlyargs, *arguments.args]
    stars = [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    double = [f"**{arguments.kwarg.arg}"] if arguments.kwarg else []
    return (
        *(argument.arg for argument in named),
        *stars,
        *(argument.arg for argument in arguments.kwonlyargs),
        *double,
    )
