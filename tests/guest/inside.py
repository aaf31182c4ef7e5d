"""What runs in the guest: scenes, each of which ends in facts, a JSON line on the second serial line.

Nothing is judged here, so that each judgement is a test with a name on the host.
"""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
import traceback
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from grading.sandbox import cgroup, kernel
from grading.sandbox.wire import Job
from tests.guest import jobs, places
from tests.hostile.case import Case
from tests.hostile.host import differences, look
from tests.hostile.supervised import NOBODY, Supervised, supervised

_PATIENCE = 60.0  # seconds until spares are there again
_line = os.open("/dev/ttyS1", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
_began = time.monotonic()


def tell(scene: str, **facts: Any) -> None:
    facts = {"scene": scene, "at": round(time.monotonic() - _began, 1), **facts}
    data = json.dumps(facts).encode() + b"\n"
    while data:
        data = data[os.write(_line, data) :]


def in_a_process_of_its_own(scene: str, work: Callable[[], None]) -> None:
    """Whatever goes wrong in there is told, and the next scene goes on."""

    def careful() -> None:
        try:
            work()
        except BaseException:  # noqa: BLE001 - it is told, and judged on the host
            tell(scene, error=traceback.format_exc())

    places.in_child(careful)


# -- with a supervisor ---------------------------------------------------------------------------


@contextmanager
def a_supervisor(way: str, shape: str) -> Iterator[Supervised]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    with supervised(shape, folder) as sandbox:
        sandbox.settle(_PATIENCE)
        health = sandbox.health()
        groups = next(layer for layer in health.protections if layer.name == "control groups")
        tell(
            f"{way}: health",
            ready=health.ready,
            shape=health.shape,
            state=groups.state,
            sentence=groups.sentence,
            remedy=groups.remedy,
            protections={layer.name: layer.state for layer in health.protections},
            group=places.own_group(sandbox.process.pid),
        )
        yield sandbox


def run(sandbox: Supervised, job: Job) -> dict[str, Any]:
    report = sandbox.run(job)
    return {
        "verdict": report.verdict.value,
        "ending": report.ending.value,
        "detail": report.detail,
        "figures": msgspec.to_builtins(report.figures),
        "stdout": report.stdout[:2000],
        "shown": json.dumps([[r.message, r.explanation, r.traceback] for r in report.results])[:2000],
        "log": report.author_log[-2000:],
    }


def measure(way: str, sandbox: Supervised, some: list[Job]) -> None:
    for job in some:
        tell(f"{way}: {job.id}", **run(sandbox, job))


def attack(way: str, sandbox: Supervised, some: list[Case]) -> None:
    """Each of them, an honest run, and a look whether all is as before; here, a look takes half a second."""
    sandbox.settle(_PATIENCE)
    before = look(sandbox)
    for case in some:
        facts = run(sandbox, case.job)
        honest = run(sandbox, jobs.HONEST)["verdict"]
        sandbox.settle(_PATIENCE)
        changed = differences(before, sandbox, within_s=_PATIENCE)
        if changed:
            before = look(sandbox)  # the next one is not to blame
        tell(
            f"{way}: {case.name}",
            expected=case.verdicts if sandbox.has_groups else case.without_groups,
            wanted=case.shown,
            differences=changed,
            honest=honest,
            **facts,
        )


def as_root_in_a_container() -> None:
    places.enter(places.make("docker/box"))
    places.become_a_container()
    with a_supervisor("root", "root") as sandbox:
        measure("root", sandbox, jobs.MEASURED)
        # Of all its runs together, so that only what they take is in short supply.
        (limit,) = places.CGROUP.glob("gradient-*/memory.max")
        limit.write_text(str(jobs.CONTAINER_MB << 20))
        measure("root", sandbox, [jobs.MORE_THAN_THE_CONTAINER_HAS])
        limit.write_text("max")
        attack("root", sandbox, jobs.cases(*jobs.WITH_GROUPS["root"]))


def as_a_user_with_a_delegated_group() -> None:
    a_delegated(f"user.slice/user-{NOBODY}.slice/run-1.scope")
    with a_supervisor("delegated", "unprivileged") as sandbox:
        measure("delegated", sandbox, jobs.MEASURED)
        attack("delegated", sandbox, jobs.cases(*jobs.WITH_GROUPS["delegated"]))


def as_a_user_without_one() -> None:
    places.enter(places.make(f"user.slice/user-{NOBODY}.slice/session-1.scope"))
    places.become_nobody()
    with a_supervisor("undelegated", "unprivileged") as sandbox:
        measure("undelegated", sandbox, jobs.MEASURED)
        attack("undelegated", sandbox, jobs.cases(*jobs.WITHOUT_GROUPS))


# -- with `cgroup.find` alone ----------------------------------------------------------------------


def find(scene: str, **more: Any) -> None:
    """Find a hierarchy here, use it once, and tell everything of it."""
    before = places.own_group()
    hierarchy = cgroup.find()
    after = places.own_group()
    if hierarchy is None:
        tell(scene, version=None, before=before, after=after, **more)
        return
    group = hierarchy.group("learner-1")
    group.limit(memory_bytes=64 << 20, processes=8)
    joined, processes = _fills(group)
    made = places.left_behind()
    removed = group.remove()
    hierarchy.close()
    tell(
        scene,
        version=hierarchy.version,
        before=before,
        after=after,
        pid=os.getpid(),
        joined=joined,
        processes=processes,
        made=made,
        removed=removed,
        left_behind=places.left_behind(),
        **more,
    )


def _fills(group: cgroup.Group) -> tuple[str, int]:
    """Join the group, and fork until the kernel says no: the group's path, and how many were in it."""
    ours, theirs = os.pipe()
    files = group.join_files()

    def work() -> None:
        for descriptor in files:
            os.write(descriptor, b"0")
        children = []
        try:
            while child := os.fork():
                children.append(child)
            signal.pause()
        except BlockingIOError:
            os.write(theirs, f"{places.own_group()} {len(children) + 1}".encode())
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    places.in_child(work)
    for descriptor in files:
        os.close(descriptor)
    name, _, count = os.read(ours, 1000).decode().rpartition(" ")
    return name, int(count)


@contextmanager
def neighbours() -> Iterator[list[int]]:
    """Two processes beside this one, in its group and of its user."""
    pids = []
    for _ in range(2):
        pid = os.fork()
        if not pid:
            signal.pause()
        pids.append(pid)
    try:
        yield pids
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def a_delegated(name: str, *controllers: str) -> None:
    """Enter a group that is a user's own."""
    group = places.make(name, controllers or places.ALL)
    places.delegate(group)
    places.enter(group)
    places.become_nobody()


def a_crowd() -> None:
    a_delegated("users/crowd.scope")
    with neighbours() as pids:
        find("a crowd")
        tell("a crowd's neighbours", groups=[places.own_group(pid) for pid in pids])


def a_second_supervisor() -> None:
    """The first one crashed; who had started it was moved aside with it, and starts another."""
    a_delegated("users/again.scope")
    places.in_child(lambda: tell("a first supervisor", found=cgroup.find() is not None))
    find("a second supervisor")


def the_login_of_root() -> None:
    places.enter(places.make("user.slice/user-0.slice/session-2.scope"))
    with neighbours() as pids:
        find("the login of root")
        tell("the login's neighbours", groups=[places.own_group(pid) for pid in pids])


def a_service_of_root() -> None:
    service = places.make("system.slice/gradient.service")
    os.setxattr(service, "trusted.delegate", b"1")  # as systemd marks Delegate=yes
    places.enter(service)
    with neighbours() as pids:
        find("a service of root")
        tell("the service's neighbours", groups=[places.own_group(pid) for pid in pids])


def a_container_with_an_init() -> None:
    places.enter(places.make("docker/init"))
    places.become_a_container()
    with neighbours() as pids:
        find("a container with an init")
        tell("the container's neighbours", groups=[places.own_group(pid) for pid in pids])


def a_container_without_controllers() -> None:
    places.make("bare", ())
    places.enter(places.make("bare/box", ()))
    places.become_a_container()
    find("a container without controllers")


def a_container_that_may_only_read() -> None:
    places.enter(places.make("docker/closed"))
    places.become_a_container(read_only=True)
    find("a container that may only read")


def out_of_its_container() -> None:
    """As with nsenter: it sees the container's groups, and may not be in one of them."""
    elsewhere = os.open(places.make("elsewhere") / "cgroup.procs", os.O_WRONLY)
    places.enter(places.make("docker/left"))
    places.become_a_container()
    os.write(elsewhere, b"0")
    find("out of its container")


def the_dead() -> None:
    """Groups of supervisors that are no more, of one that lives, and of one that had our own number."""
    for name in ("gradient-4000000/learner-1", f"gradient-{os.getpid()}/learner-1", "gradient-1/learner-1"):
        (places.CGROUP / name).mkdir(parents=True)
    find("the dead")
    for name in ("gradient-1/learner-1", "gradient-1"):
        (places.CGROUP / name).rmdir()


def memory_and_pids_alone() -> None:
    a_delegated("half/run.scope", "memory", "pids")
    find("memory and pids alone")


SCENES = (
    a_crowd,
    a_second_supervisor,
    the_login_of_root,
    a_service_of_root,
    a_container_with_an_init,
    a_container_without_controllers,
    a_container_that_may_only_read,
    out_of_its_container,
    the_dead,
    memory_and_pids_alone,
    as_root_in_a_container,
    as_a_user_with_a_delegated_group,
    as_a_user_without_one,
)


def main() -> None:
    tty.setraw(_line)
    tell("kernel", release=os.uname().release, landlock=kernel.landlock_version())
    for scene in SCENES:
        in_a_process_of_its_own(scene.__name__, scene)
        tell(f"after {scene.__name__}", groups=places.left_behind(), processes=_processes())
    tell("the end")


def _processes() -> list[str]:
    """What runs beside this program and process 1; kernel threads aside."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if command and folder.name not in ("1", str(os.getpid())):
                found.append(command[:200])
    return found


if __name__ == "__main__":
    main()
