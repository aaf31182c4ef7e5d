"""Links to the glossary in a lesson's text: where they help, and nowhere else."""

from __future__ import annotations

import pytest

from course.glossary_links import linked
from course.markdown import render

TERMS = {
    "array shape": "array-shape",
    "view": "view",
    "as-of join": "as-of-join",
    "counter reset": "counter-reset",
}


def in_text(text: str, terms: dict[str, str] = TERMS) -> str:
    return linked(render(text).html, terms, "/glossary/")


def link(words: str, slug: str) -> str:
    return f'<a class="term" href="/glossary/#{slug}">{words}</a>'


def test_the_first_occurrence_in_a_section_is_a_link():
    html = in_text("A view here, a view there.\n\n## Later\n\nA view again, and that view.")
    assert html.count(link("view", "view")) == 2
    assert f"A {link('view', 'view')} here, a view there." in html
    assert f"A {link('view', 'view')} again, and that view." in html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two views.", link("views", "view")),
        ("Array shape first.", link("Array shape", "array-shape")),
        ("An array\nshape over two lines.", link("array\nshape", "array-shape")),
        ("**An as-of join** in bold.", link("as-of join", "as-of-join")),
        ("Two counter resets &amp; one.", link("counter resets", "counter-reset")),
    ],
)
def test_a_term_is_found_as_people_write_it(text, expected):
    assert expected in in_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "In review, a preview of viewing.",
        '`view` and\n\n```python shown reason="x"\nview = 1\n```',
        "## A view",
        "### The view of it",
        "[a view](https://example.org/)",
        "A re-view, a view-like thing.",
        "/// details | A view\n\nNothing.\n///",
    ],
)
def test_no_link_where_it_would_be_wrong_or_loud(text):
    assert 'class="term"' not in in_text(text)


def test_all_else_stays_as_it_is():
    html = render(
        "# One\n\nText with `code`, *emphasis*, a [link](https://example.org/?a=1&b=2), 1 < 2, “quotes”.\n\n"
        "| a | b |\n|--:|---|\n| 1 | x &amp; y |\n\n- item\n\n[^1]: a note\n\nsee[^1]\n"
    ).html
    assert linked(html, {"nowhere": "nowhere"}, "/glossary/") == html
    assert linked(html, {}, "/glossary/") == html


def test_a_term_within_a_longer_one_is_not_taken_for_it():
    html = in_text("An array shape.", {"array": "array", "array shape": "array-shape"})
    assert link("array shape", "array-shape") in html
    assert link("array", "array") not in html
