"""What learners hand in, and the verdict that is known to be right, however often something is killed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

COURSE = Path(__file__).resolve().parents[1] / "tiny_course"
# The limits of every exercise here: short, so that slow ones are over soon, and wide enough for a host
# on which everything is being started again. Processor time and memory are the kernel's to count; to find
# memory where there is none costs a busy host some of the first.
LIMITS = {"cpu_s": 4, "wall_s": 30, "memory_mb": 256}


@dataclass(frozen=True)
class Scene:
    name: str
    code: str
    verdict: str


@dataclass(frozen=True)
class Exercise:
    slug: str
    path: str  # of its page
    scenes: tuple[Scene, ...]


def _scenes(folder: Path, function: str, partly: str) -> tuple[Scene, ...]:
    right = (folder / "solution.py").read_text()
    return (
        Scene("right", right, "passed"),
        Scene("right, written differently", (folder / "alternative.py").read_text(), "passed"),
        Scene("right and slow", f"import time\ntime.sleep(2)\n{right}", "passed"),
        Scene("right and slower", f"import time\ntime.sleep(3)\n{right}", "passed"),
        Scene("right and talkative", f"for n in range(2000):\n    print(n)\n{right}", "passed"),
        Scene("partly right", (folder / "wrong" / partly).read_text(), "partly-passed"),
        Scene("the starter", (folder / "starter.py").read_text(), "failed"),
        Scene("no Python", f"def (\n{right}", "does-not-compile"),
        Scene("crashes", f"{right}\n1 / 0\n", "crashed"),
        Scene("leaves", f"import os\nos._exit(0)\n{right}", "crashed"),
        Scene("kills itself", f"import os\nos.kill(os.getpid(), 9)\n{right}", "crashed"),
        Scene("kills everybody", f"{_KILLS_EVERYBODY}{right}", "passed"),
        Scene("floods", f"while True:\n    print('x' * 100000)\n{right}", "too-much-output"),
        Scene("hoards", f"def {function}(*_):\n    return len(b'x' * (1 << 30))\n", "out-of-memory"),
        Scene("spins", f"while True:\n    pass\n{right}", "too-slow"),
        Scene("starts threads", f"import threading\n{_THREADS}{right}", "passed"),
    )


_KILLS_EVERYBODY = "import os\ntry:\n    os.kill(-1, 9)\nexcept ProcessLookupError:\n    pass\n"
_THREADS = "for _ in range(10):\n    threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
_BASICS = COURSE / "1-basics"
EXERCISES = (
    Exercise(
        "count-errors",
        "/docs/basics/week1/counting-lines/count-errors/",
        _scenes(
            _BASICS / "week01-counting/01-counting-lines/count-errors",
            "count_errors",
            "counts-every-non-200.py",
        ),
    ),
    Exercise(
        "top-paths",
        "/docs/basics/week2/top-paths/top-paths/",
        _scenes(_BASICS / "week02-sorting/01-top-paths/top-paths", "top", "ties-as-they-come.py"),
    ),
)
