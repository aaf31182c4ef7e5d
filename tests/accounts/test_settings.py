"""The time zone that somebody chooses, and that times are written in it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.time_zone import check_time_zone, of_the_person, time_zone_choices, zone_named

NOON = datetime(2026, 3, 8, 12, 0, tzinfo=UTC)


@pytest.fixture
def lena(db) -> User:
    return User.objects.create_user("lena@example.org", name="Lena")


def test_strangers_sign_in_first(stranger, db):
    assert stranger.get("/settings/")["Location"] == "/accounts/login/?next=/settings/"


def test_a_zone_is_chosen_stored_and_used_at_once(lena, browser_of):
    browser = browser_of(lena)
    with time_machine.travel(NOON, tick=False):
        browser.force_login(lena)
        assert "There it is" not in browser.get("/settings/").content.decode()
        answer = browser.post("/settings/", {"time_zone": "Asia/Tokyo"}, follow=True)
    html = answer.content.decode()
    lena.refresh_from_db()
    assert lena.time_zone == "Asia/Tokyo"
    assert '<option value="Asia/Tokyo" selected>Tokyo</option>' in html
    assert "There it is Sun 8 Mar, 21:00 JST now." in html
    assert timezone.get_current_timezone_name() == "UTC", "the next request starts anew"


def test_no_choice_is_one_too(lena, browser_of):
    lena.time_zone = "Asia/Tokyo"
    lena.save()
    browser_of(lena).post("/settings/", {"time_zone": ""})
    lena.refresh_from_db()
    assert lena.time_zone == ""


@pytest.mark.parametrize("name", ["Mars/Olympus", "../etc/passwd", "localtime", "Factory", "europe/berlin"])
def test_what_is_no_zone_is_refused_with_a_sentence(lena, browser_of, name):
    answer = browser_of(lena).post("/settings/", {"time_zone": name})
    assert answer.status_code == 422
    assert "is no time zone that is known here" in answer.content.decode()
    lena.refresh_from_db()
    assert lena.time_zone == ""
    with pytest.raises(ValidationError):
        check_time_zone(name)


def test_the_list_has_every_place_once_by_region():
    (plain, *regions) = time_zone_choices("nobody's")
    assert plain == ("", [("", "nobody's"), ("UTC", "UTC")])
    names = [name for _region, places in regions for name, _place in places]
    assert len(names) == len(set(names)) > 400
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata"} <= set(names)
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in dict(regions)["America"]


def test_a_zone_that_has_gone_leaves_the_sites(lena, browser_of, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    assert zone_named("Mars/Olympus") == zone_named("") == ZoneInfo("Europe/Berlin")
    User.objects.update(time_zone="Mars/Olympus")
    assert browser_of(lena).get("/settings/").status_code == 200


def test_each_request_has_the_zone_of_its_person_and_leaves_none_behind(lena, rf):
    seen: list[str] = []

    def page(request) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        timezone.activate("Africa/Cairo")  # whatever a page does to it
        return HttpResponse()

    request = rf.get("/")
    request.user = lena
    for name in ("Asia/Tokyo", ""):
        lena.time_zone = name
        of_the_person(page)(request)
        assert timezone.get_current_timezone_name() == "UTC"
    assert seen == ["Asia/Tokyo", "UTC"]


def test_it_is_in_the_menu(lena, browser_of):
    assert 'href="/settings/"' in browser_of(lena).get("/syllabus/").content.decode()
