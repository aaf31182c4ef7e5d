"""Runs a block of a lesson after those before it; sent as `blocks.py`, with what each raises set below.

The blocks are files beside this one, `block-1`, `block-2` and so on, and share the namespace of one module.
Of what the earlier ones print and draw nothing is shown. This runs beside the learner's own code: it
keeps nothing from anybody, it only leaves out what its reader did not ask for.
"""

import contextlib
import io
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RAISES: dict[str, str] = {}

_BOX = Path.cwd()
_lesson = types.ModuleType("lesson")
sys.modules["lesson"] = _lesson  # dataclasses look their module up


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def run(number: int) -> None:
    """Run that block; where one before it fails, say so instead."""
    for earlier in range(1, number):
        error = _run_unseen(f"block-{earlier}")
        if error is not None:
            sys.stderr.write(f"Block {earlier}, which runs before this one, did not come to its end.\n")
            _tell(error)
            return
    try:
        _execute(f"block-{number}")
    except BaseException as error:  # noqa: BLE001 - whatever it is, its reader wrote it and reads it
        _tell(error)


def _execute(name: str) -> None:
    path = _BOX / name
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    exec(code, vars(_lesson))  # noqa: S102 - the reader's own code, in the sandbox


def _run_unseen(name: str) -> BaseException | None:
    """What it raised, unless it is what the lesson says that it raises."""
    nowhere = _Nowhere()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere), _figures_unseen():
        try:
            _execute(name)
        except BaseException as error:  # noqa: BLE001 - as above
            return None if type(error).__name__ == RAISES.get(name) else error
    return None


@contextlib.contextmanager
def _figures_unseen() -> Iterator[None]:
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    show = getattr(pyplot, "show", None)
    if pyplot is not None:
        pyplot.show = lambda *_arguments, **_keywords: None
    try:
        yield
    finally:
        if pyplot is not None:
            pyplot.show = show
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")


def _tell(error: BaseException) -> None:
    """What Python prints, with the frames of the blocks only."""
    if isinstance(error, SystemExit):
        if error.code is not None:
            sys.stderr.write(f"{error.code if isinstance(error.code, str) else f'exit code {error.code}'}\n")
        return
    if isinstance(error, SyntaxError) and error.filename:
        error.filename = error.filename.removeprefix(f"{_BOX}/")
    frames = [
        traceback.FrameSummary(Path(frame.filename).name, frame.lineno, frame.name, line=frame.line)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(f"{_BOX}/block-")
    ]
    head = ["Traceback (most recent call last):\n", *traceback.format_list(frames)] if frames else []
    sys.stderr.write("".join([*head, *traceback.format_exception_only(error)]))
