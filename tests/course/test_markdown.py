"""Markdown in, safe HTML out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.content import fences
from course.markdown import ATTRIBUTES, TAGS, highlight, render, render_comment, render_lesson, render_line

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "![x](https://elsewhere.example/track.svg)",
    "![x](//elsewhere.example/track.svg)",
    "![x](../../admin/logout/)",
    '![x](a.svg "x\\" onerror=\\"alert(1)")',
    '[x](https://a.example "x\\" onmouseover=\\"alert(1)")',
    "`<script>alert(1)</script>`",
    "```python run\n</code></pre><script>alert(1)</script>\n```",
    '```python run plot alt="x\\"><script>alert(1)</script>"\nx = 1\n```',
    "```python run plot alt=\"' onerror='alert(1)\"\nx = 1\n```",
    '```sh shown reason="<img src=x onerror=alert(1)>" verified="<b>"\nls\n```',
    "```output\n</pre><script>alert(1)</script>\n```",
    "```<script>alert(1)</script>\nx\n```",
    "/// details | <script>alert(1)</script>\nx\n///",
    "/// details | x\n    attrs: {onclick: alert(1), id: x}\n\ny\n///",
    "/// note | <img src=x onerror=alert(1)>\nx\n///",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "# <script>alert(1)</script>",
    "# x {: onclick=alert(1)}",
    "x\n: <script>alert(1)</script>",
    "<!-- --><script>alert(1)</script><!-- -->",
    "<style>@import url(https://elsewhere.example)</style>",
    '<div style="background:url(javascript:alert(1))">x</div>',
    '<form action="https://elsewhere.example"><input name=password></form>',
    "<base href='https://elsewhere.example/'>",
    "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
    "<object data=x></object><embed src=x>",
    "\x02klzzwxh:0000\x03 <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]

TAG = re.compile(r"<([a-z0-9]+)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r"([a-z-]+)=\"([^\"]*)\"")


def assert_safe(html: str, *, tags: set[str]) -> None:
    """Every tag, attribute and address is one of those that are allowed."""
    for tag, attributes in TAG.findall(html):
        assert tag in tags, f"<{tag}> came through"
        for name, value in ATTRIBUTE.findall(attributes):
            known = ATTRIBUTES.get(tag, set()) | {
                "id",
                "class",
                "rel",
                "src",
                "alt",
                "loading",
                "width",
                "height",
                "type",
                "disabled",
            }
            assert name in known | {"checked"}, f"{name} of <{tag}> came through"
            if name == "href":
                assert not re.match(r"\s*(javascript|data|vbscript)\s*:", value, re.IGNORECASE), value
            if name == "src":
                assert re.fullmatch(r"[a-z0-9-]+\.svg", value), value


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_runs_comes_through(text):
    assert_safe(render(text).html, tags=TAGS | {"img"})
    assert_safe(render_lesson(text, {"a": '<svg width="1" height="1">'}).html, tags=TAGS | {"img"})
    assert_safe(render_line(text), tags=TAGS | {"img"})
    comment = render_comment(text)
    assert_safe(comment, tags=TAGS)
    assert 'id="' not in comment


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*ATTACKS, "\n", "    ", "> ", "- ", "*", "`", "plain"]), max_size=6).map(
        "".join
    )
)
def test_nothing_comes_through_in_any_combination(text):
    assert_safe(render(text).html, tags=TAGS | {"img"})
    assert_safe(render_lesson(text, {}).html, tags=TAGS | {"img"})
    assert_safe(render_comment(text), tags=TAGS)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t"), max_size=120))
def test_highlighted_code_says_what_the_code_says(code):
    import html

    shown = re.sub(r"<[^>]+>", "", highlight(code, "python"))
    assert html.unescape(shown).split() == code.split()


def test_headings_get_ids_and_are_listed():
    rendered = render("## What counts\n\n### A `code` & more\n\n## What counts\n")
    assert [(heading.id, heading.title, heading.level) for heading in rendered.contents] == [
        ("what-counts", "What counts", 2),
        ("a-code-more", "A code & more", 3),
        ("what-counts_1", "What counts", 2),
    ]
    assert '<h2 id="what-counts">' in rendered.html


def test_raw_html_is_shown_as_text():
    assert render("a <b>bold</b> word").html == "<p>a &lt;b&gt;bold&lt;/b&gt; word</p>"


def test_two_texts_do_not_know_of_each_other():
    assert render("## Same\n").html == render("## Same\n").html
    assert 'id="fn:1"' in render("x[^1]\n\n[^1]: a note").html
    assert "a note" not in render("x").html


def test_an_answer_may_be_folded_with_its_output():
    html = render("/// details | Predict: what comes out?\n\n```output\n1\n```\n\n///\n").html
    assert "<summary>Predict: what comes out?</summary>" in html
    assert '<pre class="output" tabindex="0">1</pre>' in html
    assert html.index("<details>") < html.index("<pre") < html.index("</details>")


def test_a_fence_in_a_list_stays_in_the_list():
    html = render("- first\n\n    ```python run\n    x = 1\n    ```\n\n- second\n").html
    assert html.count("<ul>") == 1
    assert html.index("highlight") < html.index("second")


def test_a_plot_is_shown_under_its_block():
    html = render('```python run\nx = 1\n```\n\n```python run plot alt="It rises"\ny = 1\n```\n').html
    assert '<img src="plot-1.svg" alt="It rises" loading="lazy">' in html


def test_what_is_only_shown_says_why():
    html = render('```sh shown reason="needs a cluster" verified="kubectl 1.34, 2026-11"\nls\n```\n').html
    assert "Not run here: needs a cluster. Verified: kubectl 1.34, 2026-11." in html


def test_a_line_has_no_paragraph_around_it():
    assert render_line("`a` or *b*") == "<code>a</code> or <em>b</em>"
    assert render_line("one\n\ntwo") == "<p>one</p>\n<p>two</p>"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["python run", "output", "yaml", 'sh shown reason="a b" verified="c"', "text"]),
            st.lists(
                st.text(st.characters(codec="ascii", exclude_characters="`~\r\n"), max_size=20), max_size=4
            ),
        ),
        max_size=5,
    )
)
def test_fences_that_are_written_are_read_again(blocks):
    text = "words\n\n".join(
        f"```{info}\n{''.join(f'{line}{chr(10)}' for line in lines)}```\n" for info, lines in blocks
    )
    read = fences(text)
    assert [
        fence.code.split("\n") if fence.code or lines else []
        for fence, (_, lines) in zip(read, blocks, strict=True)
    ] == [lines for _, lines in blocks]
    assert all(not fence.fault for fence in read)
