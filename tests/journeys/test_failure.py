"""A request that comes to nothing is said in words, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Exercise, sign_in

pytestmark = pytest.mark.browser
CODE = "answer = 42\n"


@pytest.fixture
def typed_page(page: Page, exercise: Exercise) -> Page:
    """An exercise with something of the learner's in the editor."""
    sign_in(page, "learner2@example.org")
    page.goto(exercise.path)
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator("textarea[name=code]").fill(CODE)
    return page


def test_a_site_that_does_not_answer_is_said_and_the_code_stays(typed_page: Page):
    typed_page.context.set_offline(True)
    typed_page.get_by_role("button", name="Submit").click()

    expect(typed_page.get_by_role("alert")).to_contain_text("The site did not answer.")
    expect(typed_page.locator("textarea[name=code]")).to_have_value(CODE)
    expect(typed_page.get_by_role("button", name="Submit")).to_be_enabled()


def test_a_session_that_has_ended_does_not_put_the_sign_in_page_below_the_editor(typed_page: Page):
    typed_page.context.clear_cookies(name="sessionid")
    typed_page.get_by_role("button", name="Submit").click()

    expect(typed_page.get_by_role("alert")).to_contain_text("You have been signed out.")
    expect(typed_page.locator("textarea[name=code]")).to_have_value(CODE)
    expect(typed_page.get_by_label("Password")).to_have_count(0)


def test_code_that_is_refused_says_why_in_the_page(typed_page: Page):
    too_long = "x = 1\n" * 30_000
    typed_page.locator("textarea[name=code]").evaluate("(area, text) => { area.value = text; }", too_long)
    typed_page.get_by_role("button", name="Submit").click()

    expect(typed_page.locator("#results")).to_contain_text("128 kB")
