"""Strangers' text is made fit to be stored and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.sandbox.text import clean


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]52;c;aGk=\x1b\\after", "after"),
        ("a\0b", "a␀b"),
        ("ring\x07", "ring␇"),
        ("user\u202enimda", "user⟨U+202E⟩nimda"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("\x9b31m", "⟨U+009B⟩31m"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\u2028b", "a\nb"),
        ("lone\ud800", "lone\ufffd"),
        ("größer 🙂 漢字", "größer 🙂 漢字"),
        (b"\xff\xfe bytes", "\ufffd\ufffd bytes"),
    ],
)
def test_what_acts_or_hides_is_shown_or_dropped(given_text: str | bytes, shown: str) -> None:
    assert clean(given_text, 100) == shown


def test_a_text_that_is_too_long_says_that_it_was_cut() -> None:
    assert clean("x" * 100, 10) == "x" * 9 + "…"
    assert clean(b"x" * 1_000_000, 10) == "x" * 9 + "…"
    assert clean("x" * 10, 10) == "x" * 10


@given(st.binary() | st.text(), st.integers(0, 50))
def test_whatever_comes_in_what_comes_out_can_be_stored(data: bytes | str, limit: int) -> None:
    text = clean(data, limit)
    text.encode()
    assert "\0" not in text
    assert "\x1b" not in text
    assert len(text) <= max(limit, 1)


def test_half_an_escape_takes_nothing_of_the_text_with_it() -> None:
    assert clean("\x1b]0;never closed " + "x" * 5_000, 6_000).startswith("0;never closed x")
    assert clean("\x1b]x" * 100_000, 300_000) == "x" * 100_000
