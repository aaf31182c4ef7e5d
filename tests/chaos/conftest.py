"""The choices of a run, and what is said of it at the end."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos.account import Tally
from tests.chaos.parts import ROOT

TALLIES = pytest.StashKey[dict[str, Tally]]()


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    """Decides what is killed, and when; the same one gives the same plan."""
    chosen = pytestconfig.getoption("--chaos-seed")
    return random.randrange(10**6) if chosen is None else int(chosen)


@pytest.fixture(scope="session")
def rounds(pytestconfig: pytest.Config) -> int:
    return int(pytestconfig.getoption("--chaos-rounds"))


@pytest.fixture(scope="session")
def tallies(pytestconfig: pytest.Config) -> dict[str, Tally]:
    return pytestconfig.stash.setdefault(TALLIES, {})


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files, collected once for every site here."""
    folder = tmp_path_factory.mktemp("static")
    environment = {"PATH": "/usr/bin:/bin", "GRADIENT_VAR": str(folder), "GRADIENT_STATIC": str(folder)}
    command = [sys.executable, "manage.py", "collectstatic", "-v0", "--noinput"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder


@pytest.fixture
def short_folder() -> Path:
    """A folder that stays when a test fails, to be looked into; a socket's path may not be longer."""
    folder = Path(tempfile.mkdtemp(prefix="gradient-chaos-", dir="/tmp"))
    folder.chmod(0o755)  # as root PostgreSQL runs as a user of its own
    return folder


@pytest.fixture
def said(pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Says something at once, whatever is captured."""
    reporter = pytestconfig.pluginmanager.getplugin("terminalreporter")

    def say(words: str) -> None:
        with capfd.disabled():
            reporter.write_line("")
            reporter.write_line(words)

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name, tally in config.stash.get(TALLIES, {}).items():
        terminalreporter.section(f"chaos: {name}")
        for line in _lines(tally):
            terminalreporter.write_line(line)


def _lines(tally: Tally) -> Iterator[str]:
    yield f"{tally.rounds} rounds, seed {tally.seed}: --chaos-seed {tally.seed} plays the same strikes again"
    yield f"{tally.promised} submissions promised, {tally.rows} rows; answers: {_told(tally.answers)}"
    yield f"{tally.hits.total()} strikes that hit: {_told(tally.hits)}"
    yield f"{tally.retries} runs tried again; {tally.ours} ended as ours after three failures"
    yield (
        f"longest from promise to verdict {tally.longest_wait:.1f} s; "
        f"from the last strike to an empty queue {tally.longest_drain:.1f} s"
    )


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{what} × {number}" for what, number in counts.most_common() if number)
