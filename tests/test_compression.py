"""Pages travel compressed, and how far they shrink tells nobody what is in them."""

from __future__ import annotations

import gzip


def test_a_page_is_compressed_for_a_browser_that_can_read_it(stranger, course):
    answer = stranger.get("/syllabus/", headers={"Accept-Encoding": "gzip, br"})

    assert answer["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(answer.content)
    assert len(answer.content) < len(gzip.decompress(answer.content)) / 2


def test_a_page_is_plain_for_whoever_asks_for_it_plain(stranger, course):
    answer = stranger.get("/syllabus/")

    assert "Content-Encoding" not in answer
    assert b"</html>" in answer.content


def test_the_length_of_the_same_page_differs(stranger, course):
    """Whoever watches the line and lets a browser ask again and again learns nothing by its length."""
    answers = (stranger.get("/syllabus/", headers={"Accept-Encoding": "gzip"}) for _ in range(12))
    lengths = {len(answer.content) for answer in answers}

    assert max(lengths) - min(lengths) > 20
