"""Nobody needs a mouse, and nobody is caught in the editor."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Exercise, paste_over, sign_in

pytestmark = pytest.mark.browser


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
