"""The page of the documentation that learners read too, as HTML: `docs/what-is-counted.md`."""

from __future__ import annotations

from functools import cache

from django.conf import settings

from course.markdown import render

PAGE = "docs/what-is-counted.md"


@cache
def what_is_counted() -> str:
    """Safe HTML without the title, which the page sets itself. It does not change while the site runs."""
    text: str = (settings.ROOT / PAGE).read_text(encoding="utf-8")
    _title, _, body = text.partition("\n")
    return render(body).html
