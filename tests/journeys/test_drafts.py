"""Nothing that is typed is lost: not by a killed browser, a second tab, a cut line, an ended session."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Locator, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

WEEK = "/docs/fundamentals/week1"
# One for each scene that leaves something behind, so that none finds what another has typed.
KILLED, TWO_PLACES, CUT_LINE = (
    f"{WEEK}/python-basics/parse-duration/",
    f"{WEEK}/numpy-arrays/counter-rates/",
    f"{WEEK}/numpy-arrays/fleet-slis/",
)
BACK, PLAIN = (
    f"{WEEK}/matplotlib-visualization/latency-panel/",
    f"{WEEK}/matplotlib-visualization/dashboard/",
)
WHO = "learner2@example.org"


@pytest.fixture
def elsewhere(browser: Browser, base_url: str) -> Iterator[Callable[..., Page]]:
    """`elsewhere()` is the same learner at another machine, at the address given."""
    contexts: list[BrowserContext] = []

    def another(path: str, **other: object) -> Page:
        contexts.append(browser.new_context(base_url=base_url, **other))
        page = contexts[-1].new_page()
        sign_in(page, WHO)
        return open_editor(page, path)

    yield another
    for context in contexts:
        context.close()


def open_editor(page: Page, path: str) -> Page:
    page.goto(path)
    expect(page.locator(".cm-content").first).to_be_visible()
    return page


def type_on_top(page: Page, text: str) -> None:
    page.locator(".cm-content").first.click()
    page.keyboard.press("ControlOrMeta+Home")
    page.keyboard.type(text)


def state(page: Page) -> Locator:
    return page.locator("[data-draft-state]")


def saved(page: Page) -> None:
    """Until the server has what stands in the editor."""
    expect(state(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d"))
    expect(page.locator("[data-draft]")).not_to_have_attribute("data-draft-unsaved", "")
    assert not page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('gradient.draft.'))")


def come_back_to(page: Page) -> None:
    """As from another tab. (To the browsers of tests every tab is always in front.)"""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def code(page: Page) -> Locator:
    return page.locator("textarea[name=code]")


def begins(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}")


# --- Killed, cut off, signed out -------------------------------------------------------------------


def test_a_browser_killed_while_one_types_has_saved_what_was_typed(
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, object],
    base_url: str,
    elsewhere: Callable[..., Page],
):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    doomed = browser_type.launch(**browser_type_launch_args)
    began = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    page = doomed.new_context(base_url=base_url).new_page()
    sign_in(page, WHO)
    open_editor(page, KILLED)
    with page.expect_response(lambda answer: answer.url.endswith("/draft/") and answer.status == 200):
        page.locator(".cm-content").first.click()
        page.keyboard.press("ControlOrMeta+Home")
        page.keyboard.type("# typed without a pause, until somebody pulled the plug\n" * 3, delay=50)
    page.keyboard.type("# and on")
    for process in {*began, *(p for p in psutil.Process().children(recursive=True) if p.pid not in before)}:
        if "chrom" in process.name():
            os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(Error):
        page.keyboard.type("nobody is there")

    there = elsewhere(KILLED)

    expect(code(there)).to_have_value(begins("# typed without a pause, until somebody pulled the plug\n"))
    expect(there.locator(".cm-content").first).to_contain_text("# typed without a pause")


def test_a_page_that_is_left_in_the_middle_of_a_word_has_saved_it(page: Page):
    sign_in(page, WHO)
    open_editor(page, KILLED)
    type_on_top(page, "# half a wo")
    page.goto("/dashboard/")

    open_editor(page, KILLED)
    expect(code(page)).to_have_value(begins("# half a wo"))
    saved(page)


def test_offline_it_is_kept_here_and_saved_when_the_line_is_back(page: Page, elsewhere: Callable[..., Page]):
    sign_in(page, WHO)
    open_editor(page, CUT_LINE)
    page.context.set_offline(True)
    type_on_top(page, "# in a tunnel\n")
    expect(state(page)).to_have_text("Offline: kept in this browser")

    page.context.set_offline(False)
    saved(page)
    expect(code(elsewhere(CUT_LINE))).to_have_value(begins("# in a tunnel\n"))


def test_what_was_typed_offline_in_a_page_that_is_gone_is_sent_by_the_next(
    page: Page, elsewhere: Callable[..., Page]
):
    sign_in(page, WHO)
    open_editor(page, CUT_LINE)
    page.context.set_offline(True)
    type_on_top(page, "# before the lid was shut\n")
    expect(state(page)).to_have_text("Offline: kept in this browser")
    after = page.context.new_page()
    page.close()
    page.context.set_offline(False)

    open_editor(after, CUT_LINE)
    expect(code(after)).to_have_value(begins("# before the lid was shut\n"))
    saved(after)
    expect(code(elsewhere(CUT_LINE))).to_have_value(begins("# before the lid was shut\n"))


def test_a_session_that_ended_is_said_and_saving_goes_on_after_the_next(page: Page):
    sign_in(page, WHO)
    open_editor(page, CUT_LINE)
    page.context.clear_cookies(name="sessionid")
    type_on_top(page, "# signed out\n")
    expect(state(page)).to_contain_text("Signed out: kept in this browser. Sign in again in another tab.")

    other_tab = page.context.new_page()
    sign_in(other_tab, WHO)
    other_tab.close()
    come_back_to(page)

    saved(page)
    page.get_by_role("button", name="Run", exact=True).click()  # with the token of before it would be refused
    expect(page.locator("article[data-try]")).to_be_visible()


def test_what_one_person_typed_never_becomes_anothers(page: Page):
    sign_in(page, WHO)
    open_editor(page, CUT_LINE)
    page.context.clear_cookies(name="sessionid")
    other_tab = page.context.new_page()
    sign_in(other_tab, "admin@example.org")
    type_on_top(page, "# not for the admin\n")
    expect(state(page)).to_contain_text("Signed out: kept in this browser.")

    open_editor(other_tab, CUT_LINE)
    expect(code(other_tab)).not_to_have_value(re.compile("not for the admin"))
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "not for the admin" in kept


def test_what_is_too_large_is_kept_here_and_says_why(page: Page):
    sign_in(page, WHO)
    open_editor(page, CUT_LINE)
    paste = (
        "(area, text) => { area.value = text; area.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    code(page).evaluate(paste, "x = 1\n" * 30_000)

    expect(page.locator("[data-draft-refused]")).to_contain_text("a file may hold 128 kB")
    expect(state(page)).to_have_text("Not saved: kept in this browser")
    code(page).evaluate(paste, "# short again\n")
    saved(page)
    expect(page.locator("[data-draft-refused]")).to_be_hidden()


# --- Two places ------------------------------------------------------------------------------------------


def make_a_difference(page: Page, there: Page) -> None:
    type_on_top(there, "# from there\n")
    saved(there)
    type_on_top(page, "# from here\n")
    expect(state(page)).to_have_text("Changed elsewhere")


def test_two_places_that_differ_are_merged_and_nothing_is_lost(page: Page, elsewhere: Callable[..., Page]):
    sign_in(page, WHO)
    open_editor(page, TWO_PLACES)
    there = elsewhere(TWO_PLACES)
    make_a_difference(page, there)

    page.get_by_role("link", name="Two versions: compare them").click()
    expect(page.get_by_role("region", name="Mine: solution.py")).to_contain_text("# from here")
    expect(page.get_by_role("region", name="The other: solution.py")).to_contain_text("# from there")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert not scrolls_sideways(page)

    expect(page.locator("[data-merge-left]")).to_have_text("Differences left: 1")
    page.get_by_role("button", name="Take the other").click()
    expect(page.locator("[data-merge-left]")).to_have_text("No differences are left.")
    page.get_by_role("button", name="Keep what is put together").click()
    expect(code(page)).to_have_value(begins("# from there\n"))

    page.get_by_role("button", name="Undo: bring back the earlier text").click()
    expect(code(page)).to_have_value(begins("# from here\n"))
    expect(page.get_by_role("link", name="Two versions")).to_be_hidden()


def test_mine_is_kept_and_the_other_page_follows_by_itself(page: Page, elsewhere: Callable[..., Page]):
    sign_in(page, WHO)
    open_editor(page, TWO_PLACES)
    there = elsewhere(TWO_PLACES)
    make_a_difference(page, there)
    page.get_by_role("link", name="Two versions: compare them").click()
    page.get_by_role("button", name="Keep mine", exact=True).click()
    expect(code(page)).to_have_value(begins("# from here\n"))

    come_back_to(there)
    expect(there.locator(".cm-content").first).to_contain_text("# from here")
    expect(state(there)).to_contain_text("Brought here from elsewhere.")

    page.get_by_role("button", name="Undo: bring back the earlier text").click()
    expect(code(page)).to_have_value(begins("# from there\n"))


def test_without_javascript_the_two_stand_side_by_side(plain_page: Page, page: Page):
    sign_in(plain_page, WHO)
    plain_page.goto(TWO_PLACES)
    sign_in(page, WHO)
    open_editor(page, TWO_PLACES)
    type_on_top(page, "# by the script\n")
    saved(page)
    plain_page.locator("[name=code]").fill("# by the button\n")
    plain_page.get_by_role("button", name="Save", exact=True).click()

    expect(plain_page.get_by_role("region", name="Mine: solution.py")).to_have_text("# by the button\n")
    expect(plain_page.get_by_role("region", name="The other: solution.py")).to_contain_text("# by the script")
    plain_page.get_by_role("button", name="Keep mine", exact=True).click()
    expect(plain_page.locator("[name=code]")).to_have_value("# by the button\n")
    plain_page.get_by_role("button", name="Undo: bring back the earlier text").click()
    expect(plain_page.locator("[name=code]")).to_have_value(begins("# by the script\n"))


# --- By hand -----------------------------------------------------------------------------------------------


def test_control_s_saves_at_once_and_says_so_without_a_change(page: Page):
    sign_in(page, WHO)
    open_editor(page, BACK)
    type_on_top(page, "# now\n")
    page.keyboard.press("ControlOrMeta+s")
    saved(page)
    page.keyboard.press("ControlOrMeta+s")
    expect(state(page)).to_have_text(re.compile(r"^Saved \d\d:\d\d\. Nothing new since then\.$"))


def test_the_starter_again_and_back(page: Page):
    sign_in(page, WHO)
    open_editor(page, BACK)
    type_on_top(page, "# worth keeping\n")
    page.get_by_role("button", name="Start again from the starter").click()
    expect(page.get_by_text("This is the starter.")).to_be_visible()
    expect(code(page)).not_to_have_value(re.compile("worth keeping"))

    page.get_by_role("button", name="Undo: bring back the earlier text").click()
    expect(code(page)).to_have_value(begins("# worth keeping\n"))


def test_what_was_submitted_is_what_is_shown_and_typing_goes_on(page: Page):
    sign_in(page, WHO)
    open_editor(page, BACK)
    type_on_top(page, "# sent\n")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("article[data-verdict]")).to_be_visible()
    saved(page)
    type_on_top(page, "# and on\n")
    saved(page)
    page.reload()
    expect(code(page)).to_have_value(begins("# and on\n# sent\n"))


def test_the_same_without_javascript(plain_page: Page):
    page = plain_page
    sign_in(page, WHO)
    page.goto(PLAIN)
    page.locator("[name=code]").fill("# with a button\n")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d\.$"))).to_be_visible()
    page.goto("/dashboard/")
    page.goto(PLAIN)
    expect(page.locator("[name=code]")).to_have_value("# with a button\n")

    page.locator("[name=code]").fill("# changed, and not saved\n")
    page.get_by_role("button", name="Start again from the starter").click()
    page.get_by_role("button", name="Undo: bring back the earlier text").click()
    expect(page.locator("[name=code]")).to_have_value("# changed, and not saved\n")
