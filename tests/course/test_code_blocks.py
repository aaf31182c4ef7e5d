"""The code blocks of a lesson: their bars, what is folded, and where a page puts its tools."""

from __future__ import annotations

import pytest

from course.load import load_course
from course.markdown import render, render_lesson
from course.models import Exercise, Lesson
from course.pictures import size_of
from tests.course.conftest import FIRST
from tests.course.test_load import L1, edit, tree

__all__ = ["tree"]
RUN = "```python run\nprint(1)\n```\n\n```output\n1\n```\n"
PREDICT = f"**Predict:** what comes\nout?\n\n{RUN}"
SVG = '<svg xmlns="x" width="300pt" height="150.3pt" viewBox="0 0 300 150.3"></svg>'


def html_of(text: str) -> str:
    return render_lesson(text, {"latency": SVG}).html


def test_a_block_that_runs_has_room_for_its_tools_its_text_and_its_result():
    html = html_of(f"{RUN}\n```yaml\na: 1\n```\n\n```python raises=KeyError\n{{}}[1]\n```\n")
    order = ['id="block-1"', 'id="tools-1"', "print", 'id="edit-1"', 'class="output"', 'id="ran-1"', ">YAML<"]
    assert sorted(order, key=html.index) == order
    assert 'id="tools-2"' in html, "a block that raises runs too"
    assert 'id="tools-3"' not in html
    assert "Raises <code>KeyError</code>" in html


def test_the_code_of_a_task_has_no_bar():
    assert "code-bar" not in render(RUN).html
    assert "tools-1" not in render(RUN).html


def test_output_is_folded_where_the_paragraph_before_asks_to_predict():
    assert '<details class="predict"><summary>Show the output</summary><pre class="output"' in html_of(
        PREDICT
    )


@pytest.mark.parametrize(
    "text",
    [
        RUN,
        f"**Predict:** what comes out?\n\nThen run it.\n\n{RUN}",
        PREDICT.replace("```output", "It prints:\n\n```output"),
    ],
)
def test_other_output_stays_open(text):
    assert "<details" not in html_of(text)
    assert '<pre class="output"' in html_of(text)


def test_a_picture_has_its_room_and_leads_to_itself():
    html = html_of("![p99 over a night](latency.svg)")
    image = '<img alt="p99 over a night" src="latency.svg" width="400" height="200">'
    assert f'<a class="picture" href="latency.svg" rel="noopener noreferrer">{image}</a>' in html


@pytest.mark.parametrize(
    ("svg", "size"),
    [
        ('<svg width="72pt" height="36pt"', (96, 48)),
        ('<svg viewBox="0 0 640 320"', (640, 320)),
        ('<svg height="10" width="20"', None),
        ("", None),
    ],
)
def test_the_size_of_a_picture(svg, size):
    assert size_of(svg) == size


def test_a_wide_table_scrolls_in_its_own_box():
    assert '<div class="scroll"><table>' in html_of("| a | b |\n|---|---|\n| 1 | 2 |\n")


def test_what_holds_in_production_may_stand_in_a_box():
    html = html_of("/// production\nSet a limit.\n///\n")
    assert '<div class="admonition production">\n<p class="admonition-title">In production</p>' in html


@pytest.mark.django_db
def test_the_blocks_of_a_lesson_are_kept_in_a_row_that_no_list_shows(tree, learner, browser_of):
    load_course(tree)
    row = Exercise.objects.get(lesson__slug="counting-lines", kind=Exercise.Kind.BLOCKS)
    assert row.paths == ["blocks.py", "block-1", "block-2", "block-3"]
    assert row.starter["blocks.py"] == "RAISES = {'block-2': 'ValueError'}\n"
    assert row.starter["block-2"] == 'int("five hundred")'
    assert row.optional
    assert row not in Exercise.objects.listed()
    text = browser_of(learner).get(FIRST).content.decode()
    assert row.slug not in text
    assert browser_of(learner).get(f"{FIRST}{row.slug}/").status_code == 404


@pytest.mark.django_db
def test_a_lesson_without_blocks_that_run_has_no_such_row_and_one_that_loses_them_retires_it(tree):
    load_course(tree)
    for word in ("```python run\n", "```python raises=ValueError\n", "```python run plot alt="):
        edit(
            tree,
            f"{L1}/lesson.md",
            (word, word.replace("run", "shown").replace("raises=ValueError", "shown")),
        )
    text = (tree / L1 / "lesson.md").read_text()
    shown = text.replace("python shown", 'python shown reason="a trial" verified="never"')
    (tree / L1 / "lesson.md").write_text(
        shown.replace("```output\n1\n```", "").replace("```output\ndrawn\n```", "")
    )
    lines = load_course(tree).lines
    assert "exercise counting-lines--blocks: retired" in lines


@pytest.mark.django_db
def test_a_data_set_that_a_block_names_is_there_when_it_runs(tree):
    edit(tree, f"{L1}/lesson.md", ('print("drawn")', 'print("drawn"); open("data/tiny-log-v1/access.log")'))
    load_course(tree)
    assert Exercise.objects.get(slug="counting-lines--blocks").data == ["tiny-log-v1"]
    assert Exercise.objects.get(slug="top-paths--blocks").data == []


@pytest.mark.django_db
def test_a_renamed_lesson_keeps_its_row(tree):
    load_course(tree)
    row = Exercise.objects.get(slug="top-paths--blocks")
    path = "1-basics/week02-sorting/01-top-paths"
    edit(tree, f"{path}/lesson.md", ("title:", "formerly: top-paths\ntitle:"))
    (tree / path).rename(tree / "1-basics/week02-sorting/01-busy-paths")
    edit(tree, f"{L1}/lesson.md", ("week2/top-paths", "week2/busy-paths"))
    load_course(tree)
    assert Lesson.objects.get(slug="busy-paths").exercises.get(kind="blocks") == row
