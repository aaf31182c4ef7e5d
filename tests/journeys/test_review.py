"""An instructor says something about a submission, and the learner reads it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Exercise, sign_in

pytestmark = pytest.mark.browser


def test_an_instructors_comment_reaches_the_learner(
    page: Page, browser: Browser, base_url: str, exercise: Exercise
):
    sign_in(page, "learner2@example.org")
    page.goto(exercise.path)
    page.locator("textarea[name=code]").fill(exercise.wrong.code)
    page.get_by_role("button", name="Submit").click()
    verdict = page.locator("[data-verdict]:not(.badge)").first
    expect(verdict).to_have_attribute("data-verdict", "partly-passed")
    verdict.locator('a[href^="/submissions/"]').first.click()
    submission = page.url

    with browser.new_context(base_url=base_url) as context:
        review(context.new_page(), submission, "Name the *unit* in the message.")

    page.goto(submission)
    said = page.locator(".review").last
    expect(said).to_contain_text("Name the unit in the message.")
    expect(said.locator("em")).to_have_text("unit")
    expect(verdict).to_have_attribute("data-verdict", "partly-passed")


def review(page: Page, submission: str, comment: str) -> None:
    sign_in(page, "instructor@example.org")
    page.goto(submission)
    page.get_by_role("link", name="Review it").click()
    page.get_by_label("Comment", exact=False).last.fill(comment)
    page.get_by_role("button", name="Add the review").first.click()
    expect(page.get_by_text(comment.replace("*", "")).first).to_be_visible()
