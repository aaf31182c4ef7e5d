"""What belongs to every page: keys and their dialog, a failure’s toast, a look that holds at each width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Exercise, sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

WEEK = "/docs/fundamentals/week1/"
PAGES = ["/", "/syllabus/", "/nowhere/", "/accounts/login/"]
LEARNERS = ["/docs/fundamentals/", WEEK, "/docs/fundamentals/week2/", "/docs/capstone/week25/"]
WIDTHS = [390, 768, 1440]
CODE = "answer = 42\n"


@pytest.fixture
def week_page(page: Page) -> Page:
    sign_in(page, "learner2@example.org")
    page.goto(WEEK)
    return page


# --- Keys ---------------------------------------------------------------------------------------


def test_a_question_mark_lists_the_keys_of_the_page(week_page: Page):
    week_page.keyboard.press("?")

    dialog = week_page.get_by_role("dialog", name="Keys of this page")
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Next week")
    expect(dialog).to_contain_text("Syllabus")
    expect(dialog.locator("dt").filter(has_text="then").first).to_have_text(re.compile("g\\s*then\\s*h"))
    assert violations(week_page) == []

    week_page.keyboard.press("]")
    expect(dialog, "a key of the page does nothing below a dialog").to_be_visible()
    week_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_button_in_the_footer_does_the_same_and_gets_the_focus_back(week_page: Page):
    button = week_page.get_by_role("button", name="Keys")
    button.click()
    week_page.get_by_role("dialog").get_by_role("button", name="Close").click()

    expect(week_page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()


def test_a_key_and_two_keys_lead_on(week_page: Page):
    week_page.keyboard.press("]")
    expect(week_page).to_have_url(re.compile("/docs/fundamentals/week2/$"))
    week_page.wait_for_load_state()

    week_page.keyboard.press("g")
    week_page.keyboard.press("s")
    expect(week_page).to_have_url(re.compile("/syllabus/$"))


def test_a_key_with_control_belongs_to_the_browser(week_page: Page):
    week_page.keyboard.press("Control+]")
    expect(week_page).to_have_url(re.compile(f"{WEEK}$"))


def test_what_is_typed_in_a_field_is_no_key(page: Page):
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("^e-?mail", re.IGNORECASE)).fill("")
    page.keyboard.type("g?s")

    expect(page.get_by_label(re.compile("^e-?mail", re.IGNORECASE))).to_have_value("g?s")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_typed_in_the_editor_is_no_key(page: Page, exercise: Exercise):
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    page.locator(".cm-content").focus()
    page.keyboard.type("g?s")

    expect(page.get_by_role("dialog")).to_be_hidden()
    assert "g?s" in page.locator("textarea[name=code]").input_value()


def test_single_keys_can_be_switched_off_for_good(week_page: Page):
    week_page.get_by_role("button", name="Keys").click()
    week_page.get_by_role("checkbox", name="Single keys work").uncheck()
    week_page.keyboard.press("Escape")
    week_page.reload()

    week_page.keyboard.press("]")
    week_page.keyboard.press("?")
    expect(week_page.get_by_role("dialog")).to_be_hidden()
    expect(week_page).to_have_url(re.compile(f"{WEEK}$"))

    week_page.get_by_role("button", name="Keys").click()
    week_page.get_by_role("checkbox", name="Single keys work").check()
    week_page.keyboard.press("Escape")
    week_page.keyboard.press("]")
    expect(week_page).to_have_url(re.compile("/docs/fundamentals/week2/$"))


def test_keys_that_something_else_listens_to_are_listed_too(week_page: Page):
    week_page.locator("main").evaluate(
        """(main) => {
            const keys = document.createElement("dl");
            keys.hidden = true;
            keys.dataset.keysAlso = "";
            keys.innerHTML = "<dt><kbd>Tab</kbd></dt><dd>indents</dd>";
            main.append(keys);
        }"""
    )
    week_page.keyboard.press("?")

    expect(week_page.get_by_role("dialog").locator("dl > div").last).to_have_text(re.compile("Tab.*indents"))


# --- The toast ----------------------------------------------------------------------------------


@pytest.fixture
def typed_page(page: Page, exercise: Exercise) -> Page:
    sign_in(page, "learner2@example.org")
    page.goto(exercise.path)
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator("textarea[name=code]").fill(CODE)
    return page


def keeps_what_was_typed(page: Page) -> None:
    expect(page.locator("textarea[name=code]")).to_have_value(CODE)
    expect(page.locator("main h1")).to_have_count(1)  # no second page below the editor


def test_a_file_that_is_too_large_says_the_limit_in_the_page(typed_page: Page):
    typed_page.locator("summary", has_text="Send a file instead").click()
    file = {"name": "solution.py", "mimeType": "text/x-python", "buffer": b"#" * 9 * 1024 * 1024}
    typed_page.locator("input[type=file]").set_input_files(file)
    typed_page.get_by_role("button", name="Submit").click()

    expect(typed_page.get_by_role("alert")).to_contain_text("All that is sent at once may be 8.0")
    keeps_what_was_typed(typed_page)


def test_a_form_that_is_too_old_says_so_in_the_page(typed_page: Page):
    typed_page.context.clear_cookies(name="csrftoken")
    typed_page.get_by_role("button", name="Submit").click()

    alert = typed_page.get_by_role("alert")
    expect(alert).to_contain_text("The form was too old to be sent. You signed in or out")
    expect(alert).to_contain_text("What you wrote is still here.")
    keeps_what_was_typed(typed_page)

    alert.get_by_role("button", name="Close").click()
    expect(alert).not_to_contain_text("too old", use_inner_text=True)


def test_an_exercise_that_is_gone_says_so_in_the_page(typed_page: Page):
    form = typed_page.locator("form#submit")
    form.evaluate("(form) => form.setAttribute('hx-post', '/docs/fundamentals/week1/gone/gone/')")
    form.evaluate("(form) => htmx.process(form)")
    typed_page.get_by_role("button", name="Submit").click()

    expect(typed_page.get_by_role("alert")).to_contain_text("There is nothing at this address.")
    keeps_what_was_typed(typed_page)


# --- At any width, in both themes ---------------------------------------------------------------


def too_wide(page: Page, paths: list[str]) -> list[str]:
    wrong = []
    for path in paths:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(path)
            wrong += [f"{path} at {width} px"] * scrolls_sideways(page)
    return wrong


def test_no_page_of_the_course_scrolls_sideways(page: Page):
    assert too_wide(page, PAGES) == []
    sign_in(page, "learner2@example.org")
    assert too_wide(page, LEARNERS) == []


def test_the_page_of_the_design_holds_in_both_themes_and_at_any_width(page: Page):
    sign_in(page, "instructor@example.org")
    assert too_wide(page, ["/design/"]) == []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto("/design/")
        assert violations(page) == []


def test_a_theme_changes_every_colour_of_the_page_at_once(page: Page):
    page.goto("/")
    grounds = set()
    for theme in ("Light", "Dark"):
        page.get_by_role("radio", name=theme).check()
        grounds.add(page.locator("html").evaluate("(html) => getComputedStyle(html).backgroundColor"))
    assert grounds == {"rgb(255, 255, 255)", "rgb(16, 18, 22)"}


@pytest.fixture
def still_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """Of somebody who asks for less motion."""
    context = browser.new_context(base_url=base_url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_whoever_asks_for_less_motion_sees_none(still_page: Page):
    sign_in(still_page, "instructor@example.org")
    still_page.goto("/design/")
    moving = still_page.evaluate(
        """[...document.querySelectorAll("*")].filter((element) => {
            const { animationName: moves, transitionDuration: times } = getComputedStyle(element);
            return moves !== "none" || times.split(",").some((time) => parseFloat(time) > 0);
        }).map((element) => element.outerHTML.slice(0, 80))"""
    )
    assert moving == []
