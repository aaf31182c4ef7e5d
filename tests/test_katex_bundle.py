"""What stands in `static/vendor/katex` is what its locked package holds; no file that is missing is named."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

KATEX = Path(__file__).resolve().parents[1] / "static" / "vendor" / "katex"
SOURCES = {"build", "package.json", "package-lock.json", ".npmrc"}


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm on this machine: apt install npm")
def test_the_files_are_what_the_package_holds(tmp_path):
    subprocess.run([KATEX / "build", tmp_path], check=True, timeout=300)

    committed = {name: content for name, content in files_of(KATEX).items() if name not in SOURCES}
    assert files_of(tmp_path) == committed, "run static/vendor/katex/build, commit the result"


def test_the_style_names_the_fonts_that_are_here_and_no_other():
    named = re.findall(r"url\(([^)]*)\)", (KATEX / "katex.css").read_text())

    assert sorted(named) == sorted(f"fonts/{font.name}" for font in (KATEX / "fonts").iterdir())


def test_the_version_is_exact_and_the_lock_names_no_registry():
    manifest = json.loads((KATEX / "package.json").read_text())
    packages = json.loads((KATEX / "package-lock.json").read_text())["packages"]

    assert manifest["dependencies"]["katex"] == packages["node_modules/katex"]["version"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
