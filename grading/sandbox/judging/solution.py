"""The `solution` fixture: what a check says to the learner's module."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from grading.sandbox.judging.lending import CannotSend
from grading.sandbox.judging.side import ChecksSide


class Missing(AttributeError):
    """The learner's file lacks something. The text is a sentence for the learner."""


@dataclass(frozen=True)
class Run:
    """What a run of the learner's file as a program gave."""

    stdout: str
    stderr: str
    exit_code: int


class Files:
    """The files in the learner's box: `solution.files["out.txt"]` gives bytes."""

    def __init__(self, side: ChecksSide) -> None:
        self._side = side

    def __getitem__(self, path: str) -> bytes:
        if path not in self:
            raise Missing(f"Write the file `{path}`: after the call there is none of that name.")
        data = self._side.ask("file", path)
        if type(data) is not bytes:
            raise TypeError(f"the file {path} came back as a {type(data).__name__}")
        return data

    def __contains__(self, path: object) -> bool:
        return path in self._paths()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths())

    def __len__(self) -> int:
        return len(self._paths())

    def _paths(self) -> list[str]:
        paths = self._side.ask("files")
        return [path for path in paths if type(path) is str] if type(paths) is list else []


class Solution:
    """Stands for the learner's module: attributes are read, functions called, in their own process."""

    __slots__ = ("_side", "files")  # and no __dict__, in which monkeypatch would look for what it replaces
    _side: ChecksSide
    files: Files

    def __init__(self, side: ChecksSide) -> None:
        object.__setattr__(self, "_side", side)
        object.__setattr__(self, "files", Files(side))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        answer = self._side.ask("find", name)
        if type(answer) is not tuple or len(answer) != 2 or answer[0] is not True:
            raise Missing(f"Define `{name}`: your file has nothing of that name.")
        return answer[1]

    def __setattr__(self, name: str, value: Any) -> None:
        self._side.ask("put", 0, name, value)

    def __repr__(self) -> str:
        return "<your solution>"

    def beside(self, probe: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        """Run `probe(solution, …)` beside the learner's code, where `solution` is the module itself.

        Its source is sent: it must be a plain function that imports what it needs inside itself.
        """
        return self._side.ask("beside", _source_of(probe), probe.__name__, arguments, keywords)

    def run(self, stdin: str = "", args: list[str] | tuple[str, ...] = ()) -> Run:
        """Run the learner's file as a program and wait for its end."""
        answer = self._side.ask("run", stdin.encode(), list(args))
        out, err, code = answer
        return Run(out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), int(code))


def _source_of(probe: Callable[..., Any]) -> str:
    if not inspect.isfunction(probe) or probe.__closure__ or probe.__name__ == "<lambda>":
        raise CannotSend("solution.beside wants a plain function, defined at the top of tests.py")
    source = textwrap.dedent(inspect.getsource(probe))
    function = ast.parse(source).body[0]
    if isinstance(function, ast.FunctionDef):
        function.decorator_list = []
    return "from __future__ import annotations\n" + ast.unparse(function)
