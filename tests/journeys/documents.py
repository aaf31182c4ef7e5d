"""The HTML of every page as the server sends it, read without a browser.

How this works: each demo account signs in once; its session asks for each example, and for what an example's
page would fetch by htmx. What a page says of itself (titles, links, forms) is read by `Said`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import APIRequestContext, APIResponse

from tests.journeys.pages import Example, Visitor

Asking = dict[Visitor, APIRequestContext]
BY_HTMX = {"HX-Request": "true"}
_VALUED = ("hidden", "text", "number", "email", "")


@dataclass
class Form:
    """A form that htmx sends, with what it holds when nobody has touched it."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)


class Said(HTMLParser):
    """What a document says of itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.title = ""
        self.headings = 0
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetches: list[str] = []
        self.unsized: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._text_of = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.ids |= {has["id"]} if "id" in has else set()
        self.headings += tag == "h1"
        if tag == "html":
            self.language = has.get("lang", "")
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag == "img" and not {"width", "height"} <= has.keys():
            self.unsized.append(has.get("src", ""))
        if "hx-get" in has:
            self.fetches.append(has["hx-get"])
        if tag == "form":
            self._form = Form(has["hx-post"]) if "hx-post" in has else None
            self.forms += [self._form] if self._form else []
        if tag == "title" and not self.title:
            self._text_of = "title"
        if self._form:
            self._take(tag, has, self._form)

    def _take(self, tag: str, has: dict[str, str], form: Form) -> None:
        name, kind = has.get("name", ""), has.get("type", "")
        if tag == "textarea" and name:
            self._text_of = name
        elif tag == "input" and name and (kind in _VALUED or "checked" in has or name not in form.fields):
            form.fields[name] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("title", "textarea"):
            self._text_of = ""
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._text_of == "title":
            self.title = f"{self.title}{' '.join(data.split())} ".strip()
        elif self._text_of and self._form:
            self._form.fields[self._text_of] = self._form.fields.get(self._text_of, "") + data


@dataclass
class Document:
    """An example as the server sent it, or a fragment that its page would fetch."""

    name: str
    visitor: Visitor
    address: str
    status: int
    html: str

    @property
    def in_the_admin(self) -> bool:
        return self.address.startswith("/admin/")

    @cached_property
    def said(self) -> Said:
        return Said(self.html)


def address_of(example: Example, asking: Asking) -> str:
    """Where the example is on this site."""
    if not example.link:
        return example.known_address
    html = asking[example.finder or example.visitor].get(example.known_address).text()
    found = re.search(example.link, html)
    assert found, f"{example}: nothing at {example.known_address} leads there ({example.link})"
    return found.group(1) + example.then


def ask(example: Example, asking: Asking) -> Document:
    address = address_of(example, asking)
    headers = {} if example.whole else BY_HTMX
    answer = asking[example.visitor].get(address, headers=headers, max_redirects=0)
    return _document(str(example), example.visitor, address, answer)


def fragments_of(document: Document, asking: Asking) -> Iterator[Document]:
    """What htmx would put into the page: by its links, and by its forms as they stand."""
    asks, said = asking[document.visitor], document.said
    for address in dict.fromkeys(said.fetches):
        answer = asks.get(_beside(document, address), headers=BY_HTMX)
        yield _document(f"{document.name} asks {address}", document.visitor, address, answer)
    for form in said.forms:
        data: dict[str, Any] = form.fields
        answer = asks.post(_beside(document, form.address), form=data, headers=BY_HTMX, max_redirects=0)
        yield _document(f"{document.name} sends {form.address}", document.visitor, form.address, answer)


def links_of(document: Document) -> Iterator[tuple[str, str]]:
    """Each address of this site that the document links to, and the place in the page there."""
    for href in document.said.links:
        address, place = urldefrag(urljoin(document.address, href))
        if not urlsplit(address).netloc and not urlsplit(address).scheme:
            yield address, place


def _beside(document: Document, address: str) -> str:
    return urljoin(document.address, address)


def _document(name: str, visitor: Visitor, address: str, answer: APIResponse) -> Document:
    return Document(name, visitor, address, answer.status, answer.text())
