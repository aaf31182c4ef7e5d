"""An instructor grades attempts again, looks, applies it, and takes it back; the learner reads why."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Exercise, sign_in

pytestmark = pytest.mark.browser


def test_a_regrade_is_looked_at_applied_and_taken_back(
    page: Page, browser: Browser, base_url: str, exercise: Exercise
):
    sign_in(page, "instructor@example.org")
    page.goto("/regrades/")
    page.get_by_role("link", name="Begin a regrade").click()
    page.get_by_role("button", name="Look what this finds").click()
    page.get_by_label("Why").fill("We look whether all is as it was.")
    page.get_by_role("button", name="Grade again, to look at it").click()
    expect(page.locator(".changes")).to_be_visible(timeout=60_000)  # asked for again by the page itself
    page.locator(".change summary").first.click()
    expect(page.locator(".change__sides").first).to_be_visible()
    page.get_by_role("button", name="All changes").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Applied to \d+ grades?"))

    with browser.new_context(base_url=base_url) as context:
        learners = context.new_page()
        sign_in(learners, "learner@example.org")
        learners.goto(exercise.path)
        learners.locator(".grade summary").click()
        expect(learners.locator(".grade__history")).to_contain_text("We look whether all is as it was.")

    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"grades? (is|are) what (it was|they were)"))
