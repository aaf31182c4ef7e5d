"""No page runs a script, or takes a style, that is not a file of ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STRICT = {
    "default-src": "'self'",
    "script-src": "'self'",
    "object-src": "'none'",
    "frame-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
INLINE = {
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
    ),
    "an inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+=", re.IGNORECASE),
    "htmx's own handler": re.compile(r"\bhx-on\b|\bhx-on:", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(
        r"<(?:script|link|img)[^>]*\s(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
}


def policy_of(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize(
    "address", ["/", "/syllabus/", "/accounts/login/", "/nothing-here/", "/admin/", "/livez"]
)
def test_each_answer_forbids_what_is_not_ours(stranger, course, address):
    policy = policy_of(stranger.get(address))
    assert {name: policy[name] for name in STRICT} == STRICT
    assert re.fullmatch(r"'self'( 'nonce-[\w+/=]+')?", policy["style-src"])


def test_a_page_may_not_be_framed_or_sniffed_and_asks_for_no_camera(stranger, course):
    headers = stranger.get("/").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_the_nonce_of_the_editors_styles_is_new_each_time(stranger, course):
    first, second = (policy_of(stranger.get("/accounts/login/"))["style-src"] for _ in range(2))
    assert "nonce-" in first
    assert first != second


def test_cookies_are_not_for_scripts_or_other_sites(stranger, learner):
    stranger.post("/accounts/login/", {"login": learner.email, "password": "gradient"})
    session = stranger.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT / "templates")))
def test_a_template_holds_nothing_inline(template):
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL)
    for what, pattern in INLINE.items():
        found = pattern.search(text)
        assert not found, f"{template.name}: {what}: {found.group(0)!r}"
