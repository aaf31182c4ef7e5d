"""The editor's committed bundle is what its source and its locked packages make."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

CODEMIRROR = Path(__file__).resolve().parents[1] / "static" / "vendor" / "codemirror"


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("npm"), reason="no npm on this machine: apt install npm")
def test_the_bundle_is_what_its_source_makes(tmp_path):
    built = tmp_path / "codemirror.js"

    subprocess.run([CODEMIRROR / "build", built], check=True, timeout=300)

    assert sha256(built) == sha256(CODEMIRROR / "codemirror.js"), (
        "codemirror.js is not what its source makes: run static/vendor/codemirror/build, commit the result"
    )


def test_the_lock_names_no_registry():
    """An address in the lock would bind every build to one place."""
    packages = json.loads((CODEMIRROR / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_every_package_is_pinned_exactly():
    manifest = json.loads((CODEMIRROR / "package.json").read_text())
    versions = {**manifest["dependencies"], **manifest["devDependencies"]}

    assert [name for name, version in versions.items() if not version.replace(".", "").isdigit()] == []
