"""In which time zone somebody reads the clock.

How this works: moments are stored in UTC, and a zone only decides how they are written. Each request
runs in the zone that its person chose; who chose none reads the clock of their cohort, which
`course.access` puts in place of the site's (`settings.TIME_ZONE`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
NAME_LENGTH = 64

Choices = list[tuple[str, list[tuple[str, str]]]]


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - {"Factory", "localtime"})


def check_time_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA's list, with a sentence."""
    if name not in _names():
        raise ValidationError(
            _("“%(name)s” is no time zone that is known here. Choose one of the list, say %(example)s."),
            params={"name": name, "example": "Europe/Berlin"},
        )


def zone_named(name: str) -> ZoneInfo:
    """The zone; the site's where the name is empty, or is none any more: names come and go."""
    return ZoneInfo(name if name in _names() else settings.TIME_ZONE)


def time_zone_choices(nobody: str) -> Choices:
    """For a list to choose from: `nobody` says what no choice means, then the places by region."""
    places = sorted(name for name in _names() if name.split("/")[0] in REGIONS)
    regions = [
        (region, [(name, name.partition("/")[2].replace("_", " ")) for name in names])
        for region, names in groupby(places, lambda name: name.split("/")[0])
    ]
    return [("", [("", nobody), ("UTC", "UTC")]), *regions]


def of_the_person(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: write times in the zone that the person chose, until the answer is made."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = request.user.time_zone if request.user.is_authenticated else ""
        with timezone.override(zone_named(name) if name else None):
            return get_response(request)

    return middleware
