"""The page that shows the design."""

from __future__ import annotations

import re

import pytest

from grading.verdict import Verdict
from grading.views.design import TOKENS
from tests.grading.queries import queries_of

ADDRESS = "/design/"


def test_learners_and_strangers_do_not_see_it(browser_of, learner, stranger):
    assert browser_of(learner).get(ADDRESS).status_code == 403
    assert stranger.get(ADDRESS).status_code == 302


def test_staff_find_it_in_their_menu(browser_of, instructor):
    browser = browser_of(instructor)
    assert f'href="{ADDRESS}"' in browser.get("/operator/").content.decode()
    assert browser.get(ADDRESS).status_code == 200


def test_it_shows_the_contrast_of_what_the_style_sheet_says_now(
    browser_of, instructor, tmp_path, monkeypatch
):
    page = browser_of(instructor).get(ADDRESS).content.decode()
    assert "data-short" not in page
    assert "21.00" not in page

    faint = tmp_path / "tokens.css"
    changed = TOKENS.read_text().replace("--ink-soft: light-dark(#505867", "--ink-soft: light-dark(#b0b8c7")
    faint.write_text(changed.replace("--ink: light-dark(#15181e", "--ink: light-dark(#000000"))
    monkeypatch.setattr("grading.views.design.TOKENS", faint)
    page = browser_of(instructor).get(ADDRESS).content.decode()
    assert page.count("<tr data-short>") == 8, "one for each ground of the text that is too faint now"
    assert "21.00" in page, "black on white"


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_its_badge(browser_of, instructor, verdict):
    page = browser_of(instructor).get(ADDRESS).content.decode()
    assert f'<span class="badge" data-verdict="{verdict}">{verdict.words.name}</span>' in page


def test_every_component_of_the_style_sheet_is_on_it(browser_of, instructor):
    """Those that a page has once, or that stand on each page anyway, are not repeated."""
    elsewhere = {"messages", "failure", "error", "icon", "toasts"}
    page = browser_of(instructor).get(ADDRESS).content.decode()
    sheet = (TOKENS.parent / "components.css").read_text()
    blocks = {name for name in re.findall(r"\.([a-z][a-z-]*)(?=[ .:{\[,>+)])", sheet) if "--" not in name}
    shown = set(" ".join(re.findall(r'class="([^"]*)"', page)).split())
    assert blocks - shown - elsewhere == set()


def test_it_asks_the_database_for_nobody_but_the_reader(browser_of, instructor):
    assert queries_of(browser_of(instructor), ADDRESS) <= 3
