"""The exercise page as people work on it: what fits where, hints, attempts, and what a pass opens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Exercise, paste_over, sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

PANES = (".exercise__task", ".exercise__work", "#results")


@pytest.fixture
def desk(page: Page, exercise: Exercise) -> Page:
    """The page of an exercise, with a person signed in who may begin anew."""
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    expect(page.locator(".cm-content").first).to_be_visible()
    return page


def send(page: Page, code: str) -> Locator:
    """Submit the code; the verdict, once it is there."""
    paste_over(page, code)
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("button", name="Submit")).to_be_enabled()
    verdict = page.locator("article[data-verdict]")
    expect(verdict).not_to_have_attribute("data-verdict", re.compile("^(queued|running)$"))
    return verdict


def boxes(page: Page) -> list[dict[str, float]]:
    found = [page.locator(pane).bounding_box() for pane in PANES]
    return [dict(box) for box in found if box]


def page_scrolls(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollHeight > window.innerHeight"))


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720)])
def test_on_a_laptop_all_three_fit_and_the_page_does_not_scroll(
    desk: Page, exercise: Exercise, width: int, height: int
):
    desk.set_viewport_size({"width": width, "height": height})
    before = boxes(desk)
    assert len(before) == 3
    assert all(box["y"] + box["height"] <= height and box["x"] + box["width"] <= width for box in before)
    assert not page_scrolls(desk)

    send(desk, f"{exercise.wrong.code}# on {width} × {height}\n")

    assert boxes(desk) == before  # the verdict moves nothing
    assert not page_scrolls(desk)
    expect(desk.locator('.check[data-outcome="failed"] .check__title').first).to_be_in_viewport()
    expect(desk.get_by_role("button", name="Submit")).to_be_in_viewport()


def test_on_a_phone_they_stand_below_each_other_and_the_buttons_stay(page: Page, exercise: Exercise):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    expect(page.locator(".cm-content").first).to_be_visible()
    task, work, results = boxes(page)
    assert task["y"] < work["y"] < results["y"]
    assert {task["x"], work["x"], results["x"]} == {task["x"]}
    assert not scrolls_sideways(page)

    page.locator("#submit").evaluate("form => form.scrollIntoView()")
    for name in ("Submit", "Run"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport()


def test_a_check_that_passed_is_folded_and_the_first_that_failed_is_read_first(
    desk: Page, exercise: Exercise
):
    send(desk, exercise.wrong.code)
    checks = desk.locator(".check")
    expect(checks.first).to_have_attribute("data-outcome", re.compile("failed|crashed"))
    expect(checks.first.locator(".check__message")).to_be_visible()
    passed = desk.locator('.check[data-outcome="passed"]').first
    expect(passed.locator(".check__body")).to_be_hidden()
    passed.locator("summary").first.press("Enter")
    expect(passed.locator(".check__body")).to_be_visible()


def test_each_check_leads_to_its_code(desk: Page, exercise: Exercise):
    send(desk, exercise.wrong.code)
    link = desk.get_by_role("link", name="This check, as code").first
    target = desk.locator(str(link.get_attribute("href")))
    expect(target).to_be_hidden()
    link.click()
    expect(target).to_be_in_viewport()


def test_a_known_mistake_is_explained(desk: Page, exercise: Exercise):
    send(desk, exercise.wrong.code)
    explained = " ".join(re.findall(r"^# explain: (.*(?:\n#   .*)*)", exercise.wrong.code, re.MULTILINE))
    words = " ".join(explained.replace("\n#", " ").split())
    expect(desk.locator(".mistake").first).to_contain_text(words.split("`")[0][:60])


def test_a_hint_is_opened_where_one_reads_and_nothing_typed_is_lost(desk: Page):
    paste_over(desk, "half = 'done'\n")
    hint = desk.locator(".hint").first
    before = hint.locator(".hint__level").count()
    hint.get_by_role("button").press("Enter")

    expect(hint.locator(".hint__level")).to_have_count(before + 1)
    expect(hint.locator(".hint__level").last).to_be_focused()
    expect(hint).to_contain_text(f"You opened {before + 1} of 3 hints for this check; they cost nothing.")
    expect(desk.locator("textarea[name=code]")).to_have_value("half = 'done'\n")


def test_a_hint_is_opened_without_javascript_and_nothing_typed_is_lost(plain_page: Page, exercise: Exercise):
    page = plain_page
    sign_in(page, "admin@example.org")
    page.goto(f"{exercise.path}?starter")
    page.locator("[name=code]").fill("half = 'done'\n")
    hint = page.locator(".hint").last
    before = hint.locator(".hint__level").count()
    hint.get_by_role("button").click()

    hint = page.locator(".hint").last
    expect(hint.locator(".hint__level")).to_have_count(before + 1)
    expect(hint).to_be_in_viewport()
    expect(page.locator("[name=code]")).to_have_value("half = 'done'\n")


def test_two_attempts_are_compared_and_the_first_is_restored(desk: Page, exercise: Exercise):
    send(desk, "first = 1\n")
    send(desk, "second = 2\n")
    desk.get_by_role("button", name="Compare the two").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Two attempts")
    before, after = desk.locator('[data-side="before"]').first, desk.locator('[data-side="after"]').first
    expect(before).to_contain_text("first = 1")
    expect(after).to_contain_text("second = 2")
    left, right = before.bounding_box(), after.bounding_box()
    assert left
    assert right
    assert left["y"] == right["y"]
    assert violations(desk) == []

    desk.set_viewport_size({"width": 390, "height": 844})
    left, right = before.bounding_box(), after.bounding_box()
    assert left
    assert right
    assert left["y"] < right["y"]
    assert not scrolls_sideways(desk)

    desk.get_by_role("link", name="Restore").first.click()
    expect(desk.get_by_text("The editor holds what you sent on")).to_be_visible()
    expect(desk.locator("textarea[name=code]")).to_have_value("first = 1\n")


def test_the_solution_is_shown_after_a_pass_and_not_before(page: Page, exercise: Exercise):
    sign_in(page, "instructor@example.org")  # whose passes no other journey counts
    page.goto(f"{exercise.path}?starter")
    expect(page.locator(".cm-content").first).to_be_visible()
    verdict = send(page, exercise.solution)
    expect(verdict).to_have_attribute("data-verdict", "passed")
    expect(page.locator(".after")).to_contain_text("Next")
    page.get_by_role("link", name="The solution, and what others get wrong").click()
    expect(page.get_by_role("heading", name="What others get wrong, and why")).to_be_visible()
    page.locator("article details summary").first.click()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator("article details summary").first.click()
    assert violations(page) == []


def test_who_has_not_passed_reads_when_the_solution_is_shown(page: Page, exercise: Exercise):
    others = sorted(task.parent for task in exercise.folder.parent.parent.glob("*/*/task.md"))
    lesson = next(folder for folder in others if "visualization" in folder.parent.name)
    sign_in(page, "learner2@example.org")
    slug = lesson.parent.name.partition("-")[2]
    page.goto(f"/docs/fundamentals/week1/{slug}/{lesson.name}/solution/")
    expect(page.get_by_text("once one of your own has passed")).to_be_visible()


def test_whoever_is_not_signed_in_reads_the_task(page: Page, exercise: Exercise):
    page.goto(exercise.path)
    expect(page.locator(".prose")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)
    assert violations(page) == []
    page.get_by_role("main").get_by_role("link", name="sign in", exact=True).click()
    expect(page).to_have_url(re.compile("/accounts/login/"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_results_the_page_is_for_everybody(desk: Page, exercise: Exercise, theme: str):
    send(desk, exercise.wrong.code)
    desk.emulate_media(color_scheme=theme)
    desk.reload()
    expect(desk.locator(".cm-content").first).to_be_visible()
    expect(desk.locator(".check .diff").first).to_be_visible()
    for size in (
        {"width": 1440, "height": 900},
        {"width": 768, "height": 1024},
        {"width": 390, "height": 844},
    ):
        desk.set_viewport_size(size)
        assert violations(desk) == []
        assert not scrolls_sideways(desk)


def test_the_edges_are_moved_by_keys_and_stay_where_they_were_put(desk: Page):
    desk.set_viewport_size({"width": 1440, "height": 900})
    edge = desk.get_by_role("separator", name="Height of the results")
    before = boxes(desk)[2]["height"]
    edge.focus()
    for _press in range(3):
        desk.keyboard.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", "51")
    moved = boxes(desk)[2]["height"]
    assert moved > before

    desk.reload()
    expect(edge).to_have_attribute("aria-valuenow", "51")
    assert boxes(desk)[2]["height"] == moved
    edge.press("Home")
    expect(edge).to_have_attribute("aria-valuenow", "45")
