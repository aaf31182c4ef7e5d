"""Stand-ins for the images of a registry, made from Debian's packages: no registry is asked.

A Debian root is made once with debootstrap, kept in var/containers and imported as
`debian:bookworm-slim`. Every other stand-in is a small Dockerfile on top of it, in this folder, and
named as the official image whose contract it keeps: `stand_in(engine, "python:3.11-slim-bookworm")`
builds `python.Dockerfile`. To add one, add its file.

What a build downloads comes from where this host's own apt and pip fetch: their settings
(mirror, proxy, index, certificates) are read here, at the time of the test, and put into the stand-in.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.containers.engine import ROOT, VAR, Engine, EngineError

_HERE = Path(__file__).parent
_DEBIAN = "debian:bookworm-slim"
_SUITE = "bookworm"
_CERTIFICATES = "etc/host-certificates.pem"
_PIP_SETTINGS = {"index-url", "extra-index-url", "trusted-host", "proxy", "default-timeout", "timeout"}


def stand_in(engine: Engine, name: str) -> None:
    """Make the image called `name` unless the engine has it. Its Dockerfile is named for its first part."""
    debian(engine)
    with tempfile.TemporaryDirectory() as empty:
        recipe = _HERE / f"{name.partition(':')[0]}.Dockerfile"
        engine.build(name, Path(empty), "--file", str(recipe))  # the engine's cache knows what is there


def debian(engine: Engine) -> None:
    """Import the Debian root under the name that the other stand-ins build on."""
    if engine.docker("images", "--quiet", _DEBIAN):
        return
    engine.docker("import", "--change", 'CMD ["bash"]', str(_debian_root()), _DEBIAN)


def _debian_root(place: Path = VAR / "containers") -> Path:
    """The tar file of a minimal Debian; made once, in about a minute."""
    kept = place / f"{_SUITE}.tar"
    if kept.exists():
        return kept
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        root, unfinished = Path(folder) / "root", Path(folder) / "tar"
        _run("debootstrap", "--variant=minbase", _SUITE, str(root), *_mirror())
        _settle_in(root)
        _run("tar", "--create", "--numeric-owner", "--file", str(unfinished), "--directory", str(root), ".")
        unfinished.rename(kept)
    return kept


def _settle_in(root: Path) -> None:
    """Leave out what a slim image leaves out, and let it fetch as this host does."""
    for name in ("var/cache/apt/archives", "var/lib/apt/lists", "usr/share/doc", "usr/share/man"):
        shutil.rmtree(root / name, ignore_errors=True)
    (root / "var/cache/apt/archives/partial").mkdir(parents=True)
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    proxies = [line for line in _run("apt-config", "dump", "Acquire").splitlines() if "::Proxy " in line]
    (root / "etc/apt/apt.conf.d/90host").write_text(
        "\n".join([*proxies, 'APT::Install-Recommends "false";', ""])
    )
    settings, certificates = _pip_settings()
    if certificates:
        shutil.copy(certificates, root / _CERTIFICATES)
        settings["cert"] = f"/{_CERTIFICATES}"
    lines = [f"{key} = {value}" for key, value in settings.items()]
    (root / "etc/pip.conf").write_text("\n".join(["[global]", *lines, ""]))


def _mirror() -> list[str]:
    """Where this host's apt fetches Debian from; nothing where it does not say: debootstrap knows one."""
    listed = _run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages")
    for line in listed.splitlines():
        suite, _, address = line.partition(" ")
        if suite == _SUITE and address.startswith("http"):
            return [address]
    return []


def _pip_settings() -> tuple[dict[str, str], str]:
    """What this host's pip is told that holds in a container too, and its file of certificates."""
    found, certificates = {}, ""
    for line in _run(sys.executable, "-m", "pip", "config", "list").splitlines():
        key, _, quoted = line.partition("=")
        name, value = key.rpartition(".")[2], " ".join(shlex.split(quoted))
        if name == "cert" and Path(value).is_file():
            certificates = value
        elif name in _PIP_SETTINGS and "file:" not in value:
            found[name] = value
    return found, certificates


def _run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}, check=False
    )
    if done.returncode:
        raise EngineError(f"{shlex.join(command)}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def sandbox(engine: Engine) -> str:
    """Build the sandbox's image from this checkout; returns its name. Unchanged parts are not built anew."""
    stand_in(engine, "python:3.11-slim-bookworm")
    leave_out = shutil.ignore_patterns("__pycache__")
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        (context / "grading").mkdir()
        shutil.copy(ROOT / "grading" / "__init__.py", context / "grading")
        for name in ("grading/sandbox", "fixtures/data"):
            shutil.copytree(ROOT / name, context / name, ignore=leave_out)
        engine.build("gradient-sandbox", context, "--file", str(context / "grading/sandbox/Dockerfile"))
    return "gradient-sandbox"
