"""Frames: what goes in comes out, and nothing else comes in."""

from __future__ import annotations

import socket
import struct
import threading

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from grading.sandbox import wire
from grading.sandbox.wire import Ask, CheckDone, Finished, Job, Limits, WireError


def sent(data: bytes) -> bytes | None:
    """What `receive` makes of these bytes and then a closed line."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        sender = threading.Thread(target=lambda: (theirs.sendall(data), theirs.shutdown(socket.SHUT_WR)))
        sender.start()
        try:
            return wire.receive(ours)
        finally:
            sender.join()


@given(
    some.builds(
        Job,
        id=some.text(max_size=20),
        environment=some.text(max_size=20),
        files=some.dictionaries(some.text(max_size=20), some.text(max_size=200), min_size=1, max_size=3),
        tests=some.text(max_size=200),
        data=some.lists(some.text(max_size=20), max_size=3),
        limits=some.builds(Limits, cpu_s=some.floats(0.1, 100), memory_mb=some.integers(1, 4096)),
        seed=some.integers(0, 2**63),
    )
)
def test_a_job_arrives_as_it_was_sent(job: Job) -> None:
    body = sent(wire.frame(job))
    assert body is not None
    assert wire.decode_request(body) == job


@given(some.binary(max_size=200))
def test_bytes_that_are_no_message_are_refused_with_one_kind_of_error(data: bytes) -> None:
    for decode in (wire.decode_request, wire.decode_reply, wire.decode_word):
        try:
            message = decode(data)
        except WireError:
            continue
        assert isinstance(message, msgspec.Struct)


@pytest.mark.parametrize(
    "body",
    [b"\x81\xa4type\xa1\xff", b"\x82\xa4type\xa3Job\xa2id\xa1\xff", b"\x82\xa4type\xa3Job\xa1\xff\xa1a"],
    ids=["a tag", "a value", "a key"],
)
def test_a_text_that_is_not_utf_8_is_no_message(body: bytes) -> None:
    with pytest.raises(WireError, match="utf-8"):
        wire.decode_request(body)


def test_a_reason_quotes_no_more_than_a_little_of_what_came() -> None:
    body = msgspec.msgpack.encode({"type": "Ask", "x" * 100_000: 1})
    with pytest.raises(WireError) as error:
        wire.decode_request(body)
    assert len(str(error.value)) <= 500


def test_a_reply_is_no_request() -> None:
    with pytest.raises(WireError):
        wire.decode_request(wire.frame(Finished(wire.Ending.FINISHED))[4:])


def test_an_unknown_field_is_refused() -> None:
    body = msgspec.msgpack.encode({"type": "CheckDone", "name": "test_x", "outcome": "passed", "grade": 100})
    with pytest.raises(WireError, match="grade"):
        wire.decode_reply(body)
    assert isinstance(wire.decode_reply(wire.frame(CheckDone("test_x", "passed"))[4:]), CheckDone)


def test_a_frame_that_announces_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(WireError, match="at most"):
        sent(struct.pack(">I", wire.MAX_FRAME + 1))


def test_a_line_that_closes_between_frames_is_an_end_and_inside_one_an_error() -> None:
    assert sent(b"") is None
    with pytest.raises(WireError, match="inside a frame"):
        sent(wire.frame(Ask())[:-1])
    with pytest.raises(WireError, match="inside a frame"):
        sent(b"\0\0")
