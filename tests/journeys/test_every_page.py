"""What is asked of each page: no violation that axe finds in WCAG 2.2 AA, in either theme and with the
editor on it; and no sideways scrolling on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import LESSON, Exercise, sign_in

pytestmark = pytest.mark.browser

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
PUBLIC = ["/", "/syllabus/", "/accounts/login/", "/accounts/password/reset/", "/nowhere/"]
PUBLIC += ["/what-is-counted/"]
MODULE = "/docs/fundamentals/"
LEARNERS = [
    "/dashboard/",
    MODULE,
    f"{MODULE}week1/",
    f"{MODULE}week2/",
    LESSON,
    "EXERCISE",
    "SUBMISSION",
    "/settings/",
    "/glossary/",
    "/glossary/map/",
    "/review/",
    f"{MODULE}week1/quiz/",
]
STAFF = ["/operator/", "/design/", "/admin/", "/admin/grading/submission/", "REVIEW", "REGRADE", "/regrades/"]
STAFF += ["/regrades/new/", "/admin/grading/gradeevent/"]
STAFF += [f"/admin/course/{page}/" for page in ("cohort", "deadline", "deadline/add", "extension/add")]


def violations(page: Page) -> list[str]:
    # Without `preload`: it would read style sheets by an inline style, which our policy blocks.
    options = {"runOnly": STANDARDS, "resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, options=options).response
    return [in_words(problem, node) for problem in found["violations"] for node in problem["nodes"]]


def in_words(problem: dict[str, Any], node: dict[str, Any]) -> str:
    why = node["failureSummary"].splitlines()[-1].strip()
    return f"{problem['id']}: {problem['help']}: {node['html'][:160]} ({why})"


def open_page(page: Page, path: str, exercise: Exercise) -> None:
    """Go to an address, or to the page that a word of the lists above stands for."""
    if path == "SUBMISSION":
        page.goto("/dashboard/")
        page.locator('main a[href^="/submissions/"]').first.click()
    elif path == "REVIEW":
        page.goto("/admin/grading/submission/")
        page.locator("#result_list tbody th a, #result_list tbody td a").first.click()
    elif path == "REGRADE":
        open_regrade(page)
    else:
        page.goto(exercise.path if path == "EXERCISE" else path)
    if path == "EXERCISE":
        expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator("h1").first).to_be_visible()


def open_regrade(page: Page) -> None:
    """The newest regrade, with its first line open; where there is none one is begun."""
    page.goto("/regrades/")
    begun = page.locator('main tbody th a[href^="/regrades/"]')
    if begun.count():
        begun.first.click()
    else:
        page.get_by_role("link", name="Begin a regrade").click()
        page.get_by_role("button", name="Look what this finds").click()
        page.get_by_label("Why").fill("A check was wrong.")
        page.get_by_role("button", name="Grade again, to look at it").click()
    expect(page.locator(".changes")).to_be_visible(timeout=60_000)
    page.locator(".change summary").first.click()


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def look_at(page: Page, paths: list[str], exercise: Exercise) -> list[str]:
    """Everything that is wrong with some pages, each named with its theme."""
    wrong: list[str] = []
    for path in paths:
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.set_viewport_size({"width": 1280, "height": 900})
            open_page(page, path, exercise)
            wrong += [f"{path}, {theme}: {problem}" for problem in violations(page)]
        if path.startswith("/admin/") or path == "REVIEW":
            continue  # Django's own tables scroll by themselves
        page.set_viewport_size({"width": 390, "height": 844})
        open_page(page, path, exercise)
        wrong += [f"{path}, phone: {problem}" for problem in violations(page)]
        wrong += [f"{path}: scrolls sideways at 390 px"] * scrolls_sideways(page)
    return wrong


def test_public_pages_are_for_everybody(page: Page, exercise: Exercise):
    assert look_at(page, PUBLIC, exercise) == []


def test_learners_pages_are_for_everybody(page: Page, exercise: Exercise):
    sign_in(page, "learner@example.org")
    assert look_at(page, LEARNERS, exercise) == []


def test_instructors_pages_are_for_everybody(page: Page, exercise: Exercise):
    sign_in(page, "instructor@example.org")
    assert look_at(page, STAFF, exercise) == []


def test_the_theme_is_remembered_from_the_first_byte(page: Page):
    page.goto("/")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    response = page.reload()

    assert response
    assert '<html lang="en" data-theme="dark">' in response.text()
    page.get_by_role("radio", name="Auto").check()
    assert "data-theme" not in page.reload().text().split(">", 2)[1]
