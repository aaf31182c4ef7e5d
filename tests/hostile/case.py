"""A submission of the corpus and what must become of it, as read from its folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from grading.sandbox.wire import Figures, Job, Limits, Permission

FOLDER = Path(__file__).parent
HONEST = FOLDER / "honest"
# Of its processor time it is to use all where that is the point, also on a machine that is busy otherwise.
_SHORT = Limits(cpu_s=1.0, wall_s=8.0, memory_mb=256, processes=16)


@dataclass(frozen=True)
class Case:
    """`verdicts`: any of these will do. `without_groups`: where no control group counts, these do."""

    name: str
    section: str  # R, O, M, … of the catalogue, or "honest"
    what: str
    verdicts: tuple[str, ...]
    without_groups: tuple[str, ...]
    job: Job
    shown: tuple[str, ...] = ()  # each must appear in what the learner sees
    hidden: tuple[str, ...] = ()  # and none of these
    outcomes: Mapping[str, str] = field(default_factory=dict)  # a check's name → how it must end
    figures: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # figure → least and most
    idle: bool = False  # hardly any processor time may have been used
    needs: tuple[str, ...] = ()  # what the machine must have: names of `needs.NEEDS`
    repeat: int = 1  # so often the same verdict
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
    honest = folder.parent == HONEST
    files = {"solution.py": (folder / "solution.py").read_bytes().decode("utf-8")}
    for path in sorted((folder / "files").glob("*")):
        files[path.name] = path.read_text(encoding="utf-8")
    if grow := told.pop("grow", None):  # a source too large to keep as a file
        grown = grow["before"] + grow["piece"] * grow["times"] + grow["after"]
        files["solution.py"] += grown + "\n"
    tests = folder / "tests.py"
    if not tests.exists():
        tests = FOLDER / "exercise.py"
    usual = Limits() if honest else _SHORT
    limits = {name: getattr(usual, name) for name in usual.__struct_fields__}
    job = Job(
        id=folder.name,
        environment=told.pop("environment", "base"),
        files=files,
        tests=tests.read_text(encoding="utf-8"),
        data=told.pop("data", []),
        limits=Limits(**{**limits, **told.pop("limits", {})}),
        seed=told.pop("seed", 7),
        permissions=[Permission(name) for name in told.pop("permissions", [])],
    )
    verdicts = tuple(told.pop("verdicts", ["passed"] if honest else ()))
    return Case(
        name=f"honest-{folder.name}" if honest else folder.name,
        section="honest" if honest else folder.name[0],
        what=told.pop("what"),
        verdicts=verdicts,
        without_groups=tuple(told.pop("without_groups", verdicts)),
        job=job,
        shown=tuple(told.pop("shown", ())),
        hidden=tuple(told.pop("hidden", ())),
        otherwise={permission: told.pop(f"with_{permission.value}", {}) for permission in Permission},
        figures={name: (least, most) for name, (least, most) in told.pop("figures", {}).items()},
        needs=tuple(told.pop("needs", ())),
        **told,
    )


def all_cases() -> list[Case]:
    """All of the environment base. Those of another are tried apart: to bring it up changes the host."""
    return [case for case in _everywhere() if case.job.environment == "base"]


def cases_elsewhere() -> list[Case]:
    """The cases of other environments than base."""
    return [case for case in _everywhere() if case.job.environment != "base"]


def _everywhere() -> list[Case]:
    told = [*sorted(FOLDER.glob("*/case.toml")), *sorted(HONEST.glob("*/case.toml"))]
    return [read(path.parent) for path in told]


def out_of_bounds(case: Case, figures: Figures) -> list[str]:
    """Which figures are not what the case says. `memory_mb` is mebibytes of `memory_bytes`."""
    wrong = []
    for name, (least, most) in case.figures.items():
        value = getattr(figures, "memory_bytes" if name == "memory_mb" else name)
        if value is None:  # nothing counted it here
            continue
        value = value >> 20 if name == "memory_mb" else value
        if not least <= value <= most:
            wrong.append(f"{name} is {value}, not between {least} and {most}")
    return wrong
