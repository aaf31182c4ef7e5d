"""What runs in the checks' process: pytest in process, with our plugin, against the learner's process."""

from __future__ import annotations

import io
import marshal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from grading.sandbox.compiled import MOST_BYTES
from grading.sandbox.crossing.channel import Channel
from grading.sandbox.crossing.errors import told
from grading.sandbox.drawings import MAX_DRAWN, MAX_FIGURES, redrawn, warm_up_redrawing
from grading.sandbox.endings import MORE_THAN_THE_CHECKS_HAVE
from grading.sandbox.judging.plugin import ChecksPlugin, Setting
from grading.sandbox.judging.reports import keep_authors_words
from grading.sandbox.judging.session import Session
from grading.sandbox.judging.side import ChecksSide, LearnerGone, OutOfTurn, RunOver, TooLarge, WaitFlag
from grading.sandbox.text import clean
from grading.sandbox.wire import ChecksEnded, Ending, ScratchStarts

TESTS_FILE = "tests.py"
DETAIL_LIMIT = 4_000
LOG_LIMIT = 16_000
_RECURSION = 4_000  # callbacks inside callbacks, each with a deep value in its hands
Emit = Callable[[object], None]
Keep = Callable[[bytes], None]


_ready: list[tuple[Session, ChecksPlugin]] = []  # at most one, made by get_ready for the children to come


def warm_up() -> None:
    """Load what a first check would load."""
    sys.dont_write_bytecode = True
    keep_authors_words()
    warm_up_redrawing()
    for name in ("numpy.testing", "pandas.testing"):
        with suppress(ImportError):
            import_module(name)


def get_ready() -> None:
    """Start a session, so that children forked from here only have to run it."""
    _ready[:] = [_started()]


def _started() -> tuple[Session, ChecksPlugin]:
    plugin = ChecksPlugin()
    return Session(plugin), plugin


def run(
    sock: socket.socket,
    tests: str,
    seed: int,
    emit: Emit,
    waiting: WaitFlag,
    data: Path = Path("/data"),
    *,
    code: bytes = b"",
    keep: Keep | None = None,
    scratch: str = "",
    go_on: Callable[[], object] = lambda: None,
) -> None:
    """Run the checks against the learner at the other end of `sock`, then what is on its scratch pad.

    `code` is what an earlier run gave to `keep` for the same tests: called at most once, and before anything
    was read from the learner. Emits `Collected`, `CheckStarted`, `CheckDone`, `Drawn` and at the end one
    `ChecksEnded`; before `scratch` also `ScratchStarts`, after which `go_on` waits for the supervisor. The
    working directory must be this process's own.
    """
    keep_authors_words()
    sys.setrecursionlimit(_RECURSION)
    side = ChecksSide(Channel(sock), waiting)
    path = Path.cwd() / TESTS_FILE
    path.write_bytes(tests.encode("utf-8", "surrogatepass"))
    session, plugin = _ready.pop() if _ready else _started()
    plugin.setting = Setting(side, path, seed, emit, data)
    side.meanwhile = lambda: _make_code(session, path, code, keep)
    try:
        ended = _load(side, seed) or _check(side, session, plugin)
        if ended.ending is Ending.FINISHED and side.over is None:
            figures = _Figures(side, emit)
            figures.collect()
            if scratch:
                emit(ScratchStarts())
                go_on()
                _try_out(side, scratch, figures)
    except RunOver as reason:
        ended = over(reason)
    emit(ended)


def compiled(tests: str) -> bytes:
    """The code of the tests as `run` takes it."""
    session, _ = _started()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TESTS_FILE
        path.write_text(tests, encoding="utf-8")
        session.read(path)
    return marshal.dumps(session.code) if session.code is not None else b""


def _make_code(session: Session, tests: Path, code: bytes, keep: Keep | None) -> None:
    """Done while the learner's process compiles, and before its answer is read."""
    if code:
        session.code = marshal.loads(code)  # the supervisor's, from a run of the same tests
        return
    session.read(tests)
    if keep is None or session.code is None:
        return
    made = marshal.dumps(session.code)
    if len(made) <= MOST_BYTES:
        keep(made)


def over(reason: RunOver, ending: Ending = Ending.FINISHED) -> ChecksEnded:
    """The end of a run whose other end is gone, or speaks out of turn."""
    if isinstance(reason, LearnerGone):
        return ChecksEnded(ending=ending, learner_gone=True)
    if isinstance(reason, TooLarge):
        return ChecksEnded(ending=Ending.OUT_OF_MEMORY, detail=MORE_THAN_THE_CHECKS_HAVE)
    return ChecksEnded(
        ending=Ending.CRASHED,
        detail="Your program wrote into the channel between it and the checks, out of turn.",
        author_log=clean(f"{type(reason).__name__}: {reason}", LOG_LIMIT),
    )


def _load(side: ChecksSide, seed: int) -> ChecksEnded | None:
    """Have the learner's code compiled and loaded; None where that went well."""
    try:
        mistake = side.ask("compile")
    except LearnerGone as reason:
        return over(reason, Ending.DOES_NOT_COMPILE)
    if mistake is not None:
        return ChecksEnded(ending=Ending.DOES_NOT_COMPILE, detail=clean(str(mistake), DETAIL_LIMIT))
    try:
        side.ask("load", _learners_seed(seed))
    except Exception as error:
        known = told(error)
        if known is None:
            raise OutOfTurn(str(error)) from error
        return ChecksEnded(ending=Ending.CRASHED, detail=clean(known.traceback(), DETAIL_LIMIT))
    return None


def _learners_seed(seed: int) -> int:
    """What the learner's own random numbers start from: repeatable, and no way back to the checks' seed."""
    return int.from_bytes(sha256(f"learner {seed}".encode()).digest()[:4], "big")


def _check(side: ChecksSide, session: Session, plugin: ChecksPlugin) -> ChecksEnded:
    log = _Log(LOG_LIMIT)
    with redirect_stdout(log), redirect_stderr(log):
        try:
            session.run(plugin.setting.tests)
        except BaseException as error:  # pytest.exit, SystemExit while importing: the author's, all of it
            plugin.faults.append("".join(traceback.format_exception(error)))
    if isinstance(side.over, OutOfTurn | TooLarge):
        return over(side.over)
    said = clean("\n".join([*plugin.faults, log.getvalue()]).strip(), LOG_LIMIT)
    ending = Ending.PLATFORM_ERROR if plugin.faults else Ending.FINISHED
    return ChecksEnded(ending=ending, author_log=said, learner_gone=side.over is not None)


def _try_out(side: ChecksSide, scratch: str, figures: _Figures) -> None:
    """Have the learner's process run it, which also prints what goes wrong; only its end is told here."""
    with suppress(Exception):
        side.ask("scratch", scratch, figures.take)
    figures.collect()
    if side.over is not None:
        raise side.over


class _Figures:
    """The figures of a run: each redrawn and said, up to what is kept of them."""

    def __init__(self, side: ChecksSide, emit: Emit) -> None:
        self._side = side
        self._emit = emit
        self._left = MAX_FIGURES
        self._bytes_left = MAX_DRAWN

    def collect(self) -> None:
        """Take those that are open."""
        try:
            figures = self._side.ask("figures")
        except (Exception, RunOver):  # the checks have spoken; a figure that cannot be had changes nothing
            return
        self.take(figures)

    def take(self, figures: object) -> None:
        """Take what the learner's process gave as a list of figures, now or in a callback of its own."""
        if type(figures) is not list:
            return
        with self._side.learners_time():
            for figure in figures[: self._left]:
                drawn = redrawn(*figure) if type(figure) is tuple and len(figure) == 2 else None
                if drawn is not None:
                    self._bytes_left -= len(drawn.png)
                    if self._bytes_left < 0:
                        self._left = 0
                        return
                    self._emit(drawn)
                    self._left -= 1


class _Log(io.StringIO):
    """What the author's checks print: kept to a limit, for the author."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._left = limit

    def write(self, text: str) -> int:
        kept = text[: self._left]
        self._left -= len(kept)
        super().write(kept)
        return len(text)
