"""Questions come back: a quiz from its first question to its result, by keyboard and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LESSON, sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

WEEK_QUIZ = "/docs/fundamentals/week1/quiz/"
ORDERED = "/docs/fundamentals/week1/pandas-dataframes/"
PHONE = {"width": 390, "height": 844}


def begin(page: Page) -> None:
    """Begin the quiz of the week, or go on with the one that an earlier test left."""
    page.goto(WEEK_QUIZ)
    page.get_by_role("main").get_by_text(re.compile("^(Begin|Go on)")).first.click()
    expect(page.locator("#asked")).to_be_visible()


def choose(page: Page) -> None:
    """Give some answer to the question on the page, whatever its kind."""
    question = page.locator(".question")
    chosen = question.locator("select:visible")
    if question.locator("input[type=radio], input[type=checkbox]").count():
        question.locator("input[name=answer]").first.check()
    elif question.locator("input[name=answer]").count():
        question.locator("input[name=answer]").fill("12")
    for place in range(chosen.count()):
        chosen.nth(place).select_option(index=place + 1)


def test_a_quiz_leads_by_keyboard_from_question_to_result(page: Page):
    sign_in(page, "learner2@example.org")
    begin(page)
    while page.locator(".question button[type=submit]").count():
        choose(page)
        page.locator(".question button[type=submit]").focus()
        page.keyboard.press("Enter")
        result = page.locator(".result")
        expect(result).to_be_focused()
        expect(result).to_contain_text(re.compile("Right|Not right"))
        page.keyboard.press("Tab")
        expect(page.locator("#asked a.button")).to_be_focused()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("right")
    expect(page.get_by_role("link", name="Again, with other questions")).to_be_visible()
    assert violations(page) == []


def test_a_question_and_the_review_are_for_everybody_in_both_themes_and_on_a_phone(page: Page):
    sign_in(page, "learner@example.org")
    begin(page)
    choose(page)
    page.locator(".question button[type=submit]").click()
    expect(page.locator(".result")).to_be_visible()
    for path in ("", "/review/", WEEK_QUIZ):
        if path:
            page.goto(path)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (path, theme)
        page.set_viewport_size(PHONE)
        assert violations(page) == [], (path, "phone")
        assert not scrolls_sideways(page), path


def test_what_was_answered_in_a_lesson_is_announced_in_the_review(page: Page):
    sign_in(page, "learner@example.org")
    page.goto(LESSON)
    question = page.locator(".question").first
    question.locator("input[name=answer]").first.check()
    question.locator("button[type=submit]").click()
    expect(question.locator(".result")).to_be_focused()
    page.goto("/review/")
    expect(page.get_by_role("main")).to_contain_text(re.compile("The next questions come on|is due|are due"))


def test_steps_are_put_in_order_by_buttons(page: Page):
    sign_in(page, "learner@example.org")
    page.goto(ORDERED)
    steps = page.locator("[data-order=ready]").first
    second = steps.locator(".line__text").nth(1).inner_text()
    up = steps.get_by_role("button", name="Move up").nth(1)
    up.focus()
    page.keyboard.press("Enter")

    assert steps.locator(".line__text").first.inner_text() == second
    assert steps.locator("select").first.input_value() == "1"
    expect(steps.get_by_role("button", name="Move up").first).to_be_focused()
    assert violations(page) == []


def test_a_quiz_works_without_scripts_and_a_reload_asks_the_same(plain_page: Page):
    page = plain_page
    sign_in(page, "learner@example.org")
    page.goto(WEEK_QUIZ)
    page.get_by_role("main").get_by_text(re.compile("^(Begin|Go on)")).first.click()
    asked = page.locator(".question").get_attribute("id")
    page.goto(WEEK_QUIZ)
    page.get_by_role("link", name="Go on").click()
    assert page.locator(".question").get_attribute("id") == asked
    choose(page)
    page.locator(".question button[type=submit]").click()
    expect(page.locator(".result")).to_be_visible()
    page.locator("#asked a.button").click()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".question[data-answered]").filter(has=page.locator(f"#{asked}"))).to_have_count(0)
