"""What this host's kernel and processor are set to, as far as it matters to learner code."""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path
from typing import TYPE_CHECKING

from grading.sandbox.wire import Protection, State

if TYPE_CHECKING:
    from grading.sandbox.spare import Host

Version = tuple[int, int, int]
_MAINTAINED_SINCE = (5, 10, 0)
_PROC_OF_PROCESSES_ONLY = (5, 8, 0)
_CAP_SYS_ADMIN = 21
_PROCESSOR = Path("/sys/devices/system/cpu")


def describe(host: Host) -> list[Protection]:
    return [_kernel(), _core_dumps(), _swap(host), _addresses(), _tracing(), _bpf(), _processor()]


def kernel_version() -> Version:
    """What the kernel is built from. Distributions keep an old name for it, and say elsewhere what it is."""
    told = [_setting("/proc/version_signature").rpartition(" ")[2]]  # Ubuntu
    told += re.findall(r"Debian (\d+\.\d+\.\d+)", os.uname().version)
    for text in (*told, os.uname().release):
        if found := re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text):
            return int(found[1]), int(found[2]), int(found[3] or 0)
    return 0, 0, 0


def why_no_namespaces(*, unprivileged: bool) -> tuple[str, str] | None:
    """What forbids to make namespaces, and what to do; None where no setting seems to."""
    if not unprivileged:
        if not _effective_capabilities() >> _CAP_SYS_ADMIN & 1:
            return (
                "This is root without CAP_SYS_ADMIN, which may make no namespace.",
                "Give the container SYS_ADMIN, SETUID, SETGID, CHOWN and KILL, as docs/operations.md says.",
            )
        return None
    for name, forbidding, value in (
        ("user.max_user_namespaces", "0", "15000"),
        ("kernel.unprivileged_userns_clone", "0", "1"),
        ("kernel.apparmor_restrict_unprivileged_userns", "1", "0"),
    ):
        if sysctl(name) == forbidding:
            return (
                f"User namespaces are switched off here ({name} is {forbidding}).",
                f"sysctl {name}={value}, or start it as root, or in its container.",
            )
    return None


def sysctl(name: str) -> str:
    """A setting of the kernel; empty where this kernel has none of that name."""
    return _setting("/proc/sys/" + name.replace(".", "/"))


def _setting(path: str) -> str:
    try:
        return Path(path).read_text().strip()
    except OSError:
        return ""


def _effective_capabilities() -> int:
    lines = _setting("/proc/self/status").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("CapEff:")), 16)


def _kernel() -> Protection:
    version = kernel_version()
    words = f"Linux {'.'.join(map(str, version))}"
    if version >= _MAINTAINED_SINCE:
        return Protection("kernel", State.PROTECTED, f"{words}. What closes its holes is keeping it updated.")
    return Protection("kernel", State.REDUCED, f"{words} gets no fixes any more.", "Use Linux 5.10 or newer.")


def _core_dumps() -> Protection:
    name = "core dumps"
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if not sysctl("kernel.core_pattern").startswith("|"):
        return Protection(name, State.PROTECTED, "Runs leave none.")
    if hard == 0:
        return Protection(
            name,
            State.REDUCED,
            "The host pipes dumps to a program, those of runs too: the supervisor was started with a limit"
            " of 0 (which pipes ignore), and may not set the 1 that they heed.",
            "Start it without that limit (ulimit -Hc unlimited), or sysctl kernel.core_pattern=core",
        )
    return Protection(name, State.PROTECTED, "The host pipes dumps to a program; those of runs are left out.")


def _swap(host: Host) -> Protection:
    if len(_setting("/proc/swaps").splitlines()) <= 1:
        return Protection("swap", State.PROTECTED, "There is none to fill.")
    if host.hierarchy and host.hierarchy.version == 2:
        return Protection("swap", State.PROTECTED, "The host swaps; runs may not.")
    return Protection(
        "swap",
        State.REDUCED,
        "The host swaps; a run that fills its memory may push out other programs.",
        "Control groups of version 2, or version 1 with swapaccount=1 on the kernel's command line.",
    )


def _addresses() -> Protection:
    name = "addresses"
    if sysctl("kernel.randomize_va_space") != "2":
        return Protection(
            name,
            State.REDUCED,
            "Programs lie at addresses that can be guessed.",
            "sysctl kernel.randomize_va_space=2",
        )
    hidden = kernel_version() >= _PROC_OF_PROCESSES_ONLY
    if hidden or sysctl("kernel.kptr_restrict") in ("1", "2"):
        return Protection(
            name, State.PROTECTED, "They are random, and runs cannot read where the kernel lies."
        )
    return Protection(
        name,
        State.REDUCED,
        "Before Linux 5.8 a run's /proc shows more than processes, here also where the kernel lies.",
        "sysctl kernel.kptr_restrict=1",
    )


def _tracing() -> Protection:
    yama = sysctl("kernel.yama.ptrace_scope")
    second = (
        "Yama would refuse too."
        if yama not in ("", "0")
        else "Yama, a second lock, is off; it need not be on."
    )
    return Protection("tracing", State.PROTECTED, f"The filter refuses it. {second}")


def _bpf() -> Protection:
    off = sysctl("kernel.unprivileged_bpf_disabled") in ("1", "2")
    second = "The host forbids it too." if off else "The host itself lets everybody load programs."
    return Protection("bpf", State.PROTECTED, f"It kills a run. {second}")


def _processor() -> Protection:
    """Which holes of the processor nothing mitigates here."""
    name = "processor"
    known = {path.name: _setting(str(path)) for path in sorted((_PROCESSOR / "vulnerabilities").glob("*"))}
    vulnerable = [hole for hole, state in known.items() if state.startswith("Vulnerable")]
    shared = _setting(str(_PROCESSOR / "smt/active")) == "1"
    through_threads = [hole for hole, state in known.items() if shared and "SMT vulnerable" in state]
    if not known:
        return Protection(
            name,
            State.REDUCED,
            "This kernel does not say which holes of the processor are open.",
            "Linux 4.15.",
        )
    if not (vulnerable or through_threads):
        threads = "on" if shared else "off"
        return Protection(
            name, State.PROTECTED, f"Each known hole is mitigated. Sibling threads are {threads}."
        )
    said = [f"open: {', '.join(vulnerable)}"] if vulnerable else []
    said += [f"open between sibling threads: {', '.join(through_threads)}"] if through_threads else []
    return Protection(
        name,
        State.REDUCED,
        f"Runs could listen to what other programs compute ({'; '.join(said)}).",
        "Update kernel and microcode, boot with mitigations=auto,nosmt, and keep secrets elsewhere.",
    )
