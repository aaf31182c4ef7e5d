"""A hostile submission and what must become of it, as read from its folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from grading.sandbox.wire import Job, Limits, Permission

FOLDER = Path(__file__).parent
_SHORT = Limits(cpu_s=1.0, wall_s=3.0, memory_mb=256, processes=16)


@dataclass(frozen=True)
class Case:
    """`verdicts`: any of these will do. `without_groups`: where no control group counts, these do."""

    name: str
    what: str
    verdicts: tuple[str, ...]
    without_groups: tuple[str, ...]
    job: Job
    shown: tuple[str, ...] = ()  # each must appear in what the learner sees
    hidden: tuple[str, ...] = ()  # and none of these
    idle: bool = False  # hardly any processor time may have been used
    otherwise: Mapping[Permission, dict[str, Any]] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    def permitting(self, permission: Permission) -> Case:
        """The same code in a run that may do more. What then rightly ends otherwise is in `[with_…]`."""
        told: dict[str, Any] = {
            name: tuple(texts) for name, texts in self.otherwise.get(permission, {}).items()
        }
        if "verdicts" in told:
            told.setdefault("without_groups", told["verdicts"])
        permissions = sorted({*self.job.permissions, permission})
        return replace(self, job=msgspec.structs.replace(self.job, permissions=permissions), **told)


def read(folder: Path) -> Case:
    """The case in a folder; KeyError and TypeError where case.toml is not as it should be."""
    told = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    files = {"solution.py": (folder / "solution.py").read_bytes().decode("utf-8")}
    for path in sorted((folder / "files").glob("*")):
        files[path.name] = path.read_text(encoding="utf-8")
    if elements := told.pop("grow", 0):  # a source too large to keep as a file
        files["solution.py"] += "grown = [" + "1," * elements + "]\n"
    tests = folder / "tests.py"
    if not tests.exists():
        tests = FOLDER / "exercise.py"
    limits = {name: getattr(_SHORT, name) for name in _SHORT.__struct_fields__}
    job = Job(
        id=folder.name,
        environment="base",
        files=files,
        tests=tests.read_text(encoding="utf-8"),
        limits=Limits(**{**limits, **told.pop("limits", {})}),
        seed=7,
        permissions=[Permission(name) for name in told.pop("permissions", [])],
    )
    verdicts = tuple(told.pop("verdicts"))
    return Case(
        name=folder.name,
        what=told.pop("what"),
        verdicts=verdicts,
        without_groups=tuple(told.pop("without_groups", verdicts)),
        job=job,
        shown=tuple(told.pop("shown", ())),
        hidden=tuple(told.pop("hidden", ())),
        otherwise={permission: told.pop(f"with_{permission.value}", {}) for permission in Permission},
        **told,
    )


def all_cases() -> list[Case]:
    return [read(path.parent) for path in sorted(FOLDER.glob("*/case.toml"))]
