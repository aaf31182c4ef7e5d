"""The choice of theme."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_the_theme_is_remembered_from_the_first_byte(page: Page):
    page.goto("/")
    page.get_by_role("radio", name="Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    response = page.reload()

    assert response
    assert '<html lang="en" data-theme="dark">' in response.text()
    page.get_by_role("radio", name="Auto").check()
    assert "data-theme" not in page.reload().text().split(">", 2)[1]
