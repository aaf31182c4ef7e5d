"""The client of the supervisor, against sockets that do not behave."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from grading import sandbox_runner
from grading.runner import RunnerUnavailable, Waiting
from grading.sandbox.wire import (
    Check,
    CheckDone,
    CheckStarted,
    Collected,
    Ending,
    Finished,
    Health,
    Job,
    Limits,
    Refused,
    frame,
    receive,
)
from grading.sandbox_runner import SandboxRunner

JOB = Job(id="1", environment="base", files={"solution.py": ""}, tests="", limits=Limits(wall_s=0.2))


@pytest.fixture
def answering(tmp_path):
    """A supervisor that reads one request and says what it is told to say."""
    servers = []

    def answering(*messages, path=tmp_path / "s.sock", then=lambda connection: None):
        server = socket.socket(socket.AF_UNIX)
        servers.append(server)
        server.bind(str(path))
        server.listen()

        def serve():
            connection, _ = server.accept()
            with connection:
                receive(connection)
                for message in messages:
                    connection.sendall(message if isinstance(message, bytes) else frame(message))
                then(connection)

        threading.Thread(target=serve, daemon=True).start()
        return SandboxRunner(path)

    yield answering
    for server in servers:
        server.close()


def run(runner, on_event=lambda event: None):
    return runner.run(JOB, on_event)


def test_where_nobody_listens_the_sentence_says_what_to_do(tmp_path):
    for ask in (
        SandboxRunner(tmp_path / "none.sock").health,
        lambda: run(SandboxRunner(tmp_path / "none.sock")),
    ):
        with pytest.raises(RunnerUnavailable, match=r"not running.*doctor") as error:
            ask()
        assert error.value.untouched


def test_a_path_longer_than_a_socket_address_may_be_works(tmp_path, monkeypatch, answering):
    folder = tmp_path / ("a" * 100) / ("b" * 100)
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    answering(Health(True, "", [], {}), path="s.sock")
    assert SandboxRunner(folder / "s.sock").health().ready


@pytest.mark.parametrize(
    ("ready", "environments", "counted"),
    [(True, ["base"], True), (True, ["torch"], False), (True, [], False), (False, ["base"], False)],
)
def test_a_refusal_is_counted_unless_nobody_takes_such_jobs(
    answering, monkeypatch, ready, environments, counted
):
    """Where its environment is being started again, say, the job waits: nobody has touched it."""
    health = Health(ready, "", [], dict.fromkeys(environments, "abc"))
    monkeypatch.setattr(SandboxRunner, "health", lambda self: health)
    with pytest.raises(RunnerUnavailable, match="not now") as error:
        run(answering(Refused("not now")))
    assert (error.value.permanent, error.value.untouched) == (False, not counted)


def test_a_final_refusal_is_final(answering):
    with pytest.raises(RunnerUnavailable, match="no torch") as error:
        run(answering(Refused("no torch", permanent=True)))
    assert (error.value.permanent, error.value.untouched) == (True, False)


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([], "stopped in the middle"),
        ([Collected([])], "stopped in the middle"),
        ([b"\0\0"], "something else than a frame"),
        ([b"\xff\xff\xff\xff"], "something else than a frame"),
        ([b"\0\0\0\x03abc"], "something else than a frame"),
        ([Health(True, "", [], {})], "answered a job with Health"),
    ],
)
def test_an_answer_that_makes_no_sense_is_our_failure(answering, messages, says):
    with pytest.raises(RunnerUnavailable, match=says) as error:
        run(answering(*messages))
    assert not error.value.permanent
    assert not error.value.untouched


def test_one_that_never_answers_is_left_in_time(answering, monkeypatch):
    monkeypatch.setattr(sandbox_runner, "GRACE_S", 0.1)
    monkeypatch.setattr(sandbox_runner, "TICK_S", 0.05)
    seen = []
    with pytest.raises(RunnerUnavailable, match="did not finish it in time"):
        run(answering(then=lambda connection: connection.recv(1)), seen.append)
    assert seen.count(Waiting()) >= 2


def test_one_that_stops_inside_a_frame_is_left_in_time(answering, monkeypatch):
    monkeypatch.setattr(sandbox_runner, "ANSWER_S", 0.1)
    with pytest.raises(RunnerUnavailable, match="did not answer within"):
        run(answering(b"\0\0", then=lambda connection: connection.recv(1)))


def test_one_that_drips_is_left_in_time(answering, monkeypatch):
    """Each byte comes before anybody loses patience with it, and the frame never ends."""
    monkeypatch.setattr(sandbox_runner, "GRACE_S", 0.1)
    monkeypatch.setattr(sandbox_runner, "ANSWER_S", 0.3)

    def drip(connection):
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(b"x")
                time.sleep(0.01)

    with pytest.raises(RunnerUnavailable, match="did not answer within"):
        run(answering(b"\0\1\0\0", then=drip))


def test_one_that_never_stops_talking_is_left(answering, monkeypatch):
    monkeypatch.setattr(sandbox_runner, "MOST_EVENTS", 100)
    with pytest.raises(RunnerUnavailable, match="more of one run"):
        run(answering(*[CheckStarted("test_a")] * 101))


def test_one_that_says_more_than_can_be_kept_is_left(answering, monkeypatch):
    monkeypatch.setattr(sandbox_runner, "MOST_BYTES", 1_000)
    with pytest.raises(RunnerUnavailable, match="more of one run"):
        run(answering(*[CheckDone("test_a", "failed", "x" * 600)] * 2))


def test_a_text_that_is_none_is_no_frame(answering):
    with pytest.raises(RunnerUnavailable, match="something else than a frame"):
        run(answering(b"\0\0\0\x08\x81\xa4type\xa1\xff"))


def test_checks_without_a_turn_are_skipped_and_never_passed(answering):
    checks = Collected([Check("test_a", "A"), Check("test_b", "B")])
    report = run(answering(checks, Finished(Ending.TOO_SLOW)))
    assert report.verdict == "too-slow"
    assert [(result.name, result.outcome) for result in report.results] == [
        ("test_a", "skipped"),
        ("test_b", "skipped"),
    ]


def test_a_run_that_claims_to_have_finished_without_its_results_is_our_failure(answering):
    report = run(answering(Collected([Check("test_a", "A")]), Finished(Ending.FINISHED)))
    assert report.verdict == "platform-error"
