"""Colours that stand far enough apart, and no colour that is not in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grading.palette import NoColour, contrast, hex_of, read_palette

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
PALETTE = read_palette((CSS / "tokens.css").read_text())
# Lines that divide, and what stands beside words that say the same: nobody has to see them.
DECORATION = {"line", "line-strong"}


def test_the_two_ends_and_the_middle_of_contrast_are_those_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#2c4bd4", "#2c4bd4") == pytest.approx(1)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")


def test_a_colour_is_found_through_themes_and_references():
    tokens = {"ink": "light-dark(#111111, #EEEEEE)", "text": "var(--ink)", "loop": "var(--loop)"}
    assert (hex_of(tokens, "text", "light"), hex_of(tokens, "text", "dark")) == ("#111111", "#eeeeee")
    for name in ("loop", "nothing"):
        with pytest.raises(NoColour, match=f"--{name} is"):
            hex_of(tokens, name, "light")


def test_a_pair_is_read_from_the_comment_and_judged_by_its_weaker_theme():
    css = "/* text\n  4.5 ink on paper\n*/ :root { --ink: light-dark(#000000, #333333); --paper: #ffffff; }"
    (pair,) = read_palette(css).pairs
    assert (pair.seen, pair.ground, pair.least) == ("ink", "paper", 4.5)
    assert pair.light.contrast == pytest.approx(21)
    assert pair.holds
    (pair,) = read_palette(css.replace("#333333", "#cccccc")).pairs
    assert not pair.holds
    assert "1.61 dark" in str(pair)


def test_a_pair_that_names_no_colour_is_refused():
    with pytest.raises(NoColour, match="--papre"):
        read_palette("/*\n 3 ink on papre\n*/ :root { --ink: #000000; }")


def test_whoever_asks_for_less_motion_changes_no_value_that_is_shown():
    css = ":root { --quick: 120ms; } @media (prefers-reduced-motion: reduce) { :root { --quick: 0ms; } }"
    assert read_palette(css).tokens == {"quick": "120ms"}


def test_every_pair_of_ours_stands_far_enough_apart_in_both_themes():
    assert len(PALETTE.pairs) > 80
    assert [str(pair) for pair in PALETTE.pairs if not pair.holds] == []


def test_every_colour_of_ours_is_in_a_pair():
    paired = {name for pair in PALETTE.pairs for name in (pair.seen, pair.ground)}
    assert set(PALETTE.colours()) - paired == DECORATION | {"sheet", "blue"}


@pytest.mark.parametrize("file", sorted(CSS.glob("*.css")), ids=lambda file: file.name)
def test_only_the_tokens_name_a_colour(file):
    text = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    found = re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\b(?:rgb|hsl|oklch)a?\([^)]*\)", text)
    assert file.name == "tokens.css" or not found, f"{file.name}: {found}: make it a token"


def test_every_token_that_is_used_is_there():
    sheets = "".join(file.read_text() for file in CSS.glob("*.css"))
    set_there = set(re.findall(r"--([\w-]+)\s*:", sheets))  # --tone, say, by the state of a component
    assert set(re.findall(r"var\(--([\w-]+)\)", sheets)) - set_there == set()
