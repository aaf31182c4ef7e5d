"""Runs the blocks of a lesson in one namespace; sent as `solution.py`, with `BLOCKS` filled in below."""

import base64
import contextlib
import io
import sys
import types

BLOCKS: dict[int, str] = {}

_lesson = types.ModuleType("lesson")
sys.modules["lesson"] = _lesson  # dataclasses look their module up
_ENOUGH = 20_000


def run_block(line: int) -> dict[str, str]:
    """What the block at that line of the lesson prints, and what it raises."""
    printed, raised, says = io.StringIO(), "", ""
    code = compile(BLOCKS[line], f"the block at line {line}", "exec", dont_inherit=True)
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, vars(_lesson))  # noqa: S102 - the course's own code, in the sandbox
        except Exception as error:  # noqa: BLE001 - whatever it raises is what is asked after
            raised, says = type(error).__name__, str(error)
    return {"printed": printed.getvalue()[:_ENOUGH], "raised": raised, "says": says[:_ENOUGH]}


def save_figure(line: int) -> int:
    """Print the open figure as SVG, for whoever draws the lesson; how many figures were open."""
    if "matplotlib" not in sys.modules:
        return 0
    from matplotlib import pyplot, rc_context  # type: ignore[import-not-found]  # only in there

    numbers: list[int] = pyplot.get_fignums()
    if numbers:
        svg = io.BytesIO()
        with rc_context({"svg.hashsalt": "gradient"}):
            pyplot.figure(numbers[-1]).savefig(
                svg, format="svg", metadata={"Date": None}, bbox_inches="tight"
            )
        sys.stdout.write(f"figure {line} {base64.b64encode(svg.getvalue()).decode()}\n")
    pyplot.close("all")
    return len(numbers)
