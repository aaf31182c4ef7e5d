"""Measures the sandbox beside a cold start of Python, and beside one container for each submission.

How this works: a supervisor is started as on any host, with its defaults. Cold starts and graded runs take
turns, a moment apart, so that noise meets both and each run finds the pool as a person does. Then both
ways of grading are kept busy, one after the other. What is printed are medians, and ratios of this run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from grading.sandbox.doctor import ask, connect
from grading.sandbox.wire import (
    CheckDone,
    CheckStarted,
    Collected,
    Finished,
    Job,
    Limits,
    Refused,
    decode_reply,
    receive,
    send,
)
from tests.containers import images
from tests.containers.engine import Engine, EngineError, engine, unavailable

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
ENVIRONMENTS = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var") / "environments"
PACKAGES = ENVIRONMENTS / "base" / "site-packages"
COLD = "import numpy, pandas"
TIMES = 40
APART = 0.15  # seconds between two single runs
BUSY = 8.0  # seconds for which the sandbox is kept busy
BUSY_CONTAINERS = 20.0
_WITHOUT_THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
JOB = Job(
    id="bench",
    environment="base",
    files={"solution.py": (HERE / "solution.py").read_text()},
    tests=(HERE / "tests.py").read_text(),
    limits=Limits(cpu_s=5, wall_s=20),
    seed=1,
)


@dataclass(frozen=True)
class Graded:
    """Seconds from the job's first byte to each moment of a run."""

    collected: float
    first_check: float
    last_check: float
    finished: float


@contextmanager
def supervisor() -> Iterator[Path]:
    """A supervisor with its defaults; yields its socket."""
    with tempfile.TemporaryDirectory(prefix="gradient-bench-") as folder:
        path = Path(folder) / "socket"
        command = [sys.executable, "-m", "grading.sandbox.supervisor", "--socket", str(path)]
        command += ["--environments", str(ENVIRONMENTS), "--data", str(ROOT / "fixtures" / "data")]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout
            said = json.loads(process.stdout.readline() or b"{}")
            if not said.get("ready"):
                sys.exit(f"No sandbox can be had here: {said.get('reason') or 'it ended at once'}.")
            try:
                yield path
            finally:
                process.terminate()


def graded(path: Path) -> Graded:
    """One run, which has to pass."""
    began = time.perf_counter()
    at: dict[type, float] = {}
    passed = 0
    with connect(path) as sock:
        sock.settimeout(60)
        send(sock, JOB)
        while (body := receive(sock)) is not None:
            reply = decode_reply(body)
            if isinstance(reply, Refused):
                sys.exit(f"The sandbox refused: {reply.reason}")
            passed += isinstance(reply, CheckDone) and reply.outcome == "passed"
            now = time.perf_counter() - began
            at[type(reply)] = at.get(type(reply), now) if isinstance(reply, CheckStarted) else now
    if passed != 5:
        sys.exit(f"{passed} of 5 checks passed.")
    return Graded(at[Collected], at[CheckStarted], at[CheckDone], at[Finished])


def cold(*words: str) -> float:
    """Seconds that a new Python takes for it."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGES), **_WITHOUT_THREADS}
    began = time.perf_counter()
    subprocess.run([sys.executable, *words], env=environment, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def rate(act: Callable[[], object], seconds: float, side_by_side: int) -> float:
    """How often a second it can be done, by so many at once."""
    done: list[float] = []
    until = time.perf_counter() + seconds

    def work() -> None:
        while time.perf_counter() < until:
            act()
            done.append(time.perf_counter())

    began = time.perf_counter()
    threads = [threading.Thread(target=work) for _ in range(side_by_side)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done) / (max(done) - began)


def in_a_container(docker: Engine, image: str) -> Callable[[], str]:
    """The same tests by pytest, in a new container of the sandbox's image."""
    words = ["run", "--rm", "--network", "none", "--entrypoint", "python3", "--workdir", "/exercise"]
    words += ["--volume", f"{HERE}:/exercise:ro", "--env", "PYTHONPATH=/environments/base/site-packages"]
    words += [word for name, value in _WITHOUT_THREADS.items() for word in ("--env", f"{name}={value}")]
    words += [image, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests.py"]
    return lambda: docker.docker(*words)


def line(what: str, seconds: list[float], base: float) -> None:
    ordered = sorted(seconds)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{what:<54}{p50 * 1000:7.1f} ms{p95 * 1000:9.1f} ms{p50 / base:9.3f}{p95 / base:9.3f}")


def measure_one(path: Path) -> None:
    """Single runs beside cold starts, and where their time goes."""
    for _ in range(3):
        graded(path)
    imports, sessions, runs = [], [], []
    for number in range(TIMES):
        imports.append(cold("-c", COLD))
        if number % 8 == 0:
            sessions.append(cold("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests.py"))
        time.sleep(APART)
        runs.append(graded(path))
    base = statistics.median(imports)
    print(f"{f'five checks, {TIMES} times':<54}{'p50':>10}{'p95':>12}{'of cold':>9}{'p95':>9}")
    line(f'cold python -c "{COLD}"', imports, base)
    line("cold python -m pytest, the same checks", sessions, base)
    line("a graded run at the supervisor", [run.finished for run in runs], base)
    line("    load the code, compile and collect the checks", [run.first_check for run in runs], base)
    line("    the five checks", [run.last_check - run.first_check for run in runs], base)
    line(
        "    kill, wait for the kernel's word, figures", [run.finished - run.last_check for run in runs], base
    )


def measure_busy(path: Path) -> None:
    """Both ways of grading, kept busy."""
    cores = os.cpu_count() or 1
    ours = rate(lambda: graded(path), BUSY, cores + 1)
    print(f"\n{'graded runs, sustained':<54}{ours:7.1f} a second")
    if reason := unavailable():
        print(f"one container a submission: not measured, {reason}")
        return
    try:
        with engine() as docker:
            run = in_a_container(docker, images.sandbox(docker))
            run()
            theirs = rate(run, BUSY_CONTAINERS, cores)
    except EngineError as error:
        print(f"one container a submission: not measured, {error}")
        return
    print(f"{'one container a submission, the same image and checks':<54}{theirs:7.2f} a second")
    print(f"{'':<54}{ours / theirs:7.1f} times as many")


def main() -> None:
    with supervisor() as path:
        measure_one(path)
        time.sleep(1)
        held = ask(path).spare_bytes
        told = f"{held / 1e6:7.1f} MB on average" if held is not None else "  not counted: no control groups"
        print(f"\n{'memory of a waiting spare, beyond the shared base':<54}{told}")
        measure_busy(path)


if __name__ == "__main__":
    main()
