"""The figures a learner's code leaves open: rendered beside it, decoded and encoded again outside.

`render_open_figures` runs in the learner's process; `redrawn` runs in the checks' and believes nothing.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any

from grading.sandbox.text import clean
from grading.sandbox.wire import Drawn

MAX_FIGURES = 8
MAX_SIDE = 1_600
MAX_PIXELS = 4_000_000
MAX_PNG = 8 * 1024 * 1024
MAX_DRAWN = 16 * 1024 * 1024  # all the figures of a run together, as they are kept
TEXT_LIMIT = 1_000
_DPI = 100


def warm_up() -> None:
    """Draw one figure and throw it away: fonts and renderers are then ready in every forked child."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], [0.5, 1], label="p99")
    axes.set(title="title", xlabel="time (s)", ylabel="latency (ms)")
    axes.legend()
    _png(figure)
    pyplot.close(figure)


def render_open_figures() -> list[tuple[bytes, str]]:
    """Each open pyplot figure as a PNG and the words on it; none where matplotlib was never imported."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    drawn = []
    for number in pyplot.get_fignums()[:MAX_FIGURES]:
        figure = pyplot.figure(number)
        try:
            drawn.append((_png(figure), _words(figure)))
        except Exception as error:  # a figure that cannot be drawn is the learner's: said, and left out
            print(f"figure {number} could not be drawn: {type(error).__name__}: {error}", file=sys.stderr)
    return drawn


def hand_on_what_is_shown(show: Callable[[object], object]) -> None:
    """Forget the open figures; from now on `plt.show()` gives the open ones to `show`, and closes them.

    A window would do the same with a program of its own, when somebody has looked and closes it.
    """
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return

    def hand_on(*_arguments: object, **_keywords: object) -> None:
        show(render_open_figures())
        pyplot.close("all")

    pyplot.close("all")
    pyplot.show = hand_on


def _png(figure: Any) -> bytes:
    width, height = figure.get_size_inches()
    dpi = min(_DPI, MAX_SIDE / max(width, 0.01), MAX_SIDE / max(height, 0.01))
    target = io.BytesIO()
    figure.savefig(target, format="png", dpi=dpi)
    return target.getvalue()


def _words(figure: Any) -> str:
    """Titles, labels and legends: what a picture says to who cannot see it."""
    lines = [figure.get_suptitle() if hasattr(figure, "get_suptitle") else ""]
    for axes in figure.axes[:16]:
        labels = [axes.get_title(), axes.get_xlabel(), axes.get_ylabel()]
        legend = axes.get_legend()
        entries = [text.get_text() for text in legend.get_texts()[:20]] if legend else []
        lines.append(" · ".join(part for part in [*labels, ", ".join(entries)] if part))
    return "\n".join(line for line in lines if line)


def warm_up_redrawing() -> None:
    """Redraw one dot, so that a forked child has every image format at hand."""
    with suppress(ImportError):
        target = io.BytesIO()
        import_module("PIL.Image").new("RGB", (1, 1)).save(target, format="PNG")
        redrawn(target.getvalue(), "")


def redrawn(png: object, words: object) -> Drawn | None:
    """A figure that is safe to store and show; None where it is no PNG of a sane size."""
    if type(png) is not bytes or type(words) is not str or len(png) > MAX_PNG:
        return None
    image_module: Any = import_module("PIL.Image")
    try:
        with image_module.open(io.BytesIO(png), formats=["PNG"]) as image:
            width, height = image.size
            if not 0 < width <= 2 * MAX_SIDE or not 0 < height <= 2 * MAX_SIDE or width * height > MAX_PIXELS:
                return None
            target = io.BytesIO()
            points = image.convert("RGB")
            points.info.clear()  # a colour profile would be handed on as it came
            points.save(target, format="PNG", optimize=False)
    except Exception:  # whatever is wrong with a forged picture, it is not shown
        return None
    return Drawn(png=target.getvalue(), width=width, height=height, text=clean(words, TEXT_LIMIT))
