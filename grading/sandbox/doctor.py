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
import textwrap
from pathlib import Path

import msgspec

from grading.sandbox.wire import Ask, Health, WireError, decode_reply, receive, send

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
        log = Path(folder) / "log"
        with log.open("wb") as written:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=written)
        assert process.stdout
        try:
            if not process.stdout.readline():  # it announces itself once it knows how it stands
                raise WireError(f"one that was started for the question ended: {log.read_text()[-2000:]}")
            return ask(path)
        finally:
            process.terminate()
            process.wait()


def show(health: Health, *, everything: bool) -> None:
    """What is not protected first, with what to do; then what is, by name or with how."""
    if health.ready:
        print(f"The sandbox is ready ({health.shape}); environments: {', '.join(health.environments)}.")
    else:
        print(f"The sandbox takes no jobs: {health.reason}.")
    if health.unprotected:
        print("\nWorth your eye:")
    for layer in health.unprotected:
        print(f"  {layer.state.upper():8} {layer.name}: {layer.sentence}")
        if layer.remedy:
            print(f"           what to do: {layer.remedy}")
    print("\nProtected:" if everything else "\nProtected (--all says how):")
    for group, layers in health.protected.items():
        if everything:
            print(f"  {group}")
            print("\n".join(f"    {layer.name}: {layer.sentence}" for layer in layers))
        else:
            names = f"{group}: {'; '.join(layer.name for layer in layers)}"
            print(textwrap.fill(names, 100, initial_indent="  ", subsequent_indent="    "))


def check(path: Path) -> int:
    """Whether the supervisor at `path` takes jobs, as an exit code; silent where it does."""
    try:
        health = ask(path)
    except (OSError, WireError) as error:
        print(f"No sandbox answers at {path}: {error}.")
        return 1
    if not health.ready:
        show(health, everything=False)
    return 0 if health.ready else 1


def main() -> int:
    """Exit code 0: jobs are taken; 1: none are."""
    parser = argparse.ArgumentParser(
        prog="./lms doctor", description="What protects this host from learner code."
    )
    parser.add_argument("--socket", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--environments", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--all", action="store_true", help="say of each layer how it protects")
    parser.add_argument("--json", action="store_true", help="for machines: everything, on one line")
    parser.add_argument("--quiet", action="store_true", help="ask only whether it takes jobs")
    options = parser.parse_args()
    if options.quiet:
        return check(options.socket)
    if not (options.environments and options.data):
        parser.error("--environments and --data say how to start a sandbox where none runs")
    try:
        health = _ask_any(options.socket, options.environments, options.data)
    except (OSError, WireError) as error:
        print(f"The sandbox cannot be asked: {error}.", file=sys.stderr)
        return 1
    if options.json:
        print(msgspec.json.encode(health).decode())
    else:
        show(health, everything=options.all)
    return 0 if health.ready else 1


def _ask_any(path: Path, environments: Path, data: Path) -> Health:
    try:
        return ask(path)
    except (OSError, WireError):
        return _ask_a_new_one(environments, data)


if __name__ == "__main__":
    sys.exit(main())
