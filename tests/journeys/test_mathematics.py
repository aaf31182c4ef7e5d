"""Formulas in a real browser: set under the page's policy, readable as TeX without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from course.markdown import render
from tests.journeys.conftest import ROOT, sign_in
from tests.journeys.test_every_page import scrolls_sideways, violations

pytestmark = pytest.mark.browser

FORMULAS = r"""
The softmax of one logit is \(\operatorname{softmax}(z)_i = e^{z_i} / \sum_j e^{z_j}\).
Measurable: \(\mathbb{E}[X] \in \mathcal{F}\).

\[
\begin{aligned}
\nabla_\theta L &= \frac{1}{n} \sum_{i=1}^{n} \left( \hat p_i - y_i \right) x_i
    + \lambda \theta + \underbrace{\sqrt{v + \epsilon}}_{\text{Adam}}
    + \alpha + \beta + \gamma + \delta + \varepsilon + \zeta + \eta + \vartheta + \iota + \kappa \\
\theta &\leftarrow \theta - \eta \begin{pmatrix} a & b \\ c & d \end{pmatrix} \nabla_\theta L
\end{aligned}
\]

$$
\nonsense{x
$$
"""
TEX = re.compile(r"\\\(|\\\[|^\$\$$", re.MULTILINE)
PAGE = "/docs/fundamentals/week1/numpy-arrays/fleet-slis/"  # its task has a formula
TASK = '<div class="prose prose--small" id="task">'


def with_formulas(route: Route) -> None:
    """The exercise's own page, headers and all, with more formulas at the beginning of its task."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace(TASK, f"{TASK}{render(FORMULAS).html}", 1))


def test_formulas_are_set_and_break_no_policy_and_a_faulty_one_stays_readable(page: Page):
    sign_in(page, "learner2@example.org")
    page.route(f"**{PAGE}", with_formulas)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(PAGE)

    expect(page.locator('.arithmatex[data-formula="set"]')).to_have_count(7)
    expect(page.locator(".arithmatex math").first).to_be_attached()
    faulty = page.locator('.arithmatex[data-formula="fault"]')
    expect(faulty).to_contain_text(r"\nonsense{x")
    assert not scrolls_sideways(page)
    long = page.locator('div.arithmatex[data-formula="set"]').first
    expect(long).to_have_attribute("tabindex", "0")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert violations(page) == []


def test_without_javascript_a_formula_is_readable_tex(plain_page: Page):
    sign_in(plain_page, "learner2@example.org")
    plain_page.route(f"**{PAGE}", with_formulas)
    plain_page.goto(PAGE)

    expect(plain_page.locator("div.arithmatex").first).to_contain_text(r"\frac{1}{n} \sum_{i=1}^{n}")


def test_every_formula_of_the_course_can_be_set(page: Page):
    sign_in(page, "learner2@example.org")
    for address in pages_that_may_have_formulas():
        page.goto(address)
        formulas = page.locator(".arithmatex").count()
        expect(page.locator('.arithmatex[data-formula="set"]')).to_have_count(formulas)


def pages_that_may_have_formulas() -> list[str]:
    """The addresses of lessons and exercises in whose files TeX stands, be it in code."""
    course = ROOT / "fixtures"
    lessons = [folder for folder in course.glob("[0-9]*/week*/*") if (folder / "lesson.md").exists()]
    folders = [*lessons, *(task.parent for lesson in lessons for task in lesson.glob("*/task.md"))]
    found = []
    for folder in folders:
        texts = [file.read_text() for file in [*folder.glob("*.md"), *folder.glob("quiz.yaml")]]
        if any(TEX.search(text) for text in texts):
            module, week, lesson, *task = folder.relative_to(course).parts
            number = int(week.removeprefix("week").partition("-")[0])
            path = "/".join([slug(module), f"week{number}", slug(lesson), *task])
            found.append(f"/docs/{path}/")
    return found


def slug(folder: str) -> str:
    return folder.partition("-")[2]
