"""The editor's committed bundles are what their sources and their locked packages make."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from grading.management.commands.python_names import FROM_THE_ENVIRONMENT, NAMES, names_of

ROOT = Path(__file__).resolve().parents[1]
CODEMIRROR = ROOT / "static" / "vendor" / "codemirror"
BUNDLES = {"codemirror.js": ("entry.js", "editor.js"), "merge.js": ("merge-entry.js", "merge.js")}


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm on this machine: apt install npm")
def test_the_bundles_are_what_their_sources_make(tmp_path):
    subprocess.run([CODEMIRROR / "build", tmp_path], check=True, timeout=300)

    differ = [name for name in BUNDLES if sha256(tmp_path / name) != sha256(CODEMIRROR / name)]
    assert not differ, f"{differ}: run static/vendor/codemirror/build, commit the result"
    assert {file.name for file in tmp_path.iterdir()} == set(BUNDLES)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_holds_nothing_that_its_script_does_not_name(bundle):
    entry, script = BUNDLES[bundle]
    exported = re.findall(r"export \{ ([^}]+) \}", (CODEMIRROR / entry).read_text())
    names = [name for line in exported for name in line.split(", ")]
    code = (ROOT / "static" / "js" / script).read_text()

    assert names
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []


def test_comparing_is_in_a_bundle_of_its_own():
    assert "cm-deletedChunk" in (CODEMIRROR / "merge.js").read_text()
    assert "cm-deletedChunk" not in (CODEMIRROR / "codemirror.js").read_text()


def test_the_lock_names_no_registry():
    """An address in the lock would bind every build to one place."""
    packages = json.loads((CODEMIRROR / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_every_package_is_pinned_exactly():
    manifest = json.loads((CODEMIRROR / "package.json").read_text())
    versions = {**manifest["dependencies"], **manifest["devDependencies"]}

    assert [name for name, version in versions.items() if not version.replace(".", "").isdigit()] == []


@pytest.mark.slow
def test_the_editor_completes_what_learners_can_import():
    """Those of the standard library differ with Python's version, so they are not compared."""
    try:
        there = names_of(FROM_THE_ENVIRONMENT)
    except CommandError as error:
        pytest.skip(str(error))
    known = json.loads(NAMES.read_text())

    assert {module: known[module] for module in there} == there, "run: python manage.py python_names"
    assert "mean" in known["numpy"].split()
    assert "loads" in known["json"].split()
