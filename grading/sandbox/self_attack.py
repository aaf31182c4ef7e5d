"""The supervisor's attack on itself: a job like any other, whose code is the file `attacks`.

If one works, or the run does not end as it should, no job is taken.
"""

from __future__ import annotations

import ast
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from grading.sandbox import attacks
from grading.sandbox.wire import CheckDone, Ending, Finished, Job, Limits, Refused

_CODE = Path(__file__).with_name("attacks.py").read_text(encoding="utf-8")
_NAMES = [
    node.name
    for node in ast.parse(_CODE).body
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
]
WHAT = {name: str(getattr(attacks, name).__doc__) for name in _NAMES}  # what an operator reads if it works


def namespaces() -> dict[str, str]:
    """This process's own: no run may be in one of them."""
    kinds = ("mnt", "pid", "net", "ipc", "uts", "cgroup")
    return {
        kind: os.readlink(f"/proc/self/ns/{kind}")
        for kind in kinds
        if os.path.exists(f"/proc/self/ns/{kind}")
    }


def _tests() -> str:
    mark = f"# THESE-ARE-THE-TESTS-{secrets.token_hex(4)}"
    given = {"shares_namespaces": repr(namespaces())}
    checks = [
        f"def test_{name}(solution):\n"
        f'    """{what}"""\n'
        f"    worked = solution.{name}({given.get(name, '')})\n"
        f'    assert worked == [], "; ".join(worked)\n'
        for name, what in WHAT.items()
    ]
    return "\n\n".join([mark, *checks])


JOB = Job(
    id="self-attack",
    environment="base",
    files={"solution.py": _CODE},
    tests=_tests(),
    limits=Limits(cpu_s=10, wall_s=30, memory_mb=256),
)


@dataclass
class Attack:
    """What came of one run of `JOB`, as the supervisor says it: `take` each message."""

    worked: list[str] = field(default_factory=list)
    untried: list[str] = field(default_factory=list)
    held: int = 0
    broke_off: str = ""  # why the run says nothing, where it did not come to its end
    over: bool = False

    def take(self, message: object) -> None:
        if isinstance(message, CheckDone):
            self._take_check(message)
        elif isinstance(message, Refused):
            self.over, self.broke_off = True, message.reason
        elif isinstance(message, Finished):
            self.over = True
            if message.ending is not Ending.FINISHED:
                self.broke_off = f"{message.ending}: {message.detail or message.author_log}"

    def _take_check(self, message: CheckDone) -> None:
        what = WHAT.get(message.name.removeprefix("test_"), message.name)
        if message.outcome == "passed":
            self.held += 1
        elif message.exception == attacks.Untried.__name__:
            self.untried.append(f"{what}: {message.message.partition(': ')[2]}")
        elif message.outcome == "failed":
            self.worked.append(f"{what} ({message.message})")
        elif message.outcome == "crashed":
            self.worked.append(f"it is not known whether {what} ({message.message})")

    @property
    def holds(self) -> bool:
        return self.over and not self.worked and not self.broke_off
