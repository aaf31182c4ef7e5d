"""What is said of a run's output while it goes on is the beginning of what is said at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.sandbox.output import Output
from grading.sandbox.wire import SHOWN, Stream


class Written:
    """An output and the end of the pipe that a process would write to."""

    def __init__(self) -> None:
        self.reading, self.writing = os.pipe2(os.O_NONBLOCK)
        self.output = Output(self.reading)

    def write(self, data: bytes) -> str:
        """Write and read it: what is then said of it."""
        while data:
            data = data[os.write(self.writing, data) :]
            self.output.read()
        return "".join(printed.text for printed in self.output.unsaid())

    def close(self) -> None:
        os.close(self.reading)
        os.close(self.writing)


@pytest.fixture
def written() -> Iterator[Written]:
    written = Written()
    yield written
    written.close()


def test_each_piece_is_said_once(written: Written) -> None:
    assert [written.write(b"one\n"), written.write(b""), written.write(b"two")] == ["one\n", "", "two"]
    assert written.output.text() == "one\ntwo"


@pytest.mark.parametrize("whole", ["é", "€", "😀"])
def test_half_a_character_waits_for_its_other_half(written: Written, whole: str) -> None:
    *first, last = (bytes([byte]) for byte in whole.encode())
    assert [written.write(byte) for byte in first] == [""] * len(first)
    assert written.write(last) == whole


def test_what_is_no_character_does_not_wait(written: Written) -> None:
    assert written.write(b"\xff\x80\xc0") == "\ufffd" * 3


@pytest.mark.parametrize("escape", [b"\x1b[1;31m", b"\x1b]0;title\x07", b"\x1bPq\x1b\\", b"\x1b(B", b"\x1bc"])
def test_an_escape_sequence_that_comes_in_two_is_dropped_as_a_whole(written: Written, escape: bytes) -> None:
    for cut in range(1, len(escape)):
        assert written.write(b"a" + escape[:cut]) + written.write(escape[cut:] + b"b") == "ab"


def test_an_escape_sequence_that_never_ends_does_not_hold_anything_back_for_long(written: Written) -> None:
    assert written.write(b"a\x1b]") == "a"
    assert "b" * 64 in written.write(b"b" * 64)


def test_a_line_end_of_two_bytes_is_one(written: Written) -> None:
    assert written.write(b"a\r") + written.write(b"\nb") == "a\nb"


def test_no_more_is_said_than_is_shown_at_the_end(written: Written) -> None:
    said = written.write(b"x" * SHOWN) + written.write(b"y" * SHOWN)
    assert said == "x" * SHOWN == written.output.text()
    assert written.output.total == 2 * SHOWN


def test_what_comes_after_the_turn_is_of_another_stream(written: Written) -> None:
    assert written.write(b"checks") == "checks"
    written.output.turn_to(Stream.SCRATCH)
    os.write(written.writing, b"mine")
    written.output.read()
    assert [(printed.stream, printed.text) for printed in written.output.unsaid()] == [("scratch", "mine")]
    assert (written.output.text(), written.output.text(Stream.SCRATCH)) == ("checks", "mine")


@given(st.lists(st.binary(max_size=40) | st.text(max_size=20).map(str.encode), max_size=12))
def test_the_pieces_are_the_beginning_of_the_whole(pieces: list[bytes]) -> None:
    written = Written()
    try:
        said = "".join(written.write(piece) for piece in pieces if b"\x1b" not in piece)
        assert written.output.text().startswith(said)
        assert len(written.output.text()) - len(said) <= 3
    finally:
        written.close()
