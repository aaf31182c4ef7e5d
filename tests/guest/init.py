"""The guest's process 1: mounts what a program expects, runs the scenes, powers off."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import traceback
from pathlib import Path

SOURCE = "/source"
ENVIRONMENT = f"{SOURCE}/var/environments/base"
POWER_OFF = 0x4321FEDC


def mount_all() -> None:
    from grading.sandbox import kernel

    quiet = kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("proc", "/proc", "proc", quiet)
    kernel.mount("sysfs", "/sys", "sysfs", quiet)
    if not Path("/dev/nvme1n1").exists():  # unless the kernel has done so already
        kernel.mount("devtmpfs", "/dev", "devtmpfs", kernel.MS_NOSUID)
    for place in ("/run", "/tmp", "/dev/shm"):
        Path(place).mkdir(exist_ok=True)
        kernel.mount("tmpfs", place, "tmpfs", quiet, "mode=1777")
    # With the options that systemd mounts it with.
    kernel.mount("cgroup2", "/sys/fs/cgroup", "cgroup2", quiet, "nsdelegate,memory_recursiveprot")
    kernel.mount("/dev/nvme1n1", ENVIRONMENT, "ext4", quiet | kernel.MS_RDONLY)


def run_the_scenes() -> None:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/tmp",
        "TMPDIR": "/tmp",
        "LANG": "C.UTF-8",
        "PYTHONPATH": f"{SOURCE}:/site:{ENVIRONMENT}/site-packages",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    program = subprocess.Popen([sys.executable, "-m", "tests.guest.inside"], cwd=SOURCE, env=environment)
    while os.wait()[0] != program.pid:  # orphans come here too
        pass


def main() -> None:
    sys.path[:0] = [SOURCE]
    try:
        mount_all()
        run_the_scenes()
    except Exception:  # noqa: BLE001 - whatever it is, the guest must power off
        traceback.print_exc()
    finally:
        os.sync()
        ctypes.CDLL(None).reboot(POWER_OFF)


if __name__ == "__main__":
    main()
