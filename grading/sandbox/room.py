"""Makes the room that a zygote lives in, and becomes the zygote.

How this works: the supervisor starts this file with a clean environment. It enters namespaces of
its own (user too, when it is not root), builds a small root on a tmpfs (the interpreter under
/python, the environment's libraries under /env, this package under /sandbox, the data sets under
/data, each bound read-only), pivots into it, lets go of the host's tree and executes the
interpreter anew, as process 1. Whatever is forked from there on has never been able to see the
host's files, processes or network. Paths inside are the same on every host.

Binding goes by descriptors opened beforehand: the tmpfs is mounted over /tmp, and a checkout, an
interpreter or a data set may well lie below it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import sysconfig
from typing import TypedDict

from grading.sandbox import kernel

INSIDE_UID = 60000
_ROOT = "/tmp"  # covered by our own tmpfs, in our own mount namespace
_DEVICES = ("null", "zero", "full", "random", "urandom")
_PASSWD = f"learner:x:{INSIDE_UID}:{INSIDE_UID}::/box:/bin/false\n"
_GROUP = f"learner:x:{INSIDE_UID}:\n"
_HOSTS = "127.0.0.1 localhost box\n::1 localhost box\n"
_LOOK_UP = "passwd: files\ngroup: files\nhosts: files\n"  # nobody answers DNS here: do not wait for it
_PROGRAM = "/venv/bin/python"

# BLAS starts a thread per core unless told before the process starts; a second thread breaks
# `unshare`, and a fork of it deadlocks. The rest keeps libraries from looking for a network.
ENVIRONMENT = {
    "PATH": "/venv/bin",
    "PYTHONDONTWRITEBYTECODE": "1",
    "HOME": "/box",
    "TMPDIR": "/tmp",  # the run's own
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "LD_LIBRARY_PATH": "/python/lib",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator would start a thread
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # its others reserve more address space than a run may have
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/matplotlib",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "JOBLIB_MULTIPROCESSING": "0",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    **{
        f"{library}_NUM_THREADS": "1"
        for library in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "ARROW_IO")
    },
}


class Plan(TypedDict):
    """What a room holds and who lives there."""

    role: str  # "learner" or "checks"
    site_packages: str
    data: str
    source: str  # the folder that holds the package `grading`
    preload: list[str]
    rehearsal: dict[str, str]  # an exercise: "solution" and "tests"
    control: int  # the descriptor of the line to the supervisor
    unprivileged: bool


def main(argument: str) -> None:
    """Build the room that `argument` (a Plan as JSON) asks for; returns only by raising."""
    plan: Plan = json.loads(argument)
    try:
        _enter(plan)
    except OSError as error:
        why = error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
        os.write(plan["control"], json.dumps({"failed": why}).encode())
        raise


def _enter(plan: Plan) -> None:
    os.umask(0o022)  # what is made here must be readable to the users that runs become
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if plan["unprivileged"]:
        enter_user_namespace(0)
    kernel.unshare(
        kernel.CLONE_NEWNS
        | kernel.CLONE_NEWPID
        | kernel.CLONE_NEWIPC
        | kernel.CLONE_NEWUTS
        | kernel.CLONE_NEWNET
        | kernel.CLONE_NEWCGROUP
    )
    child = os.fork()
    if child:
        os.close(plan["control"])
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    _build(plan)
    _become_zygote(plan)


def enter_user_namespace(inside: int) -> None:
    """Enter a user namespace in which this user is `inside`, and has every capability over it."""
    uid, gid = os.geteuid(), os.getegid()
    kernel.unshare(kernel.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{inside} {uid} 1"),
        ("gid_map", f"{inside} {gid} 1"),
    ):
        descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(descriptor, text.encode())
        os.close(descriptor)


def _sources(plan: Plan) -> dict[str, str]:
    """Place in the room → path on the host, of what is bound read-only."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    interpreter = os.path.realpath(sys.executable)
    sources = {
        f"/python/bin/{version}": interpreter,
        f"/python/lib/{version}": sysconfig.get_path("stdlib"),
        "/env": plan["site_packages"],
        "/sandbox/grading/sandbox": os.path.join(plan["source"], "grading", "sandbox"),
        "/data": plan["data"],
        "/usr/share/zoneinfo": "/usr/share/zoneinfo",
    }
    library = f"libpython{sys.version_info.major}.{sys.version_info.minor}.so.1.0"
    beside = os.path.join(os.path.dirname(os.path.dirname(interpreter)), "lib", library)
    if os.path.exists(beside):
        sources[f"/python/lib/{library}"] = beside
    multiarch = sysconfig.get_config_var("MULTIARCH") or ""
    for directory in ("/lib64", "/usr/lib64", f"/usr/lib/{multiarch}", f"/lib/{multiarch}"):
        if os.path.realpath(directory) == directory:  # where /lib is a link, so is ours
            sources[directory] = directory
    return {place: path for place, path in sources.items() if os.path.exists(path)}


def _build(plan: Plan) -> None:
    sources = _sources(plan)
    opened = {place: os.open(path, os.O_PATH | os.O_CLOEXEC) for place, path in sources.items()}
    directories = {place for place, path in sources.items() if os.path.isdir(path)}  # before _ROOT hides some
    devices = {name: os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC) for name in _DEVICES}
    kernel.mount("none", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    quiet = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("tmpfs", _ROOT, "tmpfs", quiet, "size=1m,nr_inodes=512,mode=755")
    for place, descriptor in opened.items():
        _bind(descriptor, _ROOT + place, place in directories, kernel.MS_NODEV)
    for name, descriptor in devices.items():
        _bind(descriptor, f"{_ROOT}/dev/{name}", False, kernel.MS_NOEXEC)
    _furnish()
    kernel.mount("tmpfs", f"{_ROOT}/tmp", "tmpfs", quiet, "size=16m,nr_inodes=256,mode=755")
    os.makedirs(f"{_ROOT}/proc")
    kernel.mount("proc", f"{_ROOT}/proc", "proc", quiet | kernel.MS_NOEXEC)
    os.makedirs(f"{_ROOT}/old")
    kernel.pivot_root(_ROOT, f"{_ROOT}/old")
    os.chdir("/")
    kernel.unmount("/old")
    os.rmdir("/old")
    kernel.mount("none", "/", "", kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | quiet)
    kernel.set_hostname("box")


def _bind(descriptor: int, target: str, directory: bool, flags: int) -> None:
    """Bind what `descriptor` stands for at `target`, read-only and without set-uid."""
    os.makedirs(target if directory else os.path.dirname(target), exist_ok=True)
    if not directory:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.mount(f"/proc/self/fd/{descriptor}", target, "", kernel.MS_BIND | kernel.MS_REC)
    # What the host forbids of a mount may not be allowed again by a remount, so keep its flags.
    kept = os.statvfs(target).f_flag & (
        kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC | kernel.MS_NOATIME
    )
    if os.statvfs(target).f_flag & os.ST_RELATIME:
        kept |= kernel.MS_RELATIME
    # Devices too: they are written through all the same, and their mode, owner and times stay the host's.
    locks = kernel.MS_RDONLY | kernel.MS_NOSUID
    kernel.mount("none", target, "", kernel.MS_REMOUNT | kernel.MS_BIND | locks | kept | flags)


def _furnish() -> None:
    """The directories that every run covers with its own, and the few files programs look for."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for place in (
        "/box",
        "/tmp",
        "/dev/shm",
        "/etc",
        "/sandbox/grading",
        "/venv/bin",
        f"/venv/lib/{version}",
    ):
        os.makedirs(_ROOT + place, exist_ok=True)
    for place, text in (
        ("/etc/passwd", _PASSWD),
        ("/etc/group", _GROUP),
        ("/etc/hosts", _HOSTS),
        ("/etc/nsswitch.conf", _LOOK_UP),
        ("/sandbox/grading/__init__.py", ""),
        ("/venv/pyvenv.cfg", "home = /python/bin\n"),
    ):
        with open(_ROOT + place, "w", encoding="utf-8") as file:
            file.write(text)
    for name in ("lib", "lib64"):
        if os.path.islink(f"/{name}"):
            os.symlink(os.readlink(f"/{name}").removeprefix("/"), f"{_ROOT}/{name}")
    os.symlink("/proc/self/fd", f"{_ROOT}/dev/fd")
    _furnish_venv()


def _furnish_venv() -> None:
    """What a learner knows as the interpreter: it finds the environment's libraries by itself."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for name in ("python", "python3", version):
        os.symlink(f"/python/bin/{version}", f"{_ROOT}/venv/bin/{name}")
    os.symlink("/env", f"{_ROOT}/venv/lib/{version}/site-packages")


def _become_zygote(plan: Plan) -> None:
    os.set_inheritable(plan["control"], True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    begin = (
        "import sys; sys.path[:0] = ['/sandbox', '/env']; from grading.sandbox import zygote; zygote.main()"
    )
    settings = json.dumps(
        {key: plan[key] for key in ("role", "preload", "rehearsal", "control", "unprivileged")}
    )
    arguments = [_PROGRAM, "-I", "-S", "-B", "-X", "utf8", "-c", begin, settings]  # becomes sys.executable
    os.execve(f"/python/bin/{version}", arguments, ENVIRONMENT)
