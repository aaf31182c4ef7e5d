"""A real browser in front of what `./lms up` starts, on a scratch copy of its data.

How this works: the site is started once for all journeys, with its own GRADIENT_VAR and the
learners' environments of this checkout. Each test gets a fresh browser context of pytest-playwright.
A page that writes to the console (a blocked script or style, a missing file, an exception) fails
the test that opened it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Page,
    Playwright,
    StorageState,
    expect,
)

from tests.chromium import ARGUMENTS, CHROMIUM, MISSING
from tests.journeys.pages import LESSON, Visitor
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 240
PASSWORD = "gradient"  # the demo accounts', known to everybody

expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Exercise:
    """An exercise as its author wrote it, and where the site shows it."""

    folder: Path
    path: str

    @property
    def starter(self) -> str:
        return (self.folder / "starter.py").read_text()

    @property
    def solution(self) -> str:
        return (self.folder / "solution.py").read_text()

    @property
    def wrong(self) -> WrongSolution:
        """The first wrong solution that fails a named check with a named message."""
        for file in sorted((self.folder / "wrong").glob("*.py")):
            wrong = WrongSolution.read(file)
            if wrong.fails and wrong.shows:
                return wrong
        raise LookupError(f"{self.folder} has no wrong solution that fails a named check")


@dataclass(frozen=True)
class WrongSolution:
    code: str
    fails: str
    shows: str

    @classmethod
    def read(cls, file: Path) -> WrongSolution:
        code = file.read_text()
        header = [line[2:] for line in code.splitlines() if line.startswith("# ") and ": " in line]
        said = dict(line.split(": ", 1) for line in header)
        expected = said.get("expect", "").split()
        fails = expected[1] if expected[:1] == ["fails"] else ""
        return cls(code=code, fails=fails, shows=said.get("shows", "").strip("\"'"))


# What tests ask for on purpose: to the console, a page that is refused is a failed load.
EXPECTED = re.compile(
    "status of 4|Status Error Code 4|ERR_INTERNET_DISCONNECTED|htmx:(sendError|afterRequest)"
)


@pytest.fixture(scope="session")
def exercise() -> Exercise:
    """The first exercise of the first lesson."""
    (lesson,) = ROOT.glob("fixtures/1-*/week01-*/01-python-basics")
    folders = sorted(task.parent for task in lesson.glob("*/task.md"))
    slug = next(folder for folder in folders if any((folder / "wrong").glob("*.py")))
    return Exercise(slug, f"{LESSON}{slug.name}/")


# --- The site ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that `./lms up` runs for these tests."""
    if not CHROMIUM:
        pytest.skip(MISSING)
    var = tmp_path_factory.mktemp("site")
    environments = ROOT / "var" / "environments"
    environments.mkdir(parents=True, exist_ok=True)
    (var / "environments").symlink_to(environments)
    port = free_port()
    log = var / "lms.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(ROOT / "lms"), "up", "--port", str(port)],
            env={**os.environ, "GRADIENT_VAR": str(var), "GRADIENT_LOGIN_LIMIT": "10000"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, process, log)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail("./lms up did not stop within 30 s of Ctrl-C")


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers, and what the demo accounts have to show is graded: it would mix with ours."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        if "demo: there" in log.read_text() and answers(f"{address}/readyz"):
            return
        time.sleep(0.5)
    pytest.fail(f"./lms up did not come to serve {address}; it said:\n{log.read_text()[-4000:]}")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except (urllib.error.URLError, OSError):
        return False


# --- The browser ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's Chromium."""
    if not CHROMIUM:
        pytest.skip(MISSING)
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, object]) -> dict[str, object]:
    """Without transitions: axe would measure a colour half way to another."""
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def base_url(site: str) -> str:
    """What pytest-playwright puts before every address."""
    return site


@pytest.fixture(autouse=True)
def the_console_stays_empty(context: BrowserContext) -> Iterator[None]:
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    context.on("weberror", lambda error: said.append(str(error.error)))
    yield
    assert not [line for line in said if not EXPECTED.search(line)]


@pytest.fixture(scope="session")
def sessions(browser: Browser, base_url: str) -> dict[Visitor, StorageState]:
    """Of each visitor what a browser keeps once the visitor has signed in."""
    kept: dict[Visitor, StorageState] = {}
    for visitor in Visitor:
        with browser.new_context(base_url=base_url) as context:
            if visitor.value:
                sign_in(context.new_page(), visitor.value)
            kept[visitor] = context.storage_state()
    return kept


@pytest.fixture(scope="session")
def asking(
    playwright: Playwright, base_url: str, sessions: dict[Visitor, StorageState]
) -> Iterator[dict[Visitor, APIRequestContext]]:
    """A session of each visitor that asks for pages and draws nothing."""
    asks = {
        visitor: playwright.request.new_context(base_url=base_url, storage_state=state)
        for visitor, state in sessions.items()
    }
    yield asks
    for each in asks.values():
        each.dispose()


@pytest.fixture(scope="session")
def regraded(browser: Browser, base_url: str, sessions: dict[Visitor, StorageState]) -> None:
    """There is a regrade to look at."""
    with browser.new_context(base_url=base_url, storage_state=sessions[Visitor.INSTRUCTOR]) as context:
        page = context.new_page()
        page.goto("/regrades/new/")
        page.get_by_role("button", name="Look what this finds").click()
        page.get_by_label("Why").fill("A check was wrong.")
        page.get_by_role("button", name="Grade again, to look at it").click()
        expect(page.locator(".changes")).to_be_visible(timeout=60_000)


@pytest.fixture
def plain_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """A browser that runs no JavaScript."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, email: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("^e-?mail", re.IGNORECASE)).fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/accounts/login/" not in page.url, page.get_by_role("main").inner_text()


def paste_over(page: Page, code: str) -> None:
    """Replace what is in the editor as people do: click into it, select all, paste."""
    page.locator(".cm-content").first.click()  # a scratch pad that is open is another one
    paste_over_all(page, code)


def paste_over_all(page: Page, code: str) -> None:
    """Replace what is in the editor that has the focus.

    (Playwright's insert_text makes Chromium itself write style attributes, which the policy blocks.)
    """
    page.keyboard.press("ControlOrMeta+a")
    page.locator(".cm-content").first.evaluate(
        """(element, code) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", code);
            const options = { clipboardData, bubbles: true, cancelable: true };
            element.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        code,
    )
    expect(page.locator("textarea[name=code]")).to_have_value(code)
