"""What protects the host, layer by layer, as `./lms doctor` and the operator's page show it.

This file knows the sandbox's own layers; `host_settings` those of the host, `holes` what is known to have
been broken into.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grading.sandbox import cgroup, holes, host_settings, kernel
from grading.sandbox.self_attack import WHAT, Attack
from grading.sandbox.wire import Protection, State

if TYPE_CHECKING:
    from grading.sandbox.spare import Host

_LANDLOCK_ADDS = {
    2: "moving files between folders (Linux 5.19)",
    3: "truncating (6.2)",
    4: "TCP (6.7)",
    5: "the controls of devices (6.10)",
    6: "signals and abstract sockets (6.12)",
}


def describe(host: Host, attack: Attack | None) -> list[Protection]:
    """Each layer as protected, reduced or missing. `attack`: the last on itself, if any."""
    ours = [
        _self_attack(attack),
        _namespaces(host, attack),
        _user(host),
        _control_groups(host),
        _landlock(),
        _filter(),
    ]
    return [
        *_under("The sandbox", ours),
        *_under("This host", host_settings.describe(host)),
        *_under("Holes that kernels had", holes.describe()),
    ]


def _under(group: str, layers: list[Protection]) -> list[Protection]:
    return [Protection(layer.name, layer.state, layer.sentence, layer.remedy, group) for layer in layers]


def _self_attack(attack: Attack | None) -> Protection:
    name = "self-attack"
    if attack is None:
        return Protection(
            name,
            State.MISSING,
            "The sandbox has not attacked itself, and takes no job before it has.",
            "What it waits for stands above, or under the other layers.",
        )
    if attack.worked:
        return Protection(
            name,
            State.MISSING,
            f"An attack worked: {'; '.join(attack.worked)}. No job is taken.",
            "Report it, as SECURITY.md says, if this is an ordinary Linux. It is tried again at a new start.",
        )
    untried = f" Not tried: {'; '.join(attack.untried)}." if attack.untried else ""
    tried = f"It tried {attack.held} of {len(WHAT)} kinds of escape on itself, and none worked.{untried}"
    return Protection(name, State.PROTECTED, tried)


def _namespaces(host: Host, attack: Attack | None) -> Protection:
    name = "namespaces"
    if attack is not None:  # so they can be made, whatever the settings seem to say
        return Protection(
            name,
            State.PROTECTED,
            "Processes, file systems, network and names of a run are its own.",
        )
    if why := host_settings.why_no_namespaces(unprivileged=host.unprivileged):
        return Protection(name, State.MISSING, *why)
    return Protection(
        name,
        State.REDUCED,
        "No setting of this host forbids namespaces, but none has been made yet.",
        "If this stays, the sandbox's log says what failed.",
    )


def _user(host: Host) -> Protection:
    if host.unprivileged:
        return Protection(
            "user",
            State.PROTECTED,
            "Runs are a nobody in a user namespace; the supervisor is not root itself.",
        )
    return Protection("user", State.PROTECTED, "Each run has a user id of its own and no capability.")


def _control_groups(host: Host) -> Protection:
    name, mode = "control groups", cgroup.mode()
    mounted = f"this host mounts {mode}" if mode != "none" else "this host mounts none"
    if host.hierarchy:
        version = host.hierarchy.version
        return Protection(
            name,
            State.PROTECTED,
            f"Memory, processes and time are counted and limited (v{version}; {mounted}).",
        )
    return Protection(
        name,
        State.REDUCED,
        f"No control group can be made here ({mounted}): limits are rlimits per process, a run may use more"
        " than one core, and memory is not measured.",
        "Start it as root, in its container, or with: systemd-run --user --scope -p Delegate=yes ./lms up",
    )


def _landlock() -> Protection:
    version = kernel.landlock_version()
    if not version:
        return Protection(
            "Landlock",
            State.REDUCED,
            "This kernel has no Landlock; the read-only mounts alone confine writes.",
            "Linux 5.13 or newer with lsm=landlock.",
        )
    lacks = [what for since, what in _LANDLOCK_ADDS.items() if since > version]
    without = f" It does not cover {', '.join(lacks)}; mounts and filter do." if lacks else ""
    return Protection("Landlock", State.PROTECTED, f"Writes are confined once more (ABI {version}).{without}")


def _filter() -> Protection:
    name = "system call filter"
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    available = actions.read_text().split() if actions.exists() else []
    if {"kill_process", "errno"} <= set(available):
        return Protection(name, State.PROTECTED, "Calls outside an allow-list are refused, or kill.")
    return Protection(
        name,
        State.MISSING,
        "This kernel cannot filter system calls by process.",
        "Linux 4.14 or newer, built with CONFIG_SECCOMP_FILTER.",
    )
