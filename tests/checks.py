"""What `./lms check` runs: everything that can be said about the code without running it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)

COMMANDS = {
    "types": ["-m", "mypy"],  # first: it takes as long as all others, and they run beside it
    "lint": ["-m", "ruff", "check", "--quiet"],
    "formatting": ["-m", "ruff", "format", "--check", "--quiet"],
    "templates": ["-m", "djlint", "--lint", "--quiet", "templates"],
    "Django's own checks": ["manage.py", "check", "--fail-level", "WARNING"],
    "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
}


def lock_problems() -> list[str]:
    """What pyproject.toml asks for and a lock does not hold, as sentences."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    groups = project["dependency-groups"]
    problems = _unmet(runtime, "requirements.lock")
    problems += _unmet([*runtime, *groups["test"], *groups["lint"]], "requirements-dev.lock")
    for wanted in sorted((ROOT / "grading/sandbox/environments").glob("*.in")):
        lines = [line.partition("#")[0].strip() for line in wanted.read_text().splitlines()]
        problems += _unmet(
            [line for line in lines if line], str(wanted.with_suffix(".lock").relative_to(ROOT))
        )
    return problems


def _unmet(wanted: list[str], lock: str) -> list[str]:
    pinned: dict[str, set[Version]] = {}
    for name, version in PINNED.findall((ROOT / lock).read_text()):
        pinned.setdefault(canonicalize_name(name), set()).add(Version(version))
    return [
        f"{lock}: {need} is asked for and not held; compile it again"
        for need in map(Requirement, wanted)
        if not any(version in need.specifier for version in pinned.get(canonicalize_name(need.name), ()))
    ]


def passes(name: str) -> bool:
    """Run one, and print what it says whole: another runs beside it."""
    done = subprocess.run(
        [sys.executable, *COMMANDS[name]],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"━━ {name}\n{done.stdout}", end="", flush=True)
    return done.returncode == 0


def main() -> int:
    os.chdir(ROOT)
    with ThreadPoolExecutor(2) as two:
        passed = dict(zip(COMMANDS, two.map(passes, COMMANDS), strict=True))
    failed = [name for name, did in passed.items() if not did]
    print("━━ locks", flush=True)
    problems = lock_problems()
    print(*problems, sep="\n", end="\n" if problems else "")
    failed += ["locks"] if problems else []
    print(f"\nNot in order: {', '.join(failed)}." if failed else "\nEverything is in order.")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
