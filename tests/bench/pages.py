"""Measures what pages weigh and how soon they stand: `./lms bench --pages` (`--brief`: three visits of each).

How this works: a site of its own starts as `./lms up` runs it (`tests.bench.site`), with what the demo
accounts have. Chromium visits each page in a new context, so with nothing in its cache, over a line as slow
as `LINE`; then once more, with what the first visit left there; then a few things are done on the page. All
figures are the browser's own (PerformanceResourceTiming, largest-contentful-paint, layout-shift, event).
What is printed is the Markdown of `docs/speed.md`; it ends with 1 where a bound is broken.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.machine import measured_on
from tests.bench.site import site
from tests.chromium import ARGUMENTS, CHROMIUM, MISSING

LEARNER, PASSWORD = "learner@example.org", "gradient"
LESSON = "/docs/fundamentals/week1/python-basics/"
PAGES = {
    "home, signed out": "/",
    "syllabus": "/syllabus/",
    "lesson": LESSON,
    "exercise": f"{LESSON}parse-duration/",
    "dashboard": "/dashboard/",
}
SIGNED_OUT = {"home, signed out"}
VISITS, BRIEF_VISITS = 5, 3
WIDTH, HEIGHT = 1440, 900
# What Lighthouse calls a desktop's: bytes a second each way, and milliseconds there and back.
LINE = {"downloadThroughput": 1_250_000, "uploadThroughput": 1_250_000, "latency": 40, "offline": False}
LESSON_KB, LCP_MS, SHIFT = 150.0, 1000.0, 0.02
LEAST_SEEN_MS = 16  # an event that takes less is not told by the browser

WATCH = """
    window.seen = { lcp: 0, shift: 0, event: 0 };
    const watch = (type, take, more) => new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) take(entry);
    }).observe({ type, buffered: true, ...more });
    watch("largest-contentful-paint", (entry) => { seen.lcp = entry.startTime; });
    watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
    watch("event", (entry) => {
        if (entry.interactionId) seen.event = Math.max(seen.event, entry.duration);
    }, { durationThreshold: 16 });
"""
STANDS = """async () => {
    await document.fonts.ready;
    const areas = [...document.querySelectorAll("textarea[data-editor]")];
    const there = areas.every((area) => area.dataset.editor === "ready");
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)));
    await frame(); await frame();
    return there;
}"""
TOLD = """() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return { requests: all.filter((each) => each.transferSize > 0).length,
             bytes: all.reduce((sum, each) => sum + each.transferSize, 0), ...window.seen };
}"""


@dataclass(frozen=True)
class Visit:
    """Kilobytes of 1,000 bytes as they came over the line, times in milliseconds."""

    requests: int
    kilobytes: float
    again_kilobytes: float
    lcp: float
    shift: float
    inp: float


@contextmanager
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        sys.exit(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def signed_in(browser: Browser, address: str) -> Any:
    """What a browser keeps once the demo learner has signed in."""
    with browser.new_context(base_url=address) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(LEARNER)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/dashboard/")
        return context.storage_state()


def visit(browser: Browser, address: str, path: str, state: Any) -> Visit:
    """Come with an empty cache, come again, do something."""
    with browser.new_context(
        base_url=address, storage_state=state, viewport={"width": WIDTH, "height": HEIGHT}
    ) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        first, again = arrive(page, path), arrive(page, path)
        use(page)
        page.evaluate(STANDS)
        last = page.evaluate(TOLD)
    return Visit(
        requests=first["requests"],
        kilobytes=first["bytes"] / 1000,
        again_kilobytes=again["bytes"] / 1000,
        lcp=first["lcp"],
        shift=max(first["shift"], last["shift"]),
        inp=last["event"],
    )


def arrive(page: Page, path: str) -> dict[str, float]:
    page.goto(path, wait_until="networkidle")
    page.wait_for_function(STANDS)
    told: dict[str, float] = page.evaluate(TOLD)
    return told


def use(page: Page) -> None:
    """What a person does there: open something, write some code, answer a question."""
    folded = page.locator("main details > summary:visible")
    if folded.count():
        folded.first.click()
    editor = page.locator(".cm-content:visible")
    if editor.count():
        editor.first.click()
        page.keyboard.type("x = 1\n")
    question = page.locator(".question:has(.option)")
    if question.count():
        question.first.locator(".option").first.click()
        question.first.locator("button[type=submit]").click()
        page.locator(".question[data-answered]").first.wait_for()


# --- What is printed ----------------------------------------------------------------------------


def median(visits: list[Visit], of: Callable[[Visit], float]) -> float:
    return statistics.median(of(visit) for visit in visits)


def table(found: dict[str, list[Visit]]) -> list[str]:
    lines = [
        "| page | requests | kB, cold | kB, again | LCP | CLS | INP |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, visits in found.items():
        inp = median(visits, lambda visit: visit.inp)
        cells = [
            f"{median(visits, lambda visit: visit.requests):.0f}",
            f"{median(visits, lambda visit: visit.kilobytes):.0f}",
            f"{median(visits, lambda visit: visit.again_kilobytes):.0f}",
            f"{median(visits, lambda visit: visit.lcp):.0f} ms",
            f"{median(visits, lambda visit: visit.shift):.3f}",
            f"{inp:.0f} ms" if inp >= LEAST_SEEN_MS else f"< {LEAST_SEEN_MS} ms",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def broken(found: dict[str, list[Visit]]) -> list[str]:
    """The bounds that do not hold, as sentences."""
    said = []
    for name, visits in found.items():
        weight = median(visits, lambda visit: visit.kilobytes)
        if name == "lesson" and weight > LESSON_KB:
            said.append(f"{name}: {weight:.0f} kB come over the line, more than {LESSON_KB:.0f} kB.")
        stands = median(visits, lambda visit: visit.lcp)
        if stands > LCP_MS:
            said.append(f"{name}: it stands after {stands:.0f} ms, later than {LCP_MS:.0f} ms.")
        moved = median(visits, lambda visit: visit.shift)
        if moved > SHIFT:
            said.append(f"{name}: {moved:.3f} of it moves, more than {SHIFT}.")
    return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brief", action="store_true", help="three visits of each page")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its servers end with it
    times = BRIEF_VISITS if options.brief else VISITS
    try:
        with site(lite=True, demo=True) as place, chromium() as browser:
            found = measured(browser, place.address, times)
            print(measured_on(f"Chromium {browser.version}"), *["", *table(found), ""], sep="\n")
    except KeyboardInterrupt:
        sys.exit("\nstopped")
    problems = broken(found)
    print(*problems or ["Every bound holds."], sep="\n")
    sys.exit(1 if problems else 0)


def measured(browser: Browser, address: str, times: int) -> dict[str, list[Visit]]:
    """Page → its visits; a first round, which finds the server's own caches cold, is not counted."""
    state = signed_in(browser, address)
    found: dict[str, list[Visit]] = {name: [] for name in PAGES}
    for number in range(times + 1):
        for name, path in PAGES.items():
            seen = visit(browser, address, path, None if name in SIGNED_OUT else state)
            if number:
                found[name].append(seen)
    return found


if __name__ == "__main__":
    main()
