"""A learner's code as safe HTML, coloured by the classes of static/css/code.css."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename
from pygments.util import ClassNotFound

_html = HtmlFormatter(cssclass="highlight", linenos="inline", wrapcode=True)


def highlighted(path: str, text: str) -> SafeString:
    """The text with its line numbers; Pygments escapes everything in it."""
    try:
        lexer = get_lexer_for_filename(path, stripnl=False)
    except ClassNotFound:
        lexer = TextLexer(stripnl=False)
    coloured: str = highlight(text, lexer, _html)
    return mark_safe(coloured)  # noqa: S308 - Pygments has escaped it
