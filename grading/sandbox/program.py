"""The learner's program in its own process: its files, its compilation, its module, a run of it.

Nothing here is trusted: it all happens beside the learner's code, after confinement.
"""

from __future__ import annotations

import os
import random
import site
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import CodeType, ModuleType
from typing import Any

from grading.sandbox.crossing.errors import Told, frames_of, message_of

MODULE = "solution"
SCRATCH = "scratch.py"
_WIDEST_LINE = 200
_OUTPUT_LIMIT = 1 << 20


class DoesNotCompile(Exception):
    """The text names the file and line, shows the line with a caret, and says what Python said."""


class Program:
    """`files` is path → text; `main` is the one that becomes the module `solution`."""

    def __init__(self, files: dict[str, str], main: str, data: list[str], data_root: Path) -> None:
        self.box = Path.cwd()
        self.files = files
        self.main = main
        self.module = ModuleType(MODULE)
        self._code: CodeType | None = None
        for path, text in files.items():
            self._write(path, text)
        self._link_data(data, data_root)

    def _write(self, path: str, text: str) -> None:
        target = self.box / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogatepass"))

    def _link_data(self, data: list[str], data_root: Path) -> None:
        for name in data:
            link = self.box / "data" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                link.symlink_to(data_root / name)

    def compile(self) -> None:
        """Compile every Python file; raises DoesNotCompile for the first that does not."""
        for path, text in self.files.items():
            if path.endswith(".py"):
                code = self._compiled(path, text)
                if path == self.main:
                    self._code = code

    def _compiled(self, path: str, text: str) -> CodeType:
        if "\0" in text:
            line = text[: text.index("\0")].count("\n") + 1
            raise DoesNotCompile(
                f'File "{path}", line {line}\nThe file holds a NUL byte; Python source may not.'
            )
        try:
            return compile(text.removeprefix("\ufeff"), str(self.box / path), "exec", dont_inherit=True)
        except SyntaxError as error:
            raise DoesNotCompile(_syntax_sentence(path, error)) from None
        except (MemoryError, RecursionError):
            raise DoesNotCompile(
                f'File "{path}"\nThe code is nested too deeply for Python to read.'
            ) from None
        except ValueError as error:  # lone surrogates, and whatever else is no text
            raise DoesNotCompile(f'File "{path}"\n{error}') from None

    def load(self, seed: int) -> None:
        """Execute the main file as the module `solution`. Whatever it raises comes out."""
        random.seed(seed)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(seed % 2**32)
        if "torch" in sys.modules:
            sys.modules["torch"].manual_seed(seed)
        sys.path[:] = [entry for entry in sys.path if entry not in ("", str(self.box))]
        sys.path.append(str(self.box))  # last: a file of the learner's never stands in for a library
        sys.argv = [self.main]
        site.setquit()  # `exit()` and `help()`, which books use and an interpreter without `site` lacks
        site.sethelper()
        self.module.__file__ = str(self.box / self.main)
        sys.modules[MODULE] = self.module
        if self._code is not None:
            exec(self._code, vars(self.module))

    def read(self, path: str, limit: int) -> bytes:
        """A file's bytes, for the checks."""
        with (self.box / path).open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise ValueError(f"the file {path} is larger than {limit >> 20} MB")
        return data

    def paths(self) -> list[str]:
        """The paths of all regular files in the box."""
        found = (Path(folder) / name for folder, _, names in os.walk(self.box) for name in names)
        return sorted(
            str(path.relative_to(self.box)) for path in found if path.is_file() and not path.is_symlink()
        )

    def run(self, stdin: bytes, arguments: list[str], before: Callable[[], None]) -> tuple[bytes, bytes, int]:
        """Run the main file as a program in a child process: its output, its errors, its exit code.

        `before` is called first in the child.
        """
        return _run_forked(lambda: self._as_main(arguments), stdin, before, self.box)

    def try_out(self, text: str) -> None:
        """Run `text` as a program beside the main file, in this very process; what goes wrong is printed."""
        module = ModuleType("__main__")
        module.__file__ = str(self.box / SCRATCH)
        sys.modules["__main__"], sys.argv = module, [SCRATCH]
        try:
            if SCRATCH not in self.files:  # so that a program it starts finds it too
                self._write(SCRATCH, text)
            exec(self._compiled(SCRATCH, text), vars(module))
        except DoesNotCompile as reason:
            print(reason, file=sys.stderr)
        except SystemExit as end:
            if end.code is not None:
                print(end.code if isinstance(end.code, str) else f"exit code {end.code}", file=sys.stderr)
        except BaseException as error:
            frames = tuple(frames_of(error.__traceback__, self.box))
            print(Told(type(error).__name__, message_of(error), frames).traceback(), file=sys.stderr)

    def _as_main(self, arguments: list[str]) -> None:
        sys.argv = [self.main, *arguments]
        module = ModuleType("__main__")
        module.__file__ = str(self.box / self.main)
        sys.modules["__main__"] = module
        if self._code is not None:
            exec(self._code, vars(module))


def _syntax_sentence(path: str, error: SyntaxError) -> str:
    lines = [f'File "{path}", line {error.lineno or 1}']
    text = (error.text or "").rstrip("\n")
    if text and len(text) <= _WIDEST_LINE:
        shown = text.lstrip(" \t\f")
        lines.append(f"    {shown}")
        column = (error.offset or 0) - 1 - (len(text) - len(shown))
        if column >= 0:
            lines.append(f"    {' ' * column}^")
    lines.append(f"{type(error).__name__}: {error.msg}")
    return "\n".join(lines)


def _run_forked(
    body: Callable[[], None], stdin: bytes, before: Callable[[], None], box: Path
) -> tuple[bytes, bytes, int]:
    sys.stdout.flush()
    sys.stderr.flush()
    with TemporaryFile(dir=box) as given, TemporaryFile(dir=box) as out, TemporaryFile(dir=box) as err:
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if child == 0:
            for target, file in enumerate((given, out, err)):
                os.dup2(file.fileno(), target)
            before()
            sys.stdin = open(0, closefd=False)  # noqa: SIM115  # the child's for as long as it lives
            os._exit(_exit_code(body))
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return out.read(_OUTPUT_LIMIT), err.read(_OUTPUT_LIMIT), os.waitstatus_to_exitcode(status)


def _exit_code(body: Callable[[], Any]) -> int:
    """Run it as the interpreter runs a program: what it prints last, and the number it ends with."""
    code: Any = 0
    try:
        body()
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if not isinstance(code, int | None):
        print(code, file=sys.stderr)
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    return (code or 0) & 0xFF
