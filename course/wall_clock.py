"""From what a clock on a wall shows to a moment, and back.

How this works: a date and a time name a moment only where somebody says in which zone; and twice a
year not even then. In spring an hour is left out (a gap), in autumn one comes twice (an overlap), and
a zone that changes its side of the date line leaves out a day. What a person types must be exact;
what is computed takes the later reading, which is the learner's advantage.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class NoSuchMoment(ValueError):
    """A date and a time that name no moment, or two; the text says which and what to do."""


def moment_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The one moment, in UTC, at which clocks in the zone show `wall` (naive); NoSuchMoment otherwise."""
    early, late = _readings(wall, zone)
    said = {"time": date_format(wall, "H:i"), "day": date_format(wall, "j F Y"), "zone": zone.key}
    if early.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchMoment(
            _("%(time)s on %(day)s does not exist in %(zone)s: clocks are put forward. Choose another time.")
            % said
        )
    if early != late:
        raise NoSuchMoment(
            _("%(time)s on %(day)s comes twice in %(zone)s: clocks are put back. Choose another time.") % said
        )
    return early


def later_moment_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The same, but always a moment: the later one of two, and in a gap the one after it."""
    return max(_readings(wall, zone))


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in the zone show at the moment, naive."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moved(moment: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """Later by so much on the wall: 23:59 stays 23:59, also where the clocks change in between."""
    return later_moment_at(on_the_wall(moment, zone) + by, zone)


def _readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second


# --- In words -----------------------------------------------------------------------------------


def in_words(moment: datetime, now: datetime) -> str:
    """“Sun 8 Mar, 23:59 CET” in the reader's zone; with the year where it is not this one."""
    here, today = timezone.localtime(moment), timezone.localtime(now)
    day = date_format(here, "D j M" if here.year == today.year else "D j M Y")
    zone = here.tzname() or ""
    if zone[:1] in ("+", "-"):  # many zones have no letters of their own
        zone = f"UTC{zone}"
    return f"{day}, {date_format(here, 'H:i')} {zone}"


def until_in_words(moment: datetime, now: datetime) -> str:
    """“in 2 days”, “tomorrow”, “in 5 hours”: how long it is until the moment, for somebody who reads now."""
    left = moment - now
    if left >= DAY:
        days = (timezone.localtime(moment).date() - timezone.localtime(now).date()).days
        if days == 1:
            return _("tomorrow")
        return ngettext("in %(number)d day", "in %(number)d days", days) % {"number": days}
    if left >= HOUR:
        hours = left // HOUR
        return ngettext("in %(number)d hour", "in %(number)d hours", hours) % {"number": hours}
    if left >= MINUTE:
        minutes = left // MINUTE
        return ngettext("in %(number)d minute", "in %(number)d minutes", minutes) % {"number": minutes}
    return _("now")
