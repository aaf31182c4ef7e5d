"""Run, look, then submit: what a slow loop prints is read while it runs; nothing counts until “Submit”."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Exercise, paste_over, sign_in

pytestmark = pytest.mark.browser

SLOW = """
import time
for turn in range(6):
    print("turn", turn, "<b>as text</b>")
    time.sleep(0.5)
print("the end")
"""
DRAWN = """
import time
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(4, 2))
axes.plot([1, 3, 2])
axes.set_title("p99 by hour")
plt.show()
time.sleep(3)
print("slept")
"""


def tried(page: Page) -> Locator:
    return page.locator("article[data-try]")


def press_and_wait(page: Page, key: str) -> None:
    """Until what it sends is answered, and the buttons can be pressed again."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_enabled()


def open_scratch(page: Page) -> Locator:
    """The scratch pad as a text area; with JavaScript an editor stands in its place."""
    if page.locator("details.scratch:not([open])").count():
        page.get_by_text("Scratch pad", exact=False).first.click()
    return page.locator("textarea[name=scratch]")


def test_prints_are_read_while_the_loop_still_runs_and_then_it_is_submitted(page: Page, exercise: Exercise):
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    paste_over(page, exercise.solution)
    open_scratch(page).fill(SLOW)
    page.get_by_role("button", name="Run", exact=True).click()

    output = tried(page).locator(".verdict__scratch pre")
    expect(output).to_contain_text("turn 1 <b>as text</b>")
    expect(tried(page)).to_have_attribute("data-try", "running")
    expect(output).not_to_contain_text("the end")

    expect(tried(page)).to_have_attribute("data-try", "passed")
    expect(output).to_contain_text("the end")
    expect(tried(page)).to_contain_text("Visible checks passed")
    expect(tried(page)).to_contain_text("Submit to have all of them")
    expect(page.locator("article[data-verdict]")).to_have_count(0)

    page.get_by_role("button", name="Submit").click()
    expect(page.locator("article[data-verdict]")).to_have_attribute("data-verdict", "passed")
    expect(tried(page)).to_have_count(0)
    page.reload()
    expect(page.locator("textarea[name=scratch]")).to_have_value(re.compile("as text"))


def test_a_figure_is_seen_as_soon_as_it_is_shown(page: Page, exercise: Exercise):
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    paste_over(page, exercise.solution)
    open_scratch(page).fill(DRAWN)
    page.get_by_role("button", name="Run", exact=True).click()

    expect(page.get_by_role("img", name="p99 by hour")).to_be_visible()
    expect(tried(page)).to_have_attribute("data-try", "running")
    expect(tried(page)).to_have_attribute("data-try", "passed")
    expect(page.get_by_role("img", name="p99 by hour")).to_have_count(1)


def test_the_keys_run_from_the_editor_and_from_the_scratch_pad(page: Page, exercise: Exercise):
    sign_in(page, "learner2@example.org")
    page.goto(f"{exercise.path}?starter")
    paste_over(page, exercise.solution)
    press_and_wait(page, "ControlOrMeta+Enter")
    expect(page.locator("article[data-verdict]")).to_have_attribute("data-verdict", "passed")
    page.locator(".cm-content").first.focus()
    press_and_wait(page, "ControlOrMeta+Shift+Enter")
    expect(tried(page)).to_have_attribute("data-try", "passed")

    open_scratch(page)
    pad = page.locator(".scratch .cm-content")
    pad.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("print(6 * 7)")
    press_and_wait(page, "ControlOrMeta+Shift+Enter")
    expect(tried(page).locator(".verdict__scratch pre")).to_have_text("42")
    expect(pad).to_contain_text("print(6 * 7)")  # nothing typed is lost


def test_the_same_without_javascript(plain_page: Page, exercise: Exercise):
    page = plain_page
    sign_in(page, "admin@example.org")
    page.goto(f"{exercise.path}?starter")
    page.locator("[name=code]").fill(exercise.solution)
    open_scratch(page).fill("print(6 * 7)\n")
    page.get_by_role("button", name="Run", exact=True).click()
    for _look in range(60):
        if tried(page).get_attribute("data-try") not in ("queued", "running"):
            break
        page.get_by_role("link", name="Look again").click()
        page.wait_for_timeout(250)
    expect(tried(page).locator(".verdict__scratch pre")).to_have_text("42")
    expect(page.locator("[name=scratch]")).to_have_value("print(6 * 7)\n")
