"""The main road: sign in, read, try, fail, understand, fix, pass, and see the progress move."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import LESSON, Exercise, paste_over, sign_in

pytestmark = pytest.mark.browser


def newest_verdict(page: Page) -> Locator:
    return page.locator("[data-verdict]:not(.badge)").first


def check(page: Page, name: str) -> Locator:
    return page.locator(f'[data-check="{name}"], [data-check^="{name}["]').first


def exercises_passed(page: Page) -> int:
    """The number that the dashboard shows, with its rule beside it."""
    page.goto("/dashboard/")
    measure = page.locator(".progress").filter(has_text="Exercises passed")
    expect(measure).to_contain_text("every check")
    return int(measure.locator("progress").get_attribute("value") or 0)


def read_the_lesson(page: Page, exercise: Exercise) -> None:
    page.goto("/syllabus/")
    page.get_by_role("link", name="Python Basics for DevOps/SRE").first.click()
    expect(page).to_have_url(re.compile(f"{LESSON}$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Python Basics")
    page.get_by_role("main").locator(f'a[href="{exercise.path}"]').first.click()
    expect(page).to_have_url(re.compile(f"{exercise.path}$"))


def test_a_learner_reads_tries_fails_fixes_and_passes(page: Page, exercise: Exercise):
    sign_in(page, "learner2@example.org")
    before = exercises_passed(page)
    read_the_lesson(page, exercise)

    paste_over(page, exercise.wrong.code)
    page.get_by_role("button", name="Submit").click()
    expect(newest_verdict(page)).to_have_attribute("data-verdict", re.compile("^(partly-passed|failed)$"))
    failed = check(page, exercise.wrong.fails)
    expect(failed).to_have_attribute("data-outcome", "failed")
    expect(failed).to_contain_text(exercise.wrong.shows)

    paste_over(page, exercise.solution)
    page.get_by_role("button", name="Submit").click()
    expect(newest_verdict(page)).to_have_attribute("data-verdict", "passed")
    expect(page.locator('[data-check]:not([data-outcome="passed"])')).to_have_count(0)

    assert exercises_passed(page) == before + 1


def test_the_same_road_without_javascript_on_a_phone(plain_page: Page, exercise: Exercise):
    page = plain_page
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "admin@example.org")
    before = exercises_passed(page)
    read_the_lesson(page, exercise)

    send(page, exercise.wrong.code)
    expect(newest_verdict(page)).to_have_attribute("data-verdict", re.compile("^(partly-passed|failed)$"))
    expect(check(page, exercise.wrong.fails)).to_contain_text(exercise.wrong.shows)
    expect(page.locator("[name=code]")).to_have_value(
        re.compile(re.escape(exercise.wrong.code.strip()[-40:]))
    )

    send(page, exercise.solution)
    expect(newest_verdict(page)).to_have_attribute("data-verdict", "passed")

    assert exercises_passed(page) == before + 1


@pytest.mark.parametrize("width", [390, 1440])
def test_without_javascript_a_lesson_is_read_and_its_questions_answered(plain_page: Page, width: int):
    page = plain_page
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(page, "learner2@example.org")
    page.goto(LESSON)
    expect(page.locator("article.prose")).to_be_visible()
    # Neither waits: a form that scripts send, and the end of a quiz that has none yet.
    waiting = page.locator("main [hidden]:not(#place, #quiz-end)")
    assert waiting.count() == 0, "something waits for a script that never comes"

    question = page.locator(".question:has(.option)").first
    name = question.get_attribute("id")
    question.locator(".option").first.click()
    question.get_by_role("button").click()

    answered = page.locator(f"#{name}[data-answered]")
    expect(answered).to_be_in_viewport()
    expect(answered.get_by_role("status")).to_contain_text(re.compile("right", re.IGNORECASE))


def test_without_javascript_code_is_graded_at_a_desk(plain_page: Page, exercise: Exercise):
    plain_page.set_viewport_size({"width": 1440, "height": 900})
    sign_in(plain_page, "instructor@example.org")
    plain_page.goto(exercise.path)

    send(plain_page, exercise.wrong.code)

    expect(check(plain_page, exercise.wrong.fails)).to_contain_text(exercise.wrong.shows)


def send(page: Page, code: str) -> None:
    """Hand it in by the plain form, and wait as one does who runs no script."""
    page.locator("[name=code]").fill(code)
    page.get_by_role("button", name="Submit").click()
    look_until_done(page)


def look_until_done(page: Page) -> None:
    """Press “Look again” as a person would, while the verdict is not there yet."""
    for _attempt in range(60):
        if newest_verdict(page).get_attribute("data-verdict") not in ("queued", "running"):
            return
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(250)
    pytest.fail("no verdict came within 15 s")


def test_a_tool_may_write_into_the_code_area(page: Page, exercise: Exercise):
    """The textarea is what is sent, and the editor shows what is written into it."""
    sign_in(page, "learner2@example.org")
    page.goto(exercise.path)
    editor = page.locator(".cm-content").first
    expect(editor).to_be_visible()

    page.locator("textarea[name=code]").fill("answer = 41 + 1\n")

    expect(editor).to_contain_text("answer = 41 + 1")
