"""The same programs write the same bytes: every set is made again, beside the frozen one."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from .conftest import DATA, INTERPRETER

pytestmark = pytest.mark.slow

PROGRAMS = sorted(path.name for path in DATA.glob("generate_*.py"))


def manifest(folder: Path) -> dict[str, str]:
    lines = (folder / "MANIFEST.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def copied(target: Path) -> Path:
    """The programs and what they do not make themselves: a README.md for each set."""
    for path in [*DATA.glob("*.py"), *DATA.glob("*/README.md")]:
        place = target / path.relative_to(DATA)
        place.parent.mkdir(exist_ok=True)
        shutil.copy(path, place)
    return target


@pytest.fixture(scope="session")
def made_again(tmp_path_factory: pytest.TempPathFactory, libraries: dict[str, str]) -> Path:
    """All sets, made from nothing, in another folder and in the opposite order."""
    target = copied(tmp_path_factory.mktemp("data"))
    for program in reversed(PROGRAMS):
        command = [INTERPRETER, program]
        done = subprocess.run(command, cwd=target, env=libraries, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program}: {done.stderr}"
    return target


def contents(path: Path) -> object:
    """What must be the same: the bytes; of a zip archive the parts', since CPythons differ around them."""
    if path.suffix != ".npz":
        return hashlib.sha256(path.read_bytes()).hexdigest()
    with zipfile.ZipFile(path) as archive:
        return [(part.filename, part.CRC, part.file_size) for part in archive.infolist()]


def test_every_file_of_every_set_is_made_again(made_again: Path) -> None:
    assert set(manifest(made_again)) == set(manifest(DATA))


@pytest.mark.parametrize("set_id", sorted({name.partition("/")[0] for name in manifest(DATA)}))
def test_the_same_program_writes_the_same_bytes(made_again: Path, set_id: str) -> None:
    names = [name for name in manifest(DATA) if name.startswith(f"{set_id}/")]
    again = {name: contents(made_again / name) for name in names}
    assert again == {name: contents(DATA / name) for name in names}
