"""Reading a lesson: the place in it, its code copied, changed and run where it stands, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

READER = "learner2@example.org"
DRAWN = "/docs/fundamentals/week1/matplotlib-visualization/"
READ = "/docs/fundamentals/week1/numpy-arrays/"


@pytest.fixture
def lesson(page: Page) -> Page:
    sign_in(page, READER)
    page.goto(DRAWN)
    return page


def block(page: Page, number: int) -> Locator:
    return page.locator(f"#block-{number}")


def run_of(page: Page, number: int) -> Locator:
    return page.locator(f"#ran-{number} .ran")


def write(page: Page, number: int, code: str) -> None:
    """Open the block's editor and put this in its place."""
    if block(page, number).locator("[data-editing]").count() == 0:
        block(page, number).get_by_role("button", name="Edit").click()
    expect(block(page, number).locator(".cm-content")).to_be_visible()
    block(page, number).locator("textarea").evaluate(
        """(area, code) => { area.value = code; area.dispatchEvent(new Event("input")); }""", code
    )


def test_a_block_is_copied(lesson: Page):
    lesson.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = block(lesson, 2).get_by_role("button", name="Copy")
    copy.click()

    expect(block(lesson, 2).get_by_role("button", name="Copied")).to_be_visible()
    assert lesson.evaluate("navigator.clipboard.readText()").startswith("from matplotlib.path import Path\n")


def test_a_block_is_run_after_those_before_it_and_the_recorded_output_stays(lesson: Page):
    recorded = block(lesson, 2).locator("details.predict")
    expect(recorded.locator(".output")).to_be_hidden()
    block(lesson, 2).get_by_role("button", name="Run").click()

    expect(run_of(lesson, 2)).to_have_attribute("data-ran", "passed", timeout=60_000)
    expect(run_of(lesson, 2).locator(".output")).to_have_text(
        "6 rows, 1 piece(s)\n8 rows, 2 piece(s)\n8 rows, 1 piece(s)\n", use_inner_text=False
    )
    recorded.get_by_text("Show the output").click()
    expect(recorded.locator(".output")).to_contain_text("8 rows, 2 piece(s)")


def test_a_block_is_changed_run_by_the_keyboard_fails_at_its_line_and_is_put_back(lesson: Page):
    write(lesson, 1, "x = 1\nprint('mine', x)\nnothing()\n")
    block(lesson, 1).locator(".cm-content").press("ControlOrMeta+Enter")

    expect(run_of(lesson, 1)).to_have_attribute("data-ran", "passed", timeout=60_000)
    said = run_of(lesson, 1).locator(".output")
    expect(said).to_contain_text("mine 1\nTraceback", use_inner_text=False)
    expect(said).to_contain_text('File "block-1", line 3, in <module>')
    expect(said).to_contain_text("NameError: name 'nothing' is not defined")

    run_of(lesson, 1).get_by_role("link", name="Reset").click()
    expect(run_of(lesson, 1)).to_have_count(0)
    expect(block(lesson, 1).locator("pre").first).to_contain_text("matplotlib.pyplot")
    expect(block(lesson, 1).locator("textarea")).to_have_value(re.compile("^import matplotlib"))


def test_what_a_block_draws_and_prints_is_seen_while_it_runs(lesson: Page):
    write(
        lesson,
        1,
        "import matplotlib.pyplot as plt\nimport time\n"
        "plt.figure(figsize=(3, 2)).suptitle('p99 by hour')\nplt.show()\n"
        "print('drawn', flush=True)\ntime.sleep(4)\nprint('slept')\n",
    )
    block(lesson, 1).get_by_role("button", name="Run").click()

    figure = run_of(lesson, 1).get_by_role("img", name="p99 by hour")
    expect(figure).to_be_visible(timeout=60_000)
    expect(run_of(lesson, 1).locator(".output")).to_contain_text("slept", timeout=60_000)
    expect(figure).to_have_js_property("naturalWidth", 300)


def test_without_javascript_the_lesson_comes_again_with_the_result_in_its_place(plain_page: Page):
    sign_in(plain_page, READER)
    plain_page.goto(DRAWN)
    block(plain_page, 2).get_by_role("link", name="Edit").click()
    plain_page.get_by_label("Your block 2").fill("print(len(times), 'without a script')")
    block(plain_page, 2).get_by_role("button", name="Run").click()

    expect(run_of(plain_page, 2)).to_have_attribute("data-ran", "passed", timeout=60_000)
    expect(run_of(plain_page, 2).locator(".output")).to_have_text("8 without a script")
    expect(plain_page.get_by_label("Your block 2")).to_have_value("print(len(times), 'without a script')")
    assert plain_page.url.endswith("#block-2")
    picture = plain_page.locator(".picture img").first
    picture.scroll_into_view_if_needed()
    assert plain_page.request.get(picture.get_attribute("src") or "").ok


def test_the_contents_mark_the_place_and_say_how_long_is_left(lesson: Page):
    contents = lesson.get_by_role("navigation", name="On this page")
    expect(contents).to_contain_text("about 12 minutes left")
    contents.get_by_role("link", name="In production").click()

    expect(contents.locator("[aria-current]")).to_have_text("In production")
    expect(contents.locator(".toc__left")).to_have_text(
        re.compile("about 1 minute left|about [23] minutes left")
    )
    lesson.locator("#lesson-quiz").scroll_into_view_if_needed()
    lesson.locator("#lesson-quiz").evaluate("heading => heading.scrollIntoView()")
    expect(contents.locator(".toc__left")).to_have_text("read to the end")


def test_another_device_goes_on_where_one_was(page: Page, browser: Browser, base_url: str):
    sign_in(page, READER)
    page.goto(READ)
    heading = page.locator("article.prose h2").nth(3)
    with page.expect_response(re.compile("/place/$")) as kept:
        heading.evaluate("heading => heading.scrollIntoView()")
    assert kept.value.status == 204

    other = browser.new_context(base_url=base_url)
    device = other.new_page()
    sign_in(device, READER)
    device.goto(READ)
    go_on = device.get_by_role("link", name=re.compile("^Go on at"))
    assert device.evaluate("scrollY") == 0, "it does not go there by itself"
    go_on.click()
    title = heading.evaluate("heading => heading.firstChild.textContent")
    expect(go_on).to_have_text(f"Go on at “{title}”")
    expect(device.get_by_role("heading", name=title)).to_be_in_viewport()
    other.close()


def test_the_lessons_before_and_after_have_keys(lesson: Page):
    expect(lesson.locator('a[rel="prev"]')).to_have_attribute("data-key", "[")
    lesson.goto("/docs/fundamentals/week1/python-basics/")
    expect(lesson.locator('a[rel="next"]')).to_have_attribute("data-key", "]")


def test_a_picture_has_its_room_before_it_is_there_and_a_card_in_the_dark(lesson: Page):
    picture = lesson.locator(".picture").first
    assert picture.locator("img").evaluate("image => image.width && image.getAttribute('height') > 0")
    for theme, card in (("light", "rgba(0, 0, 0, 0)"), ("dark", "rgb(230, 231, 234)")):
        lesson.emulate_media(color_scheme=theme)
        expect(picture).to_have_css("background-color", card)


def test_on_paper_there_is_text_and_code_and_nothing_to_press(lesson: Page):
    block(lesson, 2).get_by_role("button", name="Run").click()
    expect(run_of(lesson, 2)).to_be_visible()
    lesson.emulate_media(media="print")

    for gone in (".header", ".toc", ".tool >> nth=0", ".pager", ".ran", ".resume", ".split > aside"):
        for found in lesson.locator(gone).all():
            expect(found).to_be_hidden()
    expect(block(lesson, 2).locator("pre").first).to_have_css("white-space", "pre-wrap")
    expect(block(lesson, 2).locator("pre").first).to_be_visible()


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_it_is_readable_at_every_width_in_both_themes_with_a_run_and_an_editor_open(lesson: Page, width: int):
    write(lesson, 1, "print('mine ' * 60)\n")
    block(lesson, 1).get_by_role("button", name="Run").click()
    expect(run_of(lesson, 1)).to_have_attribute("data-ran", "passed", timeout=60_000)
    lesson.set_viewport_size({"width": width, "height": 900})

    assert not scrolls_sideways(lesson)
    for theme in ("light", "dark"):
        lesson.emulate_media(color_scheme=theme)
        assert violations(lesson) == []
