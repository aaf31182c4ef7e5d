"""What the crawl reads from a page's HTML."""

from __future__ import annotations

from tests.journeys.documents import Document, Said, links_of
from tests.journeys.pages import Visitor

PAGE = """<!doctype html>
<html lang="en">
<head><title>
  A lesson · Gradient
</title></head>
<body>
  <h1 id="top">A lesson</h1>
  <svg><title>A picture</title></svg>
  <a href="#top">Up</a> <a href="/syllabus/#weeks">Weeks</a> <a href="exercise/">Try</a>
  <a href="https://example.org/">Elsewhere</a> <a href="mailto:a@example.org">Write</a>
  <img src="a.svg" width="1" height="2" alt=""><img src="b.svg" alt="">
  <div hx-get="?part" hx-trigger="load"></div>
  <form method="post" action="/search/"><input name="q" value="not htmx"></form>
  <form method="post" hx-post="/answer/">
    <input type="hidden" name="token" value="t">
    <input type="radio" name="answer" value="a"><input type="radio" name="answer" value="b">
    <input type="radio" name="size" value="s"><input type="radio" name="size" value="m" checked>
    <textarea name="code">x = 1
y = 2</textarea>
  </form>
</body>
</html>"""


def test_it_reads_what_a_page_says_of_itself():
    said = Said(PAGE)
    assert (said.language, said.title, said.headings) == ("en", "A lesson · Gradient", 1)
    assert said.ids == {"top"}
    assert said.unsized == ["b.svg"]
    assert said.fetches == ["?part"]


def test_it_follows_links_within_the_site_only():
    page = Document("a lesson", Visitor.NOBODY, "/docs/lesson/", 200, PAGE)
    assert list(links_of(page)) == [
        ("/docs/lesson/", "top"),
        ("/syllabus/", "weeks"),
        ("/docs/lesson/exercise/", ""),
    ]


def test_a_form_that_htmx_sends_is_filled_as_a_browser_would_with_a_first_choice_made():
    (form,) = Said(PAGE).forms
    assert form.address == "/answer/"
    assert form.fields == {"token": "t", "answer": "a", "size": "m", "code": "x = 1\ny = 2"}
