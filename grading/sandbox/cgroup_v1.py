"""Control groups of version 1: a hierarchy for each controller."""

from __future__ import annotations

import os
from pathlib import Path

from grading.sandbox.cgroup_files import (
    TICK_MS,
    counter,
    groups_in,
    most_processes_in,
    mount_points,
    own_paths,
    remove,
    sweep,
    write,
)
from grading.sandbox.wire import MeasuredBy


class Version1:
    """Separate hierarchies, one directory in each."""

    version = 1
    _controllers = ("memory", "pids", "cpuacct", "cpu")

    def __init__(self, name: str) -> None:
        own, mounts = own_paths(), mount_points()
        self._parents: dict[str, Path] = {}
        for controller in self._controllers:
            parent = mounts[controller] / own[controller].lstrip("/")
            if not parent.is_dir():  # a container sees its own group as the root
                parent = mounts[controller]
            sweep(parent)
            self._parents[controller] = parent / name
            self._parents[controller].mkdir(exist_ok=True)

    def group(self, name: str) -> Group1:
        # Two controllers may be mounted together; then they share one directory.
        directories = {controller: parent / name for controller, parent in self._parents.items()}
        for directory in directories.values():
            directory.mkdir(exist_ok=True)
        return Group1(directories)

    def in_use(self) -> bool:
        return any(groups_in(parent) for parent in self._parents.values())

    def close(self) -> None:
        for parent in self._parents.values():
            remove([*groups_in(parent), parent])


class Group1:
    counted_by = MeasuredBy.CGROUP_1

    def __init__(self, directories: dict[str, Path]) -> None:
        self._at = directories

    def join_files(self) -> list[int]:
        # Not cgroup.procs: moving a whole process waits for every processor to pass a quiet moment,
        # 10 ms a hierarchy. Who joins is one thread, and moves itself; the kernel needs no lock then.
        return [
            os.open(directory / "tasks", os.O_WRONLY | os.O_CLOEXEC)
            for directory in dict.fromkeys(self._at.values())
        ]

    def limit(self, *, memory_bytes: int, processes: int) -> None:
        memory = self._at["memory"]
        # The second one is there only where swap is accounted; the last counts what waits in sockets,
        # TCP or not, and apart from the rest.
        for name in (
            "memory.limit_in_bytes",
            "memory.memsw.limit_in_bytes",
            "memory.kmem.tcp.limit_in_bytes",
        ):
            if (memory / name).exists():
                write(memory, name, memory_bytes)
        write(self._at["pids"], "pids.max", processes)
        write(self._at["cpu"], "cpu.cfs_quota_us", 100_000)  # one core, so that a neighbour keeps his

    def forget_peaks(self) -> None:
        write(self._at["memory"], "memory.max_usage_in_bytes", 0)

    def cpu_ms(self) -> int:
        return int((self._at["cpuacct"] / "cpuacct.usage").read_text()) // 1_000_000

    def cpu_system_ms(self) -> int:
        return counter((self._at["cpuacct"] / "cpuacct.stat").read_text(), "system") * TICK_MS

    def memory_now(self) -> int:
        return int((self._at["memory"] / "memory.usage_in_bytes").read_text())

    def memory_peak(self) -> int | None:
        return int((self._at["memory"] / "memory.max_usage_in_bytes").read_text())

    def out_of_memory_kills(self) -> int:
        return counter((self._at["memory"] / "memory.oom_control").read_text(), "oom_kill")

    def killed_for_others(self) -> bool:
        return False  # version 1 does not tell them apart: `failcnt` stays 0 on current kernels

    def most_processes(self) -> int | None:
        return most_processes_in(self._at["pids"])

    def refused_processes(self) -> int:
        return counter((self._at["pids"] / "pids.events").read_text(), "max")

    def remove(self) -> bool:
        return remove(list(dict.fromkeys(self._at.values())))
