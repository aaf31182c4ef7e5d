"""The checks of an exercise as code, as far as they may be shown."""

from __future__ import annotations

import ast
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from course.markdown import highlight
from grading.visible import visible_source


@lru_cache(maxsize=200)
def visible_tests(tests: str) -> SafeString:
    """The source of the checks that are not hidden, and of nothing else in the file; each can be linked to.

    A check's id is `code-` and the name of its function.
    """
    source = visible_source(tests)
    shown = [
        (node.name, _coloured("\n".join(_lines(source, node))))
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    blocks = format_html_join("", '<div class="check-code" id="code-{}">{}</div>', shown)
    return format_html('<div class="stack">{}</div>', blocks) if shown else SafeString()


def _coloured(source: str) -> SafeString:
    return mark_safe(highlight(source, "python"))  # noqa: S308 - course.markdown has cleaned it


@lru_cache(maxsize=200)
def all_tests(tests: str) -> str:
    """The whole file of the checks, hidden ones and helpers too, as safe HTML: for who teaches."""
    return highlight(tests, "python")


def _lines(tests: str, node: ast.FunctionDef) -> list[str]:
    first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
    return tests.split("\n")[first - 1 : node.end_lineno]
