"""Asks html-validate whether HTML is what the standard allows.

It is the one validator that knows content models, runs offline, and needs neither Java nor a newer Node than
Debian's. Its packages are locked in `html_validate/` and installed once into `var/html-validate/`. The rules
that are off there are about style only, or about files from elsewhere, of which our pages have none.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.journeys.documents import Document

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(__file__).parent / "html_validate"


def validator() -> Path:
    """The folder in which it is installed; a test that cannot have it skips."""
    if not shutil.which("npm"):
        pytest.skip("no npm on this machine: apt install npm")
    digest = hashlib.sha256((SOURCE / "package-lock.json").read_bytes()).hexdigest()[:16]
    place = ROOT / "var" / "html-validate" / digest
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=place.parent))
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(SOURCE / name, draft)
        subprocess.run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=draft, check=True, timeout=300)
        draft.rename(place)
    return place


def problems(documents: Iterable[Document], rules: str, folder: Path) -> list[str]:
    """What breaks the rules of that name, as sentences; the HTML is left in the folder to look at."""
    names: dict[str, Document] = {}
    for document in documents:
        file = folder / f"{re.sub(r'[^a-z0-9]+', '-', document.name.lower())[:120]}.html"
        file.write_text(document.html)
        names[str(file)] = document
    assert names, "there is no HTML to validate"
    command = [validator() / "node_modules/.bin/html-validate", "--config", SOURCE / f"{rules}.json"]
    command += ["--formatter", "json", "--max-warnings", "0", *names]
    found = folder / "found.json"
    with found.open("wb") as said:  # a pipe would be cut: it ends without waiting for a slow reader
        done = subprocess.run(
            command, stdout=said, stderr=subprocess.PIPE, cwd=folder, check=False, timeout=300
        )
    assert done.returncode in (0, 1), done.stderr.decode()
    return [
        f"{names[file['filePath']].name}: line {message['line']}: {message['message']} ({message['ruleId']})"
        for file in json.loads(found.read_bytes())
        for message in file["messages"]
    ]
