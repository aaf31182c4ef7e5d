"""What comes to the supervisor's socket and is no honest worker."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.sandbox import wire
from grading.sandbox.doctor import connect
from grading.sandbox.wire import Job, Limits, Refused
from grading.verdict import Verdict
from tests.hostile.supervised import ENVIRONMENTS, ROOT, Supervised, shapes, supervised
from tests.hostile.test_hostile import HONEST, SLOW

pytestmark = [
    pytest.mark.hostile,
    pytest.mark.skipif(
        not (ENVIRONMENTS / "base" / "site-packages").is_dir(),
        reason="the base environment is not installed: ./lms test installs it",
    ),
]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervised]:
    folder = tmp_path_factory.mktemp("strangers")
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)
    with supervised(shapes()[0], folder) as running:
        yield running


def answer_to(sandbox: Supervised, data: bytes) -> object:
    with connect(sandbox.path) as sock:
        sock.sendall(data)
        body = wire.receive(sock)
        return None if body is None else wire.decode_reply(body)


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">I", 5) + b"hello",
        struct.pack(">I", 8) + b"\x81\xa4type\xa1\xff",
        struct.pack(">I", 1 << 31),
        b"\0\0\0\0",
    ],
    ids=["http", "garbage", "no UTF-8", "a huge frame", "an empty frame"],
)
def test_what_is_no_request_is_refused_in_words(sandbox: Supervised, data: bytes) -> None:
    answer = answer_to(sandbox, data)
    assert isinstance(answer, Refused)
    assert "no request of this protocol" in answer.reason
    assert sandbox.run(HONEST).verdict is Verdict.PASSED


def test_an_environment_that_is_not_there_is_refused_with_what_to_do(sandbox: Supervised) -> None:
    for name in ("airflow", "../base", "base/../base", "", "a" * 300, "a\0b"):
        answer = answer_to(sandbox, wire.frame(Job("x", name, HONEST.files, HONEST.tests)))
        assert isinstance(answer, Refused)
        assert answer.permanent
        assert "./lms up --all" in answer.reason


@pytest.mark.parametrize(
    ("files", "limits"),
    [
        ({}, Limits()),
        (HONEST.files, Limits(wall_s=float("nan"))),
        (HONEST.files, Limits(cpu_s=float("inf"))),
        (HONEST.files, Limits(memory_mb=-1)),
        (HONEST.files, Limits(processes=1 << 40)),
    ],
    ids=["no files", "a limit that is no number", "no limit", "less than nothing", "more than there are"],
)
def test_a_job_that_no_worker_sends_is_refused(
    sandbox: Supervised, files: dict[str, str], limits: Limits
) -> None:
    answer = answer_to(sandbox, wire.frame(Job("x", "base", files, HONEST.tests, limits=limits)))
    assert isinstance(answer, Refused)
    assert answer.permanent
    assert sandbox.health().ready


def test_a_crowd_that_says_nothing_keeps_no_worker_out_for_good(sandbox: Supervised) -> None:
    """Past so many connections one is told to come again, and is served as soon as others have left."""
    silent = []
    try:
        for _ in range(300):
            silent.append(connect(sandbox.path))
            with contextlib.suppress(BrokenPipeError):  # turned away already
                silent[-1].sendall(b"\0\0")
            time.sleep(0.002)  # fewer knock at once than the socket lets wait
        body = wire.receive(silent[-1])
        assert body is not None
        answer = wire.decode_reply(body)
        assert isinstance(answer, Refused)
        assert not answer.permanent
    finally:
        for sock in silent:
            sock.close()
    assert sandbox.run(HONEST).verdict is Verdict.PASSED


def test_a_worker_that_hangs_up_ends_its_run(sandbox: Supervised) -> None:
    sandbox.settle()  # the run before is told before its processes are gone
    with connect(sandbox.path) as sock:
        wire.send(sock, SLOW)
        assert wire.receive(sock) is not None  # it has begun
        assert sandbox.health().running == 1
    deadline = time.monotonic() + 10
    while sandbox.health().running:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_worker_that_hangs_up_before_it_asked_costs_nothing(sandbox: Supervised) -> None:
    sandbox.settle()
    before = _descriptors(sandbox)
    for data in (b"", b"\0\0", wire.frame(HONEST)[:-1]):
        with connect(sandbox.path) as sock:
            sock.sendall(data)
    sandbox.settle()
    assert _descriptors(sandbox) == before


def _descriptors(sandbox: Supervised) -> int:
    return len(list(Path(f"/proc/{sandbox.process.pid}/fd").iterdir()))


def test_only_its_owner_reaches_the_socket(sandbox: Supervised) -> None:
    assert sandbox.path.stat().st_mode & 0o077 == 0


def test_a_crowd_of_jobs_is_served_one_after_another(sandbox: Supervised) -> None:
    """P01: more jobs than there are spares."""
    lines = []
    for number in range(12):
        sock = connect(sandbox.path)
        sock.settimeout(60)
        wire.send(
            sock, Job(str(number), "base", HONEST.files, HONEST.tests, limits=Limits(cpu_s=2, wall_s=10))
        )
        lines.append(sock)
    for sock in lines:
        assert _ending(sock) == wire.Ending.FINISHED
        sock.close()


def _ending(sock: socket.socket) -> wire.Ending:
    while (body := wire.receive(sock)) is not None:
        reply = wire.decode_reply(body)
        if isinstance(reply, wire.Finished):
            return reply.ending
        assert not isinstance(reply, Refused), reply.reason
    raise AssertionError("the line closed without an end")


def test_where_there_is_no_environment_it_serves_and_refuses(tmp_path: Path) -> None:
    """Fail closed: no sandbox, no run, and a sentence that says why."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "grading.sandbox.supervisor", "--socket", str(tmp_path / "socket")]
    command += ["--environments", str(tmp_path), "--data", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdout
        assert b'"ready": false' in process.stdout.readline()
        running = Supervised("root", process, tmp_path / "socket", tmp_path / "log")
        health = running.health()
        assert not health.ready
        assert "./lms up" in health.reason
        (answer,) = running.replies(HONEST)
        assert isinstance(answer, Refused)
        assert "not installed" in answer.reason
    finally:
        process.terminate()
        process.wait(10)


def test_a_supervisor_that_was_started_with_a_strict_umask_works(tmp_path: Path) -> None:
    for parent in list(tmp_path.parents)[:2]:
        parent.chmod(0o755)
    before = os.umask(0o077)
    try:
        with supervised(shapes()[0], tmp_path) as running:
            assert running.run(HONEST).verdict is Verdict.PASSED
    finally:
        os.umask(before)
