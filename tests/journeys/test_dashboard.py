"""The dashboard by keyboard, by ear and on paper; and time that is counted only while somebody is there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import LESSON, sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

MINUTE = 60_000
HIDE = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

LISTEN = """
    window.said = [];
    const send = window.fetch;
    window.fetch = (address, options) => {
        if (String(address).endsWith("/beat/")) said.push(Number(options.body.get("seconds")));
        return send(address, options);
    };
"""


def open_all(page: Page) -> None:
    page.evaluate("for (const part of document.querySelectorAll('main details')) part.open = true")


class Beats:
    """A lesson's page whose clock is in our hands, and the seconds that it says it was in use."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(LISTEN)
        page.clock.install()
        page.goto(LESSON)  # modules have run when a page is loaded

    @property
    def seconds(self) -> list[int]:
        """One number for each beat."""
        return list(self.page.evaluate("said"))

    def scroll(self) -> None:
        self.page.mouse.move(300, 300)
        self.page.mouse.wheel(0, 40)
        self.page.wait_for_function("scrollY > 0")

    def wait(self, milliseconds: int) -> None:
        self.page.clock.run_for(milliseconds)


# --- The page -----------------------------------------------------------------------------------


def test_the_weeks_are_gone_through_by_keyboard(page: Page):
    sign_in(page, "learner@example.org")
    page.goto("/dashboard/")
    week = page.locator(".heatmap__week")
    for _ in range(60):
        page.keyboard.press("Tab")
        if week.first.evaluate("link => link === document.activeElement"):
            break
    expect(week.first).to_be_focused()
    ring = week.first.locator(".heatmap__focus")
    assert ring.evaluate("rect => getComputedStyle(rect).stroke") != "none"
    expect(week.first).to_have_accessible_name(re.compile(r"^Week 1, .*\d+ of \d+ exercises passed, "))

    page.keyboard.press("Tab")
    expect(week.nth(1)).to_be_focused()
    assert ring.evaluate("rect => getComputedStyle(rect).stroke") == "none"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/docs/fundamentals/week1/$"))


def test_the_table_behind_the_weeks_has_the_numbers_of_the_picture(page: Page):
    sign_in(page, "learner@example.org")
    page.goto("/dashboard/")
    table = page.get_by_role("table").filter(has=page.get_by_role("columnheader", name="Mastery"))
    expect(table).to_be_hidden()
    page.get_by_text("The weeks as a table").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()

    first = page.locator(".heatmap__week").first
    said = re.findall(r"(\d+) of (\d+)", first.get_attribute("aria-label") or "")
    cells = table.locator("tbody tr").first.locator("td").all_inner_texts()
    assert [cells[-3], cells[-2], cells[-1]] == [f"{done} of {total}" for done, total in said]
    assert table.locator("tbody tr").count() == page.locator(".heatmap__week").count()


def test_a_week_in_the_picture_is_large_enough_to_be_hit_on_a_phone(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "learner@example.org")
    page.goto("/dashboard/")
    for week in page.locator(".heatmap__week").all():
        box = week.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("email", ["learner@example.org", "learner2@example.org"])
def test_all_that_can_be_opened_is_for_everybody(page: Page, email: str):
    sign_in(page, email)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        for path in ("/dashboard/", "/what-is-counted/"):
            page.goto(path)
            open_all(page)
            assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/dashboard/")
    open_all(page)
    assert not scrolls_sideways(page)


def test_without_javascript_the_dashboard_says_the_same(plain_page: Page):
    sign_in(plain_page, "learner@example.org")
    plain_page.goto("/dashboard/")
    expect(plain_page.get_by_text("Without JavaScript")).to_be_visible()
    plain_page.get_by_text("The weeks as a table").click()
    expect(plain_page.get_by_role("columnheader", name="Mastery")).to_be_visible()
    plain_page.get_by_role("link", name=re.compile("^Week 1, ")).first.click()
    expect(plain_page).to_have_url(re.compile("/week1/$"))


# --- Time ---------------------------------------------------------------------------------------


def test_time_goes_on_for_a_minute_after_the_last_input_and_no_longer(page: Page):
    sign_in(page, "learner2@example.org")
    beats = Beats(page)
    beats.wait(3 * MINUTE)
    assert beats.seconds == [], "nobody has touched the page yet"

    beats.scroll()
    beats.wait(5 * MINUTE)
    assert 55 <= sum(beats.seconds) <= 60

    before = sum(beats.seconds)
    for _ in range(4):
        page.keyboard.press("Shift")
        beats.wait(MINUTE // 2)
    beats.wait(5 * MINUTE)
    # Three half minutes between the four keys, and a minute after the last.
    assert 145 <= sum(beats.seconds) - before <= 152


def test_a_page_out_of_sight_counts_nothing_and_tells_at_once_what_it_has(page: Page):
    sign_in(page, "learner2@example.org")
    beats = Beats(page)
    beats.scroll()
    beats.wait(MINUTE // 3)
    assert beats.seconds == []
    page.evaluate(HIDE, "hidden")
    assert len(beats.seconds) == 1
    assert 18 <= beats.seconds[0] <= 25

    page.keyboard.press("Shift")
    beats.wait(5 * MINUTE)
    page.evaluate(HIDE, "visible")
    beats.wait(5 * MINUTE)
    assert len(beats.seconds) == 1, "coming back is no input"


def test_what_a_beat_tells_is_a_number_of_seconds_and_nothing_else(page: Page):
    sign_in(page, "learner2@example.org")
    beats = Beats(page)
    beats.scroll()
    with page.expect_response(lambda answer: answer.url.endswith("/beat/")) as answered:
        beats.wait(MINUTE)
    assert answered.value.status == 204
    assert re.fullmatch(r"seconds=\d+", answered.value.request.post_data or "")


def minutes_spent(page: Page) -> int:
    """As the dashboard says, in all."""
    page.goto("/dashboard/")
    said = page.locator("summary", has_text=re.compile("Each week, .* in all"))
    words = said.inner_text() if said.count() else ""
    hours, minutes = (re.search(rf"(\d+) {unit}\b", words) for unit in ("h", "min"))
    return 60 * int(hours[1] if hours else 0) + int(minutes[1] if minutes else 0)


def test_two_tabs_and_a_clock_that_runs_fast_count_no_more_than_there_was(
    page: Page, context: BrowserContext
):
    sign_in(page, "learner2@example.org")
    before = minutes_spent(page)
    tabs = [Beats(context.new_page()) for _ in range(2)]
    for _ in range(5):
        for tab in tabs:
            tab.page.bring_to_front()
            tab.page.keyboard.press("Shift")
            with tab.page.expect_response(lambda answer: answer.url.endswith("/beat/")):
                tab.wait(MINUTE)

    assert sum(sum(tab.seconds) for tab in tabs) > 550, "this is what the two tabs say"
    # A beat may be worth 90 s after a silence; the others came within seconds of it.
    assert minutes_spent(page) - before <= 3
