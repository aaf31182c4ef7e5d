"""Formulas: what is TeX and what is not, and that only pages with formulas load what sets them."""

from __future__ import annotations

import pytest

from course.load import load_course
from course.markdown import has_mathematics, render, render_comment
from course.models import Exercise, Lesson, Question
from tests.course.conftest import FIRST, SECOND
from tests.course.test_load import L1, edit, tree

__all__ = ["tree"]
L1_TASK = f"{L1}/count-errors/task.md"


def test_a_formula_inside_a_sentence_stays_as_it_is_written():
    html = render(r"The loss \(\ell_y = -\log p_y < a_1 * b_2 * c\) falls.").html
    assert html.strip() == (
        r'<p>The loss <span class="arithmatex">\(\ell_y = -\log p_y &lt; a_1 * b_2 * c\)</span> falls.</p>'
    )


@pytest.mark.parametrize(("opened", "closed"), [("\\[", "\\]"), ("$$", "$$")])
def test_a_formula_of_its_own_keeps_its_lines(opened, closed):
    html = render(f"Before.\n\n{opened}\na &= b \\\\\nc &= d\n{closed}\n\nAfter.").html
    assert '<div class="arithmatex">\\[\na &amp;= b \\\\\nc &amp;= d\n\\]</div>' in html


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 an hour, or $6 with a disk.",
        "`$HOME` and $HOME, and $$ is the shell's own number, $$ again.",
        r"In code: `\(x\)`.",
        "```text\n\\[ x \\]\n$$\n```",
        r"Escaped: \\(x\\).",
    ],
)
def test_money_shells_and_code_are_no_mathematics(text):
    assert not has_mathematics(render(text).html)


def test_a_formula_cannot_carry_a_tag():
    html = render(r"\(<img src=x onerror=alert(1)>\) and" + "\n\n$$\n<script>alert(1)</script>\n$$").html
    assert "<img" not in html
    assert "<script" not in html


def test_comments_of_people_have_no_formulas():
    assert not has_mathematics(render_comment(r"I got \(x\)."))


@pytest.mark.django_db
def test_a_page_without_formulas_loads_nothing_for_them(tiny, learner, browser_of):
    browser = browser_of(learner)
    for address in (FIRST, f"{FIRST}count-errors/"):
        assert "katex" not in browser.get(address).content.decode()


@pytest.mark.django_db
def test_a_lesson_with_a_formula_sets_it(tree, learner, browser_of):
    edit(tree, f"{L1}/lesson.md", ("Only a status", r"A share is \(k / n\). Only a status"))
    load_course(tree)
    text = browser_of(learner).get(FIRST).content.decode()
    assert "vendor/katex/katex.js" in text
    assert "js/mathematics.js" in text
    assert "katex" not in browser_of(learner).get(SECOND).content.decode()
    assert list(Lesson.objects.filter(mathematics=True).values_list("slug", flat=True)) == ["counting-lines"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Which status is an error of the **server**?", r"Is \(x\) one?"),
        ('"A redirect is healthy traffic."', r"A redirect is \(x\)."),
    ],
)
def test_a_lesson_whose_question_has_a_formula_sets_it_too(tree, learner, browser_of, old, new):
    edit(tree, f"{L1}/quiz.yaml", (old, new))
    load_course(tree)
    assert list(Question.objects.filter(mathematics=True).values_list("slug", flat=True)) == [
        "which-is-an-error"
    ]
    assert "vendor/katex/katex.js" in browser_of(learner).get(FIRST).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("file", ["task.md", "hints.md"])
def test_an_exercise_with_a_formula_sets_it(tree, learner, browser_of, file):
    path = tree / L1 / "count-errors" / file
    path.write_text(path.read_text().rstrip() + "\n\nThe share is \\(k / n\\).\n")
    load_course(tree)
    assert Exercise.objects.get(slug="count-errors").mathematics
    assert "vendor/katex/katex.js" in browser_of(learner).get(f"{FIRST}count-errors/").content.decode()
