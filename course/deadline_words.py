"""What pages say of deadlines and attempts: the only place where they are put into words.

Each sentence is about one moment, `now`, and written in the reader's time zone, whose name stands
beside each time. A page says what something will count before it is sent, never only afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from course.deadlines import FULL, Phase, Rules
from course.models import AttemptsPolicy
from course.wall_clock import DAY, MINUTE, in_words, until_in_words


@dataclass(frozen=True)
class Notice:
    """The words for one exercise, or a week; "" where there is nothing to say."""

    due: str = ""
    """When it is due, how long that is, and what it counts until when."""
    due_short: str = ""
    """“Due Sun 8 Mar, 23:59 CET”, where there is little room."""
    attempts: str = ""
    given: tuple[str, ...] = ()
    """What this person has beyond the others."""
    before_sending: str = ""
    """What should be known before something is sent now."""
    level: str = "info"
    """How loud that is: info or warning."""
    soon: str = ""
    """“due in 5 hours”, for a badge, within the last day."""
    changes_in_ms: int | None = None
    """How long these words stay true; None where that is more than a day."""

    def __bool__(self) -> bool:
        return bool(self.due or self.attempts or self.before_sending)


def notice_of(rules: Rules, now: datetime, *, used: int | None = None, settled: bool = False) -> Notice:
    """Put the rules into words.

    `used` is how many attempts count so far; without it nothing is said of attempts. With `settled`,
    which is for who has passed with full credit, nobody is urged on.
    """
    limited = rules.attempts_allowed is not None and used is not None
    left = max((rules.attempts_allowed or 0) - (used or 0), 0) if limited else None
    said, level = _before_sending(rules, now, left, settled)
    return Notice(
        due=due_words(rules, now),
        due_short=_due_short(rules, now),
        attempts="" if used is None else _attempts(rules, left),
        given=rules.why,
        before_sending=said,
        level=level,
        soon=_soon(rules, now),
        changes_in_ms=_changes_in_ms(rules, now),
    )


def due_words(rules: Rules, now: datetime) -> str:
    """“Due Sun 8 Mar, 23:59 CET — in 2 days; until then full credit, half until Sun 15 Mar, 23:59 CET”."""
    if rules.due_at is None or rules.grace_until is None:
        return ""
    words = _words_for(rules, now)
    match rules.phase_at(now):
        case Phase.OPEN:
            then = _then(rules, now)
            return format_html(_("Due {due} — {until}; {then}"), then=then, **words)
        case Phase.GRACE:
            return format_html(_("Was due {due} — still full credit until {grace}"), **words)
        case Phase.LATE if rules.closes_at:
            return format_html(_("Was due {due} — {share} credit until {closes}"), **words)
        case Phase.LATE:
            return format_html(_("Was due {due} — {share} credit"), **words)
        case Phase.CLOSED:
            return format_html(_("Was due {due} — closed, open for practice"), **words)


def _due_short(rules: Rules, now: datetime) -> str:
    if rules.due_at is None:
        return ""
    words = _words_for(rules, now)
    match rules.phase_at(now):
        case Phase.OPEN:
            return format_html(_("Due {due}"), **words)
        case Phase.GRACE | Phase.LATE:
            return format_html(_("Was due {due}"), **words)
        case Phase.CLOSED:
            return format_html(_("Closed {closes}"), **words)


def credit_words(percent: int) -> str:
    """“half credit”, “30 % credit”, “full credit”."""
    if percent == FULL:
        return _("full credit")
    return _("%(share)s credit") % {"share": _share(percent)}


def _then(rules: Rules, now: datetime) -> str:
    words = _words_for(rules, now)
    if rules.late_percent == 0:
        return _("until then full credit, none after it")
    if rules.closes_at is None:
        return format_html(_("until then full credit, {share} after it"), **words)
    return format_html(_("until then full credit, {share} until {closes}"), **words)


def _before_sending(rules: Rules, now: datetime, left: int | None, settled: bool) -> tuple[str, str]:
    """The sentence, and how loud it is. What counts nothing comes first."""
    words = _words_for(rules, now)
    phase = rules.phase_at(now)
    practice = _("What you submit now is for practice: it is checked, and does not count.")
    if phase is Phase.CLOSED:
        return format_html(_("This closed {closes}. {practice}"), practice=practice, **words), "warning"
    if left == 0:
        return format_html("{} {}", _("You have no attempts left."), practice), "warning"
    last = _("This is your last attempt.") if left == 1 else ""
    if settled:
        return last, "info"
    sentence, level = "", "info"
    if phase is Phase.LATE:
        sentence = format_html(_("This was due {due}. What you submit now has {share} credit."), **words)
        level = "warning"
    elif phase is Phase.GRACE:
        sentence = format_html(_("This was due {due}. Until {grace} it still has full credit."), **words)
    elif rules.due_at is not None and rules.due_at - now < DAY:
        sentence = format_html(_("This is due {until}: {due}."), **words)
    return format_html("{} {}", sentence, last) if sentence and last else sentence or last, level


def _attempts(rules: Rules, left: int | None) -> str:
    last_counts = rules.policy == AttemptsPolicy.LAST
    if left is None or rules.attempts_allowed is None:
        return _("The last attempt counts") if last_counts else ""
    said = {"left": left, "allowed": rules.attempts_allowed}
    if last_counts:
        return (
            ngettext(
                "%(left)d of %(allowed)d attempt left; the last one counts",
                "%(left)d of %(allowed)d attempts left; the last one counts",
                rules.attempts_allowed,
            )
            % said
        )
    return (
        ngettext(
            "%(left)d of %(allowed)d attempt left",
            "%(left)d of %(allowed)d attempts left",
            rules.attempts_allowed,
        )
        % said
    )


def _soon(rules: Rules, now: datetime) -> str:
    if rules.due_at is None or rules.phase_at(now) is not Phase.OPEN or rules.due_at - now >= DAY:
        return ""
    return _("due %(until)s") % {"until": until_in_words(rules.due_at, now)}


def _changes_in_ms(rules: Rules, now: datetime) -> int | None:
    """Until the next moment at which a phase, or the last day before it is due, begins."""
    ends = [end + MINUTE for end in (rules.due_at, rules.grace_until, rules.closes_at) if end]
    begins = [rules.due_at - DAY] if rules.due_at else []
    left = min((moment - now for moment in (*begins, *ends) if moment > now), default=DAY)
    return None if left >= DAY else int(left.total_seconds() * 1000) + 1000


def _words_for(rules: Rules, now: datetime) -> dict[str, str]:
    """Every part of the sentences above."""
    closes = rules.closes_at if rules.late_percent else None
    return {
        "due": _time(rules.due_at, now),
        "grace": _time(rules.grace_until, now),
        "closes": _time(closes or rules.grace_until, now),
        "until": until_in_words(rules.due_at, now) if rules.due_at else "",
        "share": _share(rules.late_percent),
    }


def _share(percent: int) -> str:
    return _("half") if percent == FULL // 2 else _("%(percent)d %%") % {"percent": percent}


def _time(moment: datetime | None, now: datetime) -> SafeString:
    if moment is None:
        return SafeString("")
    here = timezone.localtime(moment).isoformat()
    return format_html('<time datetime="{}">{}</time>', here, in_words(moment, now))
