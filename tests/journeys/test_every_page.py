"""What is asked of each page in a browser: no violation that axe finds in WCAG 2.2 AA, in either theme, with
all that is folded away open; no sideways scrolling; and nothing that moves while the page comes."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, StorageState

from tests.journeys.documents import Asking, address_of
from tests.journeys.pages import PAGES, Example, Visitor

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
PHONE, TABLET, DESK = 390, 768, 1440
MOST_SHIFT = 0.02
# The browser's own account of what moved without anybody's doing, from the first frame on.
COUNT_SHIFTS = """
    window.shifted = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue;
            const moved = entry.sources.map(({ node }) => node?.nodeName + "." + (node?.className ?? ""));
            window.shifted.push([entry.value, moved.join(", ")]);
        }
    }).observe({ type: "layout-shift", buffered: true });
"""
IS_WHOLE = """async () => {
    await document.fonts.ready;
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    await frame(); await frame();
    const ends = (each) => each.effect.getComputedTiming().endTime < Infinity;
    const moving = document.getAnimations().filter(ends);
    await Promise.allSettled(moving.map((each) => each.finished));  // Django's admin fades its colours
}"""
OPEN_ALL = "for (const each of document.querySelectorAll('details:not(.menu)')) each.open = true"
EDITORS_ARE_THERE = """() => [...document.querySelectorAll('textarea[data-editor]')]
    .every((area) => area.dataset.editor === 'ready')"""


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], example: Example, sessions: dict[Visitor, StorageState]
) -> dict[str, Any]:
    """Signed in as who looks."""
    return {
        **browser_context_args,
        "storage_state": sessions[example.visitor],
        "viewport": {"width": DESK, "height": 900},
    }


@pytest.fixture
def address(example: Example, asking: Asking, regraded: None) -> str:
    return address_of(example, asking)


@pytest.mark.parametrize("example", PAGES, ids=str)
def test_page_is_for_everybody(example: Example, page: Page, address: str):
    page.add_init_script(COUNT_SHIFTS)
    wrong: list[str] = []
    if not example.in_the_admin:  # Django's own tables scroll by themselves
        wrong += come_to(page, address, PHONE)
        wrong += violations(page, rules={"color-contrast": {"enabled": False}})  # the colours are the desk's
        page.set_viewport_size({"width": TABLET, "height": 900})
        wrong += sideways(page, TABLET)
    wrong += come_to(page, address, DESK)
    wrong += violations(page)
    page.emulate_media(color_scheme="dark")
    settle(page)
    wrong += [f"dark: {problem}" for problem in violations(page, runOnly=OF_COLOURS)]
    assert not wrong, "\n".join(["", *wrong])


def come_to(page: Page, address: str, width: int) -> list[str]:
    """Open it and all that it folds away, in a window of so many CSS pixels; what was wrong on the way."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    settle(page)
    shifts = page.evaluate("window.shifted")
    moved = sum(value for value, _ in shifts)
    wrong = [f"{width} px: {moved:.3f} of the page moved while it came: {shifts}"] * (moved > MOST_SHIFT)
    page.evaluate(OPEN_ALL)
    settle(page)
    return wrong + sideways(page, width)


def settle(page: Page) -> None:
    """Until the fonts are in place, every editor stands, and two frames were drawn."""
    page.wait_for_function(EDITORS_ARE_THERE)
    page.evaluate(IS_WHOLE)


def sideways(page: Page, width: int) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{width} px: scrolls sideways by {wide} px"] * (wide > 0)


def scrolls_sideways(page: Page) -> bool:
    return bool(sideways(page, 0))


def violations(page: Page, **options: Any) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # Without `preload`: it would read style sheets by an inline style, which our policy blocks.
    asked = {"runOnly": STANDARDS, "resultTypes": ["violations"], "preload": False, **options}
    found = page.evaluate("(asked) => axe.run(asked)", asked)
    return [in_words(problem, node) for problem in found["violations"] for node in problem["nodes"]]


def in_words(problem: dict[str, Any], node: dict[str, Any]) -> str:
    why = node["failureSummary"].splitlines()[-1].strip()
    return f"{problem['id']}: {problem['help']}: {node['html'][:160]} ({why})"
