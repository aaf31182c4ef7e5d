"""A text in its parts."""

from __future__ import annotations

from course.markdown import render
from course.sections import Heading, after_its_first_paragraph, at_its_headings


def html_of(markdown: str) -> str:
    return render(markdown).html


def test_a_text_is_parted_before_its_first_heading():
    text = at_its_headings(html_of("It begins.\n\n## Logs & *metrics*\n\nOne.\n\n## After\n\nTwo."))
    assert text.opening == "<p>It begins.</p>"
    assert text.rest.startswith("<h2 id=")
    assert [heading.title for heading in text.headings] == ["Logs & metrics", "After"]
    assert Heading("after", "After") in text.headings


def test_a_text_without_headings_is_all_opening():
    text = at_its_headings(html_of("Only this."))
    assert (text.opening, text.rest, text.headings) == ("<p>Only this.</p>", "", [])


def test_the_first_paragraph_can_stand_apart():
    text = after_its_first_paragraph(html_of("First.\n\nSecond."))
    assert (text.opening, text.rest) == ("<p>First.</p>", "<p>Second.</p>")
    assert after_its_first_paragraph("").opening == ""
