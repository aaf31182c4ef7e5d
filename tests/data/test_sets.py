"""What the README of each set says is so. The checks want pandas, so they run where it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import INTERPRETER, ROOT

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CHECKS = ("alerts", "incidents", "disks", "requests_minute", "host_metrics")


@pytest.mark.parametrize("name", CHECKS)
def test_a_set_is_what_its_readme_says(name: str, libraries: dict[str, str]) -> None:
    tests = HERE / f"{name}_checks.py"
    command = [
        INTERPRETER,
        "-m",
        "pytest",
        "-q",
        "--noconftest",
        "-c",
        "/dev/null",
        "-p",
        "no:cacheprovider",
        tests,
    ]
    done = subprocess.run(command, env=libraries, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
