"""The time zone: the browser's own is offered, and nothing is chosen unasked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import sign_in

pytestmark = pytest.mark.browser


def test_the_browsers_time_zone_is_offered_and_taken_when_asked(browser: Browser, base_url: str):
    context = browser.new_context(base_url=base_url, timezone_id="Asia/Tokyo")
    page = context.new_page()
    sign_in(page, "learner2@example.org")
    page.goto("/settings/")
    field = page.get_by_label("Time zone")
    expect(field).to_have_value("")
    page.get_by_role("button", name="Choose it").click()
    expect(field).to_have_value("Asia/Tokyo")
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_text(re.compile("There it is .* JST now"))).to_be_visible()
    expect(page.get_by_role("button", name="Choose it")).to_be_hidden()
    context.close()


def test_without_javascript_the_list_is_enough(plain_page: Page):
    sign_in(plain_page, "learner2@example.org")
    plain_page.goto("/settings/")
    expect(plain_page.get_by_role("button", name="Choose it")).to_be_hidden()
    plain_page.get_by_label("Time zone").select_option("Europe/Berlin")
    plain_page.get_by_role("button", name="Store").click()
    expect(plain_page.get_by_text(re.compile("There it is .* CES?T now"))).to_be_visible()
    plain_page.get_by_label("Time zone").select_option("")
    plain_page.get_by_role("button", name="Store").click()
