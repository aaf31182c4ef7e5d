"""The data sets of lessons and exercises, to be looked at outside the site too.

A file is known by its line in data/MANIFEST.sha256 and by nothing else: what a visitor writes into an
address is looked up there, and never becomes a path by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import Http404


@dataclass(frozen=True)
class DataFile:
    name: str
    size: int  # bytes


@dataclass(frozen=True)
class DataSet:
    name: str
    files: tuple[DataFile, ...]


def data_sets(names: Iterable[str]) -> list[DataSet]:
    """These sets with their files, as far as they are there."""
    sets = _known(_root())
    return [DataSet(name, sets[name]) for name in sorted(set(names)) if name in sets]


def data_file(data_set: str, name: str) -> Path:
    """Where that file lies; Http404 where the manifest has no such file, or it is not there."""
    if all(file.name != name for file in _known(_root()).get(data_set, ())):
        raise Http404
    return _root() / data_set / name


def _root() -> Path:
    root: Path = settings.GRADIENT_CONTENT
    return root / "data"


def _known(root: Path) -> dict[str, tuple[DataFile, ...]]:
    manifest = root / "MANIFEST.sha256"
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except OSError:  # a site whose content was loaded from elsewhere has none to give
        return {}


@lru_cache(maxsize=4)
def _read(manifest: Path, _changed: int) -> dict[str, tuple[DataFile, ...]]:
    """By set; read again when the file is another one."""
    found: dict[str, list[DataFile]] = {}
    for line in manifest.read_text(encoding="utf-8").splitlines():
        data_set, _, name = line.partition("  ")[2].partition("/")
        file = manifest.parent / data_set / name
        if name and file.is_file():
            found.setdefault(data_set, []).append(DataFile(name, file.stat().st_size))
    return {data_set: tuple(files) for data_set, files in found.items()}
