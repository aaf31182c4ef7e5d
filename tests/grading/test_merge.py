"""The merge page: two texts side by side, and neither is lost when one is chosen."""

from __future__ import annotations

import re

import pytest

from grading.drafts import Draft, Text
from tests.grading.conftest import make_exercise
from tests.grading.queries import queries_of
from tests.grading.test_draft import MINE, OTHERS, Tab

MINE_TEXT, OTHERS_TEXT = Text({"solution.py": MINE}), Text({"solution.py": OTHERS})


@pytest.fixture
def two_pages(browser_of, learner, exercise):
    """The page that saved first, and the one whose text is kept beside."""
    one, two = (Tab(browser_of(learner), exercise) for _ in range(2))
    one.save(OTHERS)
    two.save(MINE)
    return one, two


def merge_page(tab, page: str | None = None) -> str:
    return f"{tab.url}merge/?page={tab.marks['page'] if page is None else page}"


def choose(tab, keep: str, page: str | None = None, **more: str):
    url = merge_page(tab, page)
    html = tab.client.get(url).content.decode()
    hidden = dict(re.findall(r'name="(version|other_version)" value="(\d+)"', html))
    return tab.client.post(url, {**hidden, "keep": keep, **more})


def sides_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'aria-label="(Mine|The other): solution.py">\n(.*?)</pre>', html, re.DOTALL))


def test_mine_is_what_the_page_that_one_comes_from_shows(two_pages):
    one, two = two_pages
    html = two.client.get(merge_page(two)).content.decode()
    assert sides_of(html) == {"Mine": MINE, "The other": OTHERS}
    html = one.client.get(merge_page(one)).content.decode()
    assert sides_of(html) == {"Mine": OTHERS, "The other": MINE}


@pytest.mark.parametrize(
    ("keep", "kept", "aside"), [("mine", MINE_TEXT, OTHERS_TEXT), ("other", OTHERS_TEXT, MINE_TEXT)]
)
def test_one_text_is_kept_and_the_other_can_be_brought_back(two_pages, keep, kept, aside):
    _one, two = two_pages
    response = choose(two, keep)
    assert (response.status_code, response["Location"]) == (303, f"{two.url}#submit")
    draft = Draft.objects.get()
    assert (draft.text, draft.aside_text, draft.other) == (kept, aside, None)
    two.marks["version"] = str(draft.version)
    two.press("draft/bring-back/", kept.files["solution.py"])
    assert Draft.objects.get().text == aside


def test_what_was_put_together_is_kept(two_pages):
    _one, two = two_pages
    choose(two, "merged", code=f"{MINE}{OTHERS}")
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": f"{MINE}{OTHERS}"})
    assert draft.aside_text == OTHERS_TEXT


def test_what_was_put_together_as_the_other_has_it_leaves_mine_to_be_brought_back(two_pages):
    _one, two = two_pages
    choose(two, "merged", code=OTHERS)
    assert Draft.objects.get().aside_text == MINE_TEXT


def test_what_was_put_together_and_is_too_large_comes_back_with_a_sentence(two_pages):
    _one, two = two_pages
    response = choose(two, "merged", code="x" * (128 * 1024 + 1))
    assert response.status_code == 409
    html = response.content.decode()
    assert "a file may hold 128 kB" in html
    assert "x" * (128 * 1024 + 1) in html
    assert Draft.objects.get().other_text == MINE_TEXT


@pytest.mark.parametrize("keep", ["mine", "other", "merged"])
def test_a_choice_between_texts_that_have_changed_meanwhile_is_not_made(two_pages, keep):
    one, two = two_pages
    html = two.client.get(merge_page(two)).content.decode()
    hidden = dict(re.findall(r'name="(version|other_version)" value="(\d+)"', html))
    one.save(f"{OTHERS}and on\n")
    response = two.client.post(merge_page(two), {**hidden, "keep": keep, "code": "# together\n"})
    assert response.status_code == 409
    html = response.content.decode()
    assert "has changed meanwhile" in html
    assert f"{OTHERS}and on" in html
    assert "# together" in html
    draft = Draft.objects.get()
    assert (draft.text, draft.other_text) == (Text({"solution.py": f"{OTHERS}and on\n"}), MINE_TEXT)
    assert choose(two, "mine").status_code == 303


def test_a_page_still_open_after_the_choice_goes_on_and_its_copy_is_no_news(two_pages):
    _one, two = two_pages
    copy = two.fields(MINE) | {"draft_turn": "2"}
    choose(two, "other")
    answer = two.client.post(f"{two.url}draft/", copy, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["old"]) == (200, True)
    assert Draft.objects.get().other is None


def test_only_the_files_that_differ_are_shown_and_the_others_stay(browser_of, learner, lesson):
    two_files = make_exercise(lesson, "two-files", 2, starter={"Dockerfile": "FROM x\n", "notes.txt": "n\n"})
    one, two = (Tab(browser_of(learner), two_files) for _ in range(2))
    one.save("FROM x\n", scratch="print(1)\n", **{"code:notes.txt": "one\n"})
    two.save("FROM x\n", scratch="print(1)\n", **{"code:notes.txt": "two\n"})
    html = two.client.get(merge_page(two)).content.decode()
    assert "notes.txt" in html
    assert "Dockerfile" not in html
    assert "scratch.py" not in html
    choose(two, "merged", **{"code:notes.txt": "both\n"})
    together = Text({"Dockerfile": "FROM x\n", "notes.txt": "both\n"}, "print(1)\n")
    assert Draft.objects.get().text == together


def test_where_nothing_differs_the_page_leads_back(browser_of, learner, exercise):
    tab = Tab(browser_of(learner), exercise)
    tab.save(MINE)
    assert tab.client.get(merge_page(tab))["Location"] == f"{tab.url}#submit"


def test_where_nothing_was_typed_the_page_leads_back_too(browser_of, learner, exercise):
    tab = Tab(browser_of(learner), exercise)
    assert tab.client.get(merge_page(tab))["Location"] == f"{tab.url}#submit"


def test_a_text_is_shown_as_text_only(browser_of, learner, exercise):
    evil = "</textarea><script>alert(1)</script>\n"
    one, two = (Tab(browser_of(learner), exercise) for _ in range(2))
    one.save(OTHERS)
    two.save(evil)
    assert evil not in two.client.get(merge_page(two)).content.decode()
    assert evil not in Tab(two.client, exercise).html


def test_the_page_costs_three_queries_beside_who_asks(two_pages):
    _one, two = two_pages
    assert queries_of(two.client, merge_page(two)) <= 3 + 3
