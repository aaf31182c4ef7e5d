"""Every word that people read can be translated: in templates, in Python, and in the verdicts' list.

How this works: a template is read with Django's own lexer. What is marked for translation, and what a
variable fills in, is taken out; what is left is read as HTML, and no word may be left in it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, Token, TokenType

from grading import verdict
from grading.words import translated

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
READ_OUT = {
    "title",
    "alt",
    "aria-label",
    "aria-description",
    "placeholder",
    "label",
    "data-key-label",
    "summary",
}
NOT_WORDS = {"script", "style", "code", "kbd", "samp"}  # what a machine reads, or what is typed as it stands
UNMARKED = {
    "Gradient": "the name",
    "solution.py": "the name of a file",
    "Aa": "a specimen of type, on the page of the design",
}
# Filters whose text is shown, and arguments that a part puts on the page.
SHOWN_FILTER = re.compile(
    r"""\|(?:default|default_if_none|yesno):(["'])(?P<text>[^"']*[A-Za-z]{2}[^"']*)\1"""
)
SHOWN_ARGUMENT = re.compile(r"""\b(?:title|label|rule|here|heading|text|sentence)=(["'])(?P<text>[^"']+)\1""")


def is_marked(token: Token) -> bool:
    return token.contents.split()[0] in ("translate", "trans")


def left_of(source: str) -> Iterator[tuple[TokenType, str]]:
    """What a template holds beside what is marked: its HTML, and the tags that are not about words."""
    inside = ""
    for token in Lexer(source).tokenize():
        name = token.contents.split()[0] if token.token_type is TokenType.BLOCK else ""
        if inside:
            inside = "" if name == f"end{inside}" else inside
        elif name in ("comment", "blocktranslate", "blocktrans", "verbatim"):
            inside = name
        elif token.token_type in (TokenType.TEXT, TokenType.VAR) or (name and not is_marked(token)):
            yield token.token_type, token.contents


class Words(HTMLParser):
    """Collects each text, and each attribute that is read out, with a letter in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_WORDS:
            self._open.append(tag)
        self.found += [value for name, value in attrs if value and name in READ_OUT and has_a_word(value)]

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open and has_a_word(data):
            self.found.append(" ".join(data.split()))


def has_a_word(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def unmarked_in(source: str) -> list[str]:
    words, wrong = Words(), []
    for kind, contents in left_of(source):
        if kind is TokenType.TEXT:
            words.feed(contents)
        elif kind is TokenType.VAR:
            for found in SHOWN_FILTER.finditer(contents):
                words.feed(found["text"])  # in an attribute that nobody reads it is no word
        elif contents.split()[0] in ("include", "with", "partial"):
            wrong += [found["text"] for found in SHOWN_ARGUMENT.finditer(contents)]
    words.close()
    return [text for text in words.found + wrong if text.strip(" ·.,:;/–-()“”") not in UNMARKED]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_every_word_of_a_template_is_marked(template):
    assert unmarked_in(template.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% if x %}yes{% endif %}</p>", ["yes"]),
        ('<img alt="A picture" src="/a.png">', ["A picture"]),
        ('<a title="{{ name }} opens">x1</a>', [" opens", "x1"]),
        ("{{ name|default:'nobody' }}", ["nobody"]),
        ('{% include "parts/progress.html" with label="Done" %}', ["Done"]),
        ("<p>{% translate 'Hello' %} {{ name }} · 12 / 4</p>", []),
        ("{% blocktranslate trimmed %}Hello {{ name }}{% endblocktranslate %}", []),
        ('{% include "parts/progress.html" with label=_("Done") %}', []),
        ('<button aria-label="{% translate "Close" %}"><code>manage.py</code></button>', []),
        ("{% comment %}Hello{% endcomment %}{# Hello #}<!-- Hello -->", []),
    ],
)
def test_the_reader_of_templates_finds_what_is_not_marked_and_nothing_else(source, found):
    assert unmarked_in(source) == found


# --- Python -----------------------------------------------------------------------------------

SHOWN_KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "description"}
SAYS = {
    "ValidationError",
    "PermissionDenied",
    "SubmissionRefused",
    "JoiningRefused",
    "RegradeRefused",
    "LinkIsDead",
}
LEVELS = {"success", "info", "warning", "error"}
APPS = [
    file
    for app in ("accounts", "course", "grading")
    for file in sorted((ROOT / app).rglob("*.py"))
    if not {"migrations", "management", "sandbox", "proof", "content", "content_rules"} & set(file.parts)
]


def is_plain(node: ast.AST) -> bool:
    """A text with a letter, written out and not marked."""
    if isinstance(node, ast.JoinedStr):
        return any(is_plain(part) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and has_a_word(node.value)


def name_of(call: ast.Call) -> tuple[str, str]:
    """What is called, and what that belongs to: ("success", "messages")."""
    if isinstance(call.func, ast.Attribute):
        owner = call.func.value
        return call.func.attr, owner.id if isinstance(owner, ast.Name) else ""
    return (call.func.id, "") if isinstance(call.func, ast.Name) else ("", "")


def shown_by(call: ast.Call) -> Iterator[ast.AST]:
    """The arguments of a call that people come to read."""
    name, owner = name_of(call)
    if owner == "models" and name.endswith("Field") and "To" not in name:
        yield from call.args[:1]
    if (owner == "messages" and name in LEVELS) or name == "add_error":
        yield from call.args[1:2]
    if name in SAYS:
        yield from call.args[:1]
    if name not in ("ArgumentParser", "add_argument"):
        yield from (word.value for word in call.keywords if word.arg in SHOWN_KEYWORDS)


def outside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from outside_functions(child)


def unmarked_in_python(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        yield from (f"line {word.lineno}: {ast.unparse(word)}" for word in shown_by(call) if is_plain(word))
    at_once = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if not alias.name.endswith("_lazy")
    }
    for node in outside_functions(tree):
        if isinstance(node, ast.Call) and name_of(node)[0] in at_once and not name_of(node)[1]:
            yield f"line {node.lineno}: {ast.unparse(node)} is translated too early: use gettext_lazy"


@pytest.mark.parametrize("file", APPS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_sentence_that_python_shows_is_marked(file):
    assert list(unmarked_in_python(file.read_text())) == []


@pytest.mark.parametrize(
    "source",
    [
        'name = models.CharField("name", max_length=5)',
        'name = forms.CharField(label="Your name")',
        'raise ValidationError(f"{name} is too long.")',
        'messages.success(request, "Stored.")',
        'self.add_error("name", "Too long.")',
        "from django.utils.translation import gettext as _\nWORDS = [_('one')]",
    ],
)
def test_the_reader_of_python_finds_what_is_not_marked(source):
    assert len(list(unmarked_in_python(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        'name = models.CharField(_("name"), max_length=5)',
        "from django.utils.translation import gettext_lazy as _\nWORDS = [_('one')]",
        "from django.utils.translation import gettext as _\ndef words():\n    return _('one')",
        'messages.success(request, _("Stored."))',
    ],
)
def test_the_reader_of_python_lets_pass_what_is_marked(source):
    assert list(unmarked_in_python(source)) == []


# --- The verdicts' list -----------------------------------------------------------------------


def test_every_word_of_the_verdicts_is_marked():
    """They are looked up when somebody reads them, so that the list itself knows no Django."""
    source = (ROOT / "grading" / "verdict.py").read_text()
    marked = {
        node.args[0].value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and name_of(node)[0] == "_" and isinstance(node.args[0], ast.Constant)
    }
    lists = [*verdict.WORDS.values(), *verdict.WITHOUT_VERDICT.values(), *verdict.WORDS_OF_A_TRY.values()]
    said = {text for words in lists for text in (words.name, words.sentence, words.next_step)}
    assert said | set(verdict.OUTCOME_WORDS.values()) == marked


def test_a_verdict_is_read_in_the_readers_language(monkeypatch):
    monkeypatch.setattr("grading.words.gettext", lambda text: f"«{text}»")
    words = translated(verdict.WORDS[verdict.Verdict.PASSED])
    assert (words.name, words.sentence) == ("«Passed»", "«Every check passed.»")
