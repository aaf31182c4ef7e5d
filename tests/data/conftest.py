"""Where the generators and whoever reads their files find the learners' libraries."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "fixtures/data"
LIBRARIES = ROOT / "var/environments/base/site-packages"
INTERPRETER = Path(sys.base_prefix) / "bin" / "python3"


@pytest.fixture(scope="session")
def libraries() -> dict[str, str]:
    """The variables with which INTERPRETER finds the base environment."""
    if not (LIBRARIES / "pyarrow").is_dir():
        pytest.skip(f"needs the base environment in {LIBRARIES}: run ./lms up once")
    return {
        **os.environ,
        "PYTHONPATH": str(LIBRARIES),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "2",
    }
