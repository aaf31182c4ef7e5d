"""The engine that the other tests run containers on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.containers.engine import EngineError, engine, unavailable
from tests.containers.images import stand_in

pytestmark = [
    pytest.mark.container,
    pytest.mark.skipif(bool(unavailable()), reason=unavailable()),
]


def test_a_container_ends_with_its_engine_and_so_does_everything_else() -> None:
    with engine() as running:
        stand_in(running, "python:3.11-slim-bookworm")
        running.docker("network", "create", "ours")
        running.docker("run", "--detach", "--network", "ours", "python:3.11-slim-bookworm", "sleep", "600")
        pid = int(running.docker("inspect", "--format", "{{.State.Pid}}", running.docker("ps", "--quiet")))
        assert Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep")
    assert not Path(f"/proc/{pid}").exists()
    assert not running.folder.exists()
    assert "gradient" not in Path("/proc/net/dev").read_text()


def test_the_stand_in_for_python_keeps_its_contract() -> None:
    with engine() as running:
        stand_in(running, "python:3.11-slim-bookworm")
        asked = "python --version && python3 --version && pip --version && python -m venv /tmp/here"
        said = running.docker("run", "--rm", "python:3.11-slim-bookworm", "sh", "-c", asked)
        assert said.count("Python 3.11") == 2


def test_an_engine_that_cannot_start_says_why() -> None:
    with pytest.raises(EngineError, match="no-such-option"), engine("--no-such-option"):
        raise AssertionError("it started")
