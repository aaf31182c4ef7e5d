"""Starts the guest, and reads what it says until it powers off."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.guest.image import CannotBeMade, Image, make

_QEMU = "qemu-system-x86_64"
_MEMORY_MB = 2048
_WITHIN = 900  # seconds; a guest that is stuck must not hold up everything behind it


def boot(folder: Path) -> dict[str, dict[str, Any]]:
    """Run the scenes in a guest: name → facts. CannotBeMade where this machine cannot have one.

    What the guest's kernel and programs print is left in `folder`/console.
    """
    if not shutil.which(_QEMU):
        raise CannotBeMade(f"needs {_QEMU}: on Debian, apt install qemu-system-x86")
    image = make(folder)
    facts = folder / "facts"
    # What was told until then is judged all the same; the end is a fact of its own.
    with (folder / "qemu").open("wb") as said, contextlib.suppress(subprocess.TimeoutExpired):
        command = _command(image, folder / "console", facts)
        subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=_WITHIN, check=True
        )
    whole_lines, _, _ = facts.read_text(encoding="utf-8", errors="replace").rpartition("\n")
    lines = [json.loads(line) for line in whole_lines.splitlines()]
    return {line["scene"]: line for line in lines}


def _command(image: Image, console: Path, facts: Path) -> list[str]:
    told = [
        "console=ttyS0 quiet panic=-1 root=/dev/nvme0n1 rootfstype=ext4 ro",
        "lsm=landlock,yama",
        f"init={image.python} -- -ISB /source/tests/guest/init.py",
    ]
    # What runs beside it goes first: nothing in the guest is judged by how long it took.
    command = ["nice", "-n", "5", _QEMU, "-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
    command += ["-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max"]
    command += ["-smp", "2", "-m", str(_MEMORY_MB), "-net", "none"]
    command += ["-kernel", str(image.kernel), "-append", " ".join(told)]
    command += ["-serial", f"file:{console}", "-serial", f"file:{facts}"]
    for name, disk in (("root", image.root), ("base", image.environment)):
        command += ["-drive", f"file={disk},format=raw,if=none,id={name},readonly=on"]
        command += ["-device", f"nvme,drive={name},serial={name}"]
    return command
