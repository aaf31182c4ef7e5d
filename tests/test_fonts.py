"""The committed faces are what their locked sources and `subset.py` make, and hold what the pages use."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FONTS = ROOT / "static" / "vendor" / "fonts"
FACES = sorted(FONTS.glob("*.woff2"))


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm on this machine: apt install npm")
def test_the_faces_are_what_their_sources_make(tmp_path):
    build = {"PYTHON": sys.executable}
    subprocess.run([FONTS / "build", tmp_path], check=True, timeout=300, env={**os.environ, **build})

    changed = [face.name for face in FACES if (tmp_path / face.name).read_bytes() != face.read_bytes()]
    assert changed == [], "not what their source makes: run static/vendor/fonts/build, commit the result"


def test_the_lock_names_no_registry():
    """An address in the lock would bind every build to one place."""
    packages = json.loads((FONTS / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_no_style_asks_for_a_weight_that_the_faces_lack():
    asked = {
        int(weight)
        for sheet in (ROOT / "static" / "css").glob("*.css")
        for weight in re.findall(r"font(?:-weight)?: (\d{3})\b", sheet.read_text())
    }

    assert asked
    assert [weight for weight in sorted(asked) if not 400 <= weight <= 700] == []
