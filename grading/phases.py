"""How a submission came to its verdict, step by step, with how long each took.

The times are those of the site's own clocks (a web process, a worker), not of the learner's code;
where two machines disagree by some milliseconds, a step is said to have taken none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grading.models import Submission

STEPS = {
    "created_at": _("Sent, and put into the queue"),
    "claimed_at": _("Taken by a worker"),
    "started_at": _("The first check began"),
    "checked_at": _("The sandbox had said all"),
    "finished_at": _("The verdict was stored"),
    "seen_at": _("Its author first got the verdict"),
}


@dataclass(frozen=True)
class Phase:
    """One step; `took_ms` is since the step before, None for the first."""

    name: str
    at: datetime
    took_ms: int | None


def phases_of(submission: Submission) -> list[Phase]:
    """The steps that it has come to, in order."""
    phases: list[Phase] = []
    for field, name in STEPS.items():
        at: datetime | None = getattr(submission, field)
        if at is not None:
            took = max(0, round((at - phases[-1].at).total_seconds() * 1000)) if phases else None
            phases.append(Phase(str(name), at, took))
    return phases


def note_seen(submission: Submission, viewer: User) -> None:
    """Note when its author first gets the verdict: one update in its life, and none for each look."""
    if not submission.done or submission.seen_at is not None or submission.user_id != viewer.pk:
        return
    submission.seen_at = timezone.now()
    done = Submission.objects.filter(pk=submission.pk, state=Submission.State.DONE, seen_at=None)
    done.update(seen_at=submission.seen_at)
