"""The editor helps with Python, leaves the keyboard free, and loses nothing when its form comes anew."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import sign_in
from tests.journeys.test_drafts import WEEK, WHO, code, open_editor
from tests.journeys.test_every_page import violations

pytestmark = pytest.mark.browser
EDITED = f"{WEEK}/pandas-dataframes/incident-timeline/"


@pytest.fixture
def editor(page: Page) -> Page:
    """An editor with nothing in it."""
    sign_in(page, WHO)
    open_editor(page, EDITED)
    code(page).fill("")
    page.locator(".cm-content").first.click()
    return page


def test_names_are_completed_from_the_file_python_and_what_is_imported(editor: Page):
    options = editor.get_by_role("option")
    editor.keyboard.type("import numpy as np\nrequests_per_minute = 3\nreque")
    expect(options.filter(has_text="requests_per_minute")).to_be_visible()
    editor.keyboard.press("Escape")
    editor.keyboard.type("\nsort")
    expect(options.filter(has_text=re.compile("^sorted$"))).to_be_visible()
    editor.keyboard.press("Escape")
    editor.keyboard.type("\nnp.medi")
    expect(options.filter(has_text=re.compile("^median$"))).to_be_visible()
    assert violations(editor) == []
    editor.wait_for_timeout(100)  # CodeMirror takes no Enter for an answer in the first 75 ms
    editor.keyboard.press("Enter")
    expect(code(editor)).to_have_value(re.compile(r"np\.median$"))


def test_enter_after_a_whole_name_is_a_new_line(editor: Page):
    editor.keyboard.type("seconds = 60\nsecond")
    expect(editor.get_by_role("option").filter(has_text="seconds")).to_be_visible()
    editor.keyboard.type("s")
    expect(editor.get_by_role("option").filter(has_text="seconds")).to_be_visible()
    editor.wait_for_timeout(100)
    editor.keyboard.press("Enter")
    expect(code(editor)).to_have_value("seconds = 60\nseconds\n")

    editor.keyboard.type("break")
    expect(editor.get_by_role("option").filter(has_text="breakpoint")).to_be_visible()
    editor.wait_for_timeout(100)
    editor.keyboard.press("Enter")
    expect(code(editor)).to_have_value("seconds = 60\nseconds\nbreak\n")


def test_a_syntax_error_is_marked_beside_its_line_and_goes_when_it_is_mended(editor: Page):
    mark = editor.locator(".cm-lint-marker-error")
    editor.keyboard.type("def p99(values)\nreturn 1")
    expect(mark.first).to_be_visible()
    editor.keyboard.press("F8")
    expect(editor.locator(".cm-diagnostic")).to_have_text("Python cannot read this.")
    expect(editor.locator(".cm-announced").first).to_have_text(re.compile(r"^\d: Python cannot read this\.$"))
    code(editor).fill("def p99(values):\n    return 1\n")
    expect(mark).to_have_count(0)


def test_lines_become_comments_and_code_again(editor: Page):
    editor.keyboard.type("a = 1")
    editor.keyboard.press("ControlOrMeta+/")
    expect(code(editor)).to_have_value("# a = 1")
    editor.keyboard.press("ControlOrMeta+/")
    expect(code(editor)).to_have_value("a = 1")


def test_escape_says_that_tab_leaves_and_tab_does(editor: Page):
    editor.keyboard.press("Escape")
    expect(editor.locator(".cm-announced").first).to_have_text("Tab leaves the editor now.")
    editor.keyboard.press("Tab")
    expect(editor.locator(".cm-content").first).not_to_be_focused()


def test_what_was_done_can_be_undone_after_the_form_came_anew(editor: Page):
    editor.keyboard.type("first = 1\nsecond = 2\n")
    code(editor).evaluate(
        """(old) => {
            const anew = old.cloneNode();
            for (const name of ["data-editor", "aria-hidden", "tabindex"]) anew.removeAttribute(name);
            anew.value = old.value;
            document.querySelector(".editor").remove();
            old.replaceWith(anew);
            document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: anew.form } }));
        }"""
    )
    expect(editor.locator(".cm-content").first).to_contain_text("second = 2")
    editor.locator(".cm-content").first.click()
    editor.keyboard.press("ControlOrMeta+z")
    expect(code(editor)).to_have_value("first = 1\nsecond = 2")  # the new line was a step of its own


def test_several_files_are_tabs(page: Page):
    """No exercise of the course has several yet, so one gets a second on its way to the browser."""

    def with_another_file(route: Route) -> None:
        answer = route.fetch()
        field = '<div class="field"><label for="two">notes.txt</label>'
        field += '<textarea id="two" name="code:notes.txt" class="code-area">'
        body = answer.text().replace(
            '<div class="draft"', f'{field}second</textarea></div><div class="draft"', 1
        )
        route.fulfill(response=answer, body=body)

    sign_in(page, WHO)
    page.route(f"**{EDITED}", with_another_file)
    open_editor(page, EDITED)
    first, second = (page.get_by_role("tab", name=name) for name in ("solution.py", "notes.txt"))
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="notes.txt")).to_be_hidden()
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    expect(page.get_by_role("tabpanel", name="notes.txt").locator(".cm-content")).to_have_text("second")
    expect(page.get_by_role("tabpanel", name="solution.py")).to_be_hidden()
    assert violations(page) == []


def test_every_key_that_the_editor_owns_is_listed(page: Page):
    sign_in(page, WHO)
    open_editor(page, EDITED)
    keys = page.locator("[data-keys-also] dt").all_text_contents()
    assert {"Ctrl S", "Ctrl Enter", "Ctrl Shift Enter", "Esc, Tab"} <= set(keys)
    assert len(keys) == page.locator("[data-keys-also] dd").count()
