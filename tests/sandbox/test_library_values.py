"""The codec's tests that want NumPy, pandas or PyTorch run where the learners' libraries are."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .conftest import INTERPRETER, ROOT

pytestmark = pytest.mark.slow


def test_the_values_of_numpy_and_pandas_cross(environment: dict[str, str]) -> None:
    _passes("library_values.py", environment)


def test_the_values_of_pytorch_cross(environment: dict[str, str]) -> None:
    libraries = ROOT / "var/environments/torch/site-packages"
    if not (libraries / "torch").is_dir():
        pytest.skip("an environment of gigabytes: torch is not built here; ./lms up --all builds it")
    _passes("torch_values.py", {**environment, "PYTHONPATH": f"{libraries}:{ROOT}", "OMP_NUM_THREADS": "1"})


def _passes(name: str, environment: dict[str, str]) -> None:
    tests = Path(__file__).with_name(name)
    command = [INTERPRETER, "-m", "pytest", "-q", "--noconftest", "-c", "/dev/null", str(tests)]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
