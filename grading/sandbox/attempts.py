"""How an attack is tried: by system calls as they are, and by processes that may die of it.

For `attacks`, which runs in a sandbox.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import re
import signal
import stat
from collections.abc import Callable
from pathlib import Path

from grading.sandbox.syscalls import NUMBERS

_libc = ctypes.CDLL(None, use_errno=True)
_COLUMN = {"x86_64": 0, "aarch64": 1}[os.uname().machine]  # of the tables in `syscalls`
_AT_FDCWD = -100
_ZEROS = (0,) * 6

# What each is called with; with nothing but zeros where it is not here. Harmless where it is let through.
_ARGUMENTS: dict[str, tuple[int | bytes, ...]] = {
    "fspick": (_AT_FDCWD, b"/box", 0),
    "open_tree": (_AT_FDCWD, b"/box", 0),
    "move_mount": (_AT_FDCWD, b"/box", _AT_FDCWD, b"/tmp", 0),
    "mount_setattr": (_AT_FDCWD, b"/box", 0),
    "ptrace": (16, 1),  # PTRACE_ATTACH
    "process_vm_readv": (1,),
    "process_vm_writev": (1,),
    "mknodat": (_AT_FDCWD, b"/box/device", stat.S_IFCHR | 0o600, 0x0101),
    "open_by_handle_at": (-1,),
    "memfd_secret": (1,),  # a flag that there is not
    "shmget": (0, 4096, 0o1600),
    "msgget": (0, 0o1600),
    "splice": (-1, 0, -1, 0, 1),
    "tee": (-1, -1, 1),
    "sendfile": (-1, -1, 0, 1),
    "sendmsg": (-1,),
    "seccomp": (2,),  # asks what the kernel can
    "personality": (0x0040000,),  # addresses that are no longer random
    "syslog": (10,),  # how long the kernel's log is
    "setns": (-1,),
    "connect": (-1,),
    "bind": (-1,),
    "listen": (-1,),
}


def exists(name: str) -> bool:
    """Whether this kind of processor has the call at all."""
    return NUMBERS[name][_COLUMN] is not None


def call(name: str, *arguments: int | bytes) -> tuple[int, int]:
    """Make a system call: what it answers, and errno."""
    number = NUMBERS[name][_COLUMN]
    ctypes.set_errno(0)
    words = [word if isinstance(word, bytes) else ctypes.c_long(word) for word in (*arguments, *_ZEROS)[:6]]
    return _libc.syscall(ctypes.c_long(-1 if number is None else number), *words), ctypes.get_errno()


def is_refused(name: str, *arguments: int | bytes) -> bool:
    result, number = call(name, *(arguments or _ARGUMENTS.get(name, ())))
    return result == -1 and number in (errno.EPERM, errno.ENOSYS)


def let_through(names: str) -> list[str]:
    """Those that are not refused."""
    return [name for name in names.split() if not is_refused(name)]


def clones(flag: int) -> bool:
    result, _ = call("clone", flag | signal.SIGCHLD)
    if result == 0:
        os._exit(0)
    if result > 0:
        os.waitpid(result, 0)
    return result > 0


def dies(attempt: Callable[[], object]) -> bool:
    """Whether the kernel ends a process that tries it."""
    child = os.fork()
    if not child:
        attempt()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def call_by_x32() -> None:
    """getpid, by its number in the x32 table."""
    _libc.syscall(0x40000000 | 39)


def call_by_interrupt() -> None:
    """getpid, by its number in the 32-bit table."""
    page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))  # mov eax, 20; int 0x80; ret
    ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()


def works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, ValueError):
        return False
    return True


def opens(path: str, flags: int) -> bool:
    try:
        os.close(os.open(path, flags))
    except OSError:
        return False
    return True


def read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def holds(memory: int, start: int, end: int, mark: re.Pattern[bytes]) -> bool:
    step, overlap = 4 << 20, 64
    for place in range(start, end, step):
        try:
            if mark.search(os.pread(memory, min(step + overlap, end - place), place)):
                return True
        except OSError:  # a guard page
            continue
    return False
