"""The guest's kernel and disks, from Debian's packages and from this checkout.

No root, no mount, no chroot: packages are downloaded and unpacked, never installed, and `mke2fs`
fills a file system from a folder. The kernel has NVMe and ext4 built in, so the guest needs no
initial RAM disk. What only depends on packages is kept below `var/guest`; the root disk holds our
source, and is made anew for each guest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.hostile.supervised import ENVIRONMENTS, ROOT

_KEPT = Path(os.environ.get("GRADIENT_VAR") or ROOT / "var") / "guest"
_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
_KERNEL = "linux-image-cloud-amd64"  # names the newest one
# The interpreter that our environments were installed for, and what its modules and theirs link to.
_PACKAGES = (
    f"{_PYTHON}-minimal",
    f"lib{_PYTHON}-minimal",
    f"lib{_PYTHON}-stdlib",
    "libbz2-1.0",
    "libc6",
    "libcrypt1",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "liblzma5",
    "libsqlite3-0",
    "libssl3",
    "libstdc++6",
    "libuuid1",
    "tzdata",
    "zlib1g",
)
_SOURCE = (
    "grading",
    "tests/__init__.py",
    "tests/containers",
    "tests/guest",
    "tests/hostile",
    "fixtures/data",
)
_SITE = ("django", "asgiref", "sqlparse")  # what `grading.runner` imports, beside the learners' packages
_PLACES = ("dev", "proc", "sys", "run", "tmp", "source/var/environments/base")


class CannotBeMade(Exception):
    """One sentence: what this machine lacks."""


@dataclass(frozen=True)
class Image:
    kernel: Path
    root: Path
    environment: Path
    python: str = f"/usr/bin/{_PYTHON}"


def make(folder: Path) -> Image:
    """The disks of a guest: the root in `folder`, the others kept. CannotBeMade where a part is missing."""
    for command, package in (("mke2fs", "e2fsprogs"), ("apt-get", "apt"), ("dpkg-deb", "dpkg")):
        if not _found(command):
            raise CannotBeMade(f"needs {command}: on Debian, apt install {package}")
    system = _kept("system", _unpack_system)
    kernel = next(_kept("kernel", _unpack_kernel).glob("boot/vmlinuz-*"))
    name = f"base-{(ENVIRONMENTS / 'base' / 'digest').read_text()[:16]}.ext4"
    environment = _kept(name, lambda draft: _file_system(draft, ENVIRONMENTS / "base", megabytes=2048))
    tree = folder / "root"
    shutil.copytree(system, tree, symlinks=True)
    _add_ours(tree)
    root = folder / "root.ext4"
    _file_system(root, tree, megabytes=512)
    shutil.rmtree(tree)
    return Image(kernel, root, environment)


def _found(command: str) -> str | None:
    return shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _kept(name: str, make_at) -> Path:
    """What `make_at` makes, made once: it gets its name when it is whole."""
    place = _KEPT / name
    if not place.exists():
        _KEPT.mkdir(parents=True, exist_ok=True)
        draft = _KEPT / f".{name}.{os.getpid()}"
        try:
            make_at(draft)
            draft.rename(place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
            if draft.is_file():
                draft.unlink()
    return place


def _unpack_system(folder: Path) -> None:
    for name in ("bin", "sbin", "lib", "lib64"):  # as Debian lays it out: all of it below /usr
        (folder / "usr" / name).mkdir(parents=True)
        (folder / name).symlink_to(f"usr/{name}")
    for package in _PACKAGES:
        _unpack(package, folder)
    _compile(folder / "usr" / "lib" / _PYTHON)


def _unpack_kernel(folder: Path) -> None:
    told = _apt("apt-cache", "depends", "--important", _KERNEL)
    names = [line.split()[1] for line in told.splitlines() if line.strip().startswith("Depends: linux-image")]
    if not names:
        raise CannotBeMade(f"needs Debian's package {_KERNEL}, which apt does not know here: apt-get update")
    folder.mkdir()
    _unpack(names[0], folder)
    shutil.rmtree(folder / "lib")  # its modules; what the guest needs is built in


def _unpack(package: str, folder: Path) -> None:
    downloads = folder.with_name(f"{folder.name}.downloads")
    downloads.mkdir()
    try:
        _apt("apt-get", "download", "--quiet", package, cwd=downloads)
        (file,) = downloads.glob("*.deb")
        # Not `dpkg-deb -x`, which puts a folder in the place of a link to one.
        content = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE)
        tar = ["tar", "-x", "--keep-directory-symlink", "--no-same-owner", "-C", str(folder)]
        subprocess.run(tar, stdin=content.stdout, check=True)
        if content.wait():
            raise CannotBeMade(f"needs Debian's package {package}, which could not be unpacked")
    finally:
        shutil.rmtree(downloads)


def _add_ours(tree: Path) -> None:
    for place in _PLACES:
        (tree / place).mkdir(parents=True, exist_ok=True)
    forget = shutil.ignore_patterns("__pycache__", "locale", "contrib")
    for name in _SOURCE:
        _copy(ROOT / name, tree / "source" / name, forget)
    for name in _SITE:
        _copy(Path(sys.prefix) / "lib" / _PYTHON / "site-packages" / name, tree / "site" / name, forget)

    # What runs find imported makes no difference to control groups, and takes half a minute here.
    lists = tree / "source/grading/sandbox/environments"
    (lists / "base.preload").write_text("numpy\n")
    (lists / "base.rehearsal/solution.py").write_text("def double(n):\n    return 2 * n\n")
    (lists / "base.rehearsal/tests.py").write_text(
        "def test_double(solution):\n    assert solution.double(2) == 4\n"
    )
    _compile(tree / "source", tree / "site")


def _compile(*folders: Path) -> None:
    """Emulated, each start of Python would otherwise spend seconds on it, as the disk is read-only."""
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-x", "/[A-Z][0-9][0-9]-"]  # what is handed in need not be Python
    subprocess.run([*command, *folders], check=True)


def _copy(what: Path, to: Path, forget) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if what.is_dir():
        shutil.copytree(what, to, ignore=forget)
    else:
        shutil.copyfile(what, to)


def _file_system(file: Path, folder: Path, *, megabytes: int) -> None:
    command = [_found("mke2fs") or "mke2fs", "-q", "-t", "ext4", "-m", "0", "-O", "^has_journal"]
    command += ["-E", "root_owner=0:0", "-d", str(folder), str(file), f"{megabytes}M"]
    subprocess.run(command, check=True)


def _apt(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBeMade(f"needs `{' '.join(command)}` to work here: {done.stderr.strip()[-500:]}")
    return done.stdout
