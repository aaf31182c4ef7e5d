"""Nobody needs a mouse, and nobody is caught in the editor."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PASSWORD, Exercise, paste_over, paste_over_all, sign_in
from tests.journeys.pages import LESSON

pytestmark = pytest.mark.browser

MOST_STOPS = 400
# Where the focus is: whether one sees that, and whether it came to something further on in the page.
FOCUS = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const before = window.stoppedAt;
    window.stoppedAt = here;
    let seen = false;
    for (let each = here; each && !seen; each = each.parentElement) {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        seen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        seen ||= each.matches(".editor") && boxShadow !== "none";
    }
    const order = before?.isConnected ? before.compareDocumentPosition(here) : 0;
    const { width, height } = here.getBoundingClientRect();
    const back = Boolean(order & Node.DOCUMENT_POSITION_PRECEDING);
    return { seen, back, drawn: width * height > 0, what: here.outerHTML.slice(0, 120) };
}"""


@pytest.fixture
def editor_page(page: Page, exercise: Exercise) -> Page:
    sign_in(page, "instructor@example.org")
    page.goto(f"{exercise.path}?starter")
    page.locator(".cm-content").focus()
    return page


def test_tab_indents_in_the_editor(editor_page: Page):
    editor_page.keyboard.press("ControlOrMeta+End")
    editor_page.keyboard.type("x")
    editor_page.keyboard.press("Home")
    editor_page.keyboard.press("Tab")

    expect(editor_page.locator(".cm-content")).to_be_focused()
    assert editor_page.locator("textarea[name=code]").input_value().endswith("    x")


def test_escape_then_tab_leaves_the_editor(editor_page: Page):
    editor_page.keyboard.press("Escape")
    editor_page.wait_for_timeout(2500)  # however slowly the second key comes
    editor_page.keyboard.press("Tab")

    expect(editor_page.locator(".cm-content")).not_to_be_focused()
    assert editor_page.evaluate("document.activeElement !== document.body")


def test_tab_indents_again_once_something_was_typed(editor_page: Page):
    editor_page.keyboard.press("Escape")
    editor_page.keyboard.type("y")
    editor_page.keyboard.press("Tab")

    expect(editor_page.locator(".cm-content")).to_be_focused()


def test_control_enter_submits(editor_page: Page, exercise: Exercise):
    paste_over(editor_page, exercise.solution)
    editor_page.keyboard.press("ControlOrMeta+Enter")

    verdict = editor_page.locator("[data-verdict]:not(.badge)").first
    expect(verdict).to_have_attribute("data-verdict", "passed")


def test_the_first_tab_offers_to_skip_to_the_content(page: Page):
    page.goto("/")
    page.keyboard.press("Tab")

    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_account_menu_closes_with_escape(page: Page):
    sign_in(page, "learner2@example.org")
    summary = page.locator("details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the focus is there; at each stop one sees where it is, and it only goes forward."""
    for stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus, f"the focus left the page before it came to {goal}"
        assert focus["seen"], f"nothing shows that the focus is at {focus['what']}"
        assert focus["drawn"], f"the focus is at something that is not there to see: {focus['what']}"
        assert not stop or not focus["back"], f"the focus went back to {focus['what']}"
        if goal.evaluate_all("(found) => found.includes(document.activeElement)"):
            return
    pytest.fail(f"{goal} is not reached by {MOST_STOPS} stops")


def skip_to_the_content(page: Page) -> None:
    tab_to(page, page.get_by_role("link", name="Skip to the content"))
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_from_signing_in_to_a_passed_exercise_without_a_mouse(page: Page, exercise: Exercise):
    main = page.get_by_role("main")
    page.goto("/accounts/login/")
    tab_to(page, page.locator("input[name=login]"))
    page.keyboard.type("instructor@example.org")
    tab_to(page, page.locator("input[name=password]"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/dashboard/")
    tab_to(page, page.get_by_role("navigation", name="Main").get_by_role("link", name="Syllabus"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/syllabus/")
    skip_to_the_content(page)
    tab_to(page, main.locator(f'a[href="{LESSON}"]'))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{LESSON}")
    skip_to_the_content(page)
    tab_to(page, main.locator(f'a[href="{exercise.path}"]'))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{exercise.path}")
    expect(page.locator(".cm-content").first).to_be_visible()
    skip_to_the_content(page)
    tab_to(page, page.locator(".cm-content").first)
    paste_over_all(page, exercise.solution)
    page.keyboard.press("Escape")
    tab_to(page, page.get_by_role("button", name="Submit"))
    page.keyboard.press("Enter")
    verdict = page.locator("[data-verdict]:not(.badge)").first
    expect(verdict).to_have_attribute("data-verdict", "passed")
    expect(page.get_by_role("button", name="Submit")).to_be_focused()


def test_a_question_is_answered_without_a_mouse_and_the_focus_stays(page: Page):
    sign_in(page, "instructor@example.org")
    page.goto(LESSON)
    question = page.locator(".question:has(input[type=radio])").first
    name = question.get_attribute("id")
    tab_to(page, question.get_by_role("radio"))
    page.keyboard.press("Space")
    tab_to(page, question.get_by_role("button"))
    page.keyboard.press("Enter")

    answered = page.locator(f"#{name}[data-answered]")
    expect(answered).to_be_visible()
    expect(answered.get_by_role("status")).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/syllabus/", "/accounts/login/"])
def test_tab_goes_through_the_whole_page_and_out_again(page: Page, address: str):
    page.goto(address)
    stops = 0
    while page.keyboard.press("Tab") or (focus := page.evaluate(FOCUS)):
        assert focus["seen"], f"nothing shows that the focus is at {focus['what']}"
        stops += 1
        assert stops < MOST_STOPS, "the focus does not come out of the page"
    assert stops > 2
