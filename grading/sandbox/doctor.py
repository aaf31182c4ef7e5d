"""Asks a supervisor what protects this host, and prints it: `python -m grading.sandbox.doctor`.

Where none answers at the socket, one is started for the question and ended again. With `--quiet` only
the one at the socket is asked, and only trouble is printed: a container's health check.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from grading.sandbox.wire import Ask, Health, WireError, decode_reply, receive, send

_MARKS = {"protected": "ok  ", "reduced": "note", "missing": "MISS"}
_ASK_TIMEOUT = 10.0  # seconds


def connect(path: Path) -> socket.socket:
    """A connection to the supervisor; OSError where none listens. The path may be of any length."""
    directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(_ASK_TIMEOUT)
        try:
            sock.connect(f"/proc/self/fd/{directory}/{path.name}")
        except OSError:
            sock.close()
            raise
        return sock
    finally:
        os.close(directory)


def ask(path: Path) -> Health:
    """What the supervisor at `path` says of itself. Raises OSError or WireError where it cannot."""
    with connect(path) as sock:
        send(sock, Ask())
        body = receive(sock)
    reply = decode_reply(body) if body is not None else None
    if not isinstance(reply, Health):
        raise WireError("the supervisor closed the connection without a word about itself")
    return reply


def _ask_a_new_one(environments: Path, data: Path) -> Health:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "socket"
        command = [sys.executable, "-m", "grading.sandbox.supervisor", "--spares", "1"]
        command += ["--socket", str(path), "--environments", str(environments), "--data", str(data)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert process.stdout
        try:
            process.stdout.readline()  # it announces itself once it knows how it stands
            return ask(path)
        finally:
            process.terminate()
            process.wait()


def show(health: Health) -> None:
    if health.ready:
        print(f"The sandbox is ready ({health.shape}); environments: {', '.join(health.environments)}.")
    else:
        print(f"The sandbox takes no jobs: {health.reason}.")
    for layer in health.protections:
        print(f"  {_MARKS[layer.state]}  {layer.name}: {layer.state}. {layer.sentence}")
        if layer.state != "protected" and layer.remedy:
            print(f"        what to do: {layer.remedy}")


def check(path: Path) -> int:
    """Whether the supervisor at `path` takes jobs, as an exit code; silent where it does."""
    try:
        health = ask(path)
    except (OSError, WireError) as error:
        print(f"No sandbox answers at {path}: {error}.")
        return 1
    if not health.ready:
        show(health)
    return 0 if health.ready else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Say what protects this host from learner code.")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--quiet", action="store_true", help="ask only whether it takes jobs")
    parser.add_argument("--environments", type=Path)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args()
    if options.quiet:
        return check(options.socket)
    if not (options.environments and options.data):
        parser.error("--environments and --data say how to start a sandbox where none runs")
    try:
        health = ask(options.socket)
    except (OSError, WireError):
        health = _ask_a_new_one(options.environments, options.data)
    show(health)
    return 0 if health.ready else 1


if __name__ == "__main__":
    sys.exit(main())
