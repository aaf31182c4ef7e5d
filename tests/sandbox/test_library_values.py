"""The codec's tests that want NumPy and pandas run where the learners' libraries are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import INTERPRETER, ROOT

pytestmark = pytest.mark.slow


def test_the_values_of_numpy_and_pandas_cross(environment: dict[str, str]) -> None:
    tests = Path(__file__).with_name("library_values.py")
    command = [INTERPRETER, "-m", "pytest", "-q", "--noconftest", "-c", "/dev/null", str(tests)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
