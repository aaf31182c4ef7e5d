"""The first administrator, on a site that begins without demo accounts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import ROOT, Exercise, answers
from tests.journeys.test_every_page import DESK, PHONE, sideways, violations
from tests.servers import free_port

pytestmark = pytest.mark.browser

PASSWORD = "three wise penguins"


@dataclass(frozen=True)
class Bare:
    """A site that nobody administers yet."""

    environment: dict[str, str]

    def run(self, *words: str) -> str:
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def link(self) -> str:
        """A new link; none of the ones before it works from then on."""
        found = re.search(r"http://\S+/first-admin/\S+", self.run("manage.py", "first_admin"))
        assert found
        return found[0]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    var = tmp_path_factory.mktemp("bare")
    bare = Bare({**os.environ, "GRADIENT_VAR": str(var), "GRADIENT_ADDRESS": address})
    assert f"{address}/first-admin/" in bare.run("-m", "config.prepare", "--hosted")
    bare.run("manage.py", "collectstatic", "--no-input", "--verbosity=0")
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads=4"]
    with Path(var, "web.log").open("wb") as log:
        web = subprocess.Popen(command, cwd=ROOT, env=bare.environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while not answers(f"{address}/readyz"):
            assert time.monotonic() < until, Path(var, "web.log").read_text()
            time.sleep(0.1)
        yield bare
    finally:
        web.terminate()
        web.wait(20)


def test_the_page_of_the_link_is_for_everybody(page: Page, exercise: Exercise, bare: Bare):
    dead, good = bare.link(), bare.link()
    for address in (good, dead):
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            assert sideways(page, width) + violations(page) == []


def test_somebody_becomes_the_administrator_without_javascript(browser: Browser, bare: Bare):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        link = bare.link()
        page.goto(link)
        page.get_by_label("E-mail address").fill("ada@example.org")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password", exact=True).fill("password")
        page.get_by_label("Password confirmation").fill("password")
        become = page.get_by_role("button", name="Become the administrator")
        become.click()
        expect(page.get_by_text("This password is too common.")).to_be_visible()
        expect(page.get_by_label("E-mail address")).to_have_value("ada@example.org")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("Password confirmation").fill(PASSWORD)
        become.click()
        expect(page.get_by_text("You are this site's administrator.")).to_be_visible()
        page.get_by_label(re.compile("^e-?mail", re.IGNORECASE)).fill("ada@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.locator("summary").first.click()
        expect(page.get_by_text("ada@example.org")).to_be_visible()
        page.goto(link)
        expect(page.get_by_text("This link has been used")).to_be_visible()
