"""What is asked of each page's HTML, before any style or script: valid, named, and with no dead link."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory

from tests.journeys.documents import Asking, Document, ask, fragments_of, links_of
from tests.journeys.markup import problems
from tests.journeys.pages import EXAMPLES, Example, Visitor

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
CODE_AREA = re.compile(r'<textarea[^>]*class="[^"]*(?:code-area|block__code)')
ALIKE = re.compile(r"[0-9a-f-]{36}|=[^&]+|\d+")  # what differs from row to row, from filter to filter
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def documents(asking: Asking, regraded: None) -> dict[Example, Document]:
    return {example: ask(example, asking) for example in EXAMPLES}


@pytest.fixture(scope="module")
def whole(documents: dict[Example, Document]) -> list[Document]:
    return [document for example, document in documents.items() if example.whole]


def none_of(wrong: Iterable[str]) -> None:
    said = list(wrong)
    assert not said, "\n".join(["", *said])


def test_every_example_answers_as_it_should(documents: dict[Example, Document]):
    none_of(
        f"{example} answered {document.status}"
        for example, document in documents.items()
        if document.status != example.status
    )


def test_every_page_has_one_heading_and_says_its_language(whole: list[Document]):
    none_of(f"{page.name}: {page.said.headings} <h1>" for page in whole if page.said.headings != 1)
    none_of(f"{page.name}: no language" for page in whole if not page.said.language)


def test_every_page_has_a_title_of_its_own(whole: list[Document]):
    pages: dict[str, set[str]] = {}
    for page in whole:
        if page.status == 200:
            pages.setdefault(page.said.title, set()).add(page.address)
    none_of(f"{title!r}: {sorted(where)}" for title, where in pages.items() if len(where) > 1 or not title)


def test_every_picture_has_its_room_before_it_comes(whole: list[Document]):
    none_of(
        f"{page.name}: {image}"
        for page in whole
        for image in page.said.unsized
        if not image.startswith("/static/admin/")
    )


def test_no_link_is_dead(whole: list[Document], asking: Asking):
    """Each is followed once by each visitor, to the very place in the page that it names.

    Of the many alike in Django's own tables the first stands for all.
    """
    ids: dict[tuple[Visitor, str], set[str] | int] = {
        (page.visitor, page.address): page.said.ids for page in whole
    }
    dead = []
    for page in whole:
        for address, place in links_of(page):
            there = _follow(ids, asking, page.visitor, address)
            if isinstance(there, int):
                dead.append(f"{page.name}: {address} answers {there}")
            elif place and place not in there:
                dead.append(f"{page.name}: {address} has no #{place}")
    none_of(sorted(set(dead)))


def _follow(
    known: dict[tuple[Visitor, str], set[str] | int], asking: Asking, visitor: Visitor, address: str
) -> set[str] | int:
    """The ids in the page that the visitor finds there; or the status, where it is a refusal."""
    key = (visitor, ALIKE.sub("#", address) if address.startswith("/admin/") else address)
    if key not in known:
        answer = asking[visitor].get(address)
        is_page = "text/html" in answer.headers.get("content-type", "")
        known[key] = set(re.findall(r'\sid="([^"]+)"', answer.text())) if answer.ok and is_page else set()
        if not answer.ok:
            known[key] = answer.status
    return known[key]


def test_every_page_is_valid_html(whole: list[Document], tmp_path: Path):
    ours = [page for page in whole if not page.in_the_admin]
    none_of(problems(ours, "whole", tmp_path))


def test_djangos_own_pages_break_no_rule_of_the_standard(whole: list[Document], tmp_path: Path):
    """Taste is Django's there; what is against the standard may be ours."""
    none_of(problems([page for page in whole if page.in_the_admin], "django", tmp_path))


def test_every_fragment_is_valid_html(documents: dict[Example, Document], asking: Asking, tmp_path: Path):
    """What htmx puts into a learner's pages, whether it is asked for or comes back from a form."""
    learners = [page for page in documents.values() if page.visitor is Visitor.LEARNER and page.status == 200]
    found = [part for page in learners for part in fragments_of(page, asking) if part.html]
    found += [document for example, document in documents.items() if not example.whole]
    none_of(f"{part.name} answered {part.status}" for part in found if part.status >= 500)
    none_of(problems(found, "part", tmp_path))


def test_every_error_page_is_valid_html(rf: RequestFactory, tmp_path: Path):
    """Most of them nobody can ask for."""
    request = rf.get("/")
    request.user, request.csp_nonce, request.htmx = AnonymousUser(), "none", False  # type: ignore[attr-defined]
    request.resolver_match = None
    context = {"typed": ["a = 1\nb = 2\n"], "sent": True}
    found = [
        Document(template.name, Visitor.NOBODY, "/", 0, render_to_string(template.name, context, request))
        for template in sorted(TEMPLATES.glob("[45]??*.html"))
    ]

    none_of(problems(found, "whole", tmp_path))


def test_a_page_with_a_code_area_has_its_editor_and_no_other_has(whole: list[Document]):
    """The editor is the heaviest thing that a page may ask for."""
    none_of(
        f"{page.name}: {'has a code area and no editor' if needed else 'loads the editor for nothing'}"
        for page in whole
        if (needed := bool(CODE_AREA.search(page.html))) != ("js/editor" in page.html)
    )
