"""The moves of a regrade: begun, cancelled, applied, reverted.

How this works: `begin` copies attempts into rows of the bulk queue, which the ordinary workers grade;
nothing of a grade moves by that. `apply` adds an event for each grade that was accepted, and
`revert` one that leads back to exactly what stood before. Each move is a conditional update of the
regrade's state, so that a second click finds nothing to do; and each leaves alone, and says so, what
has moved meanwhile: a grade is only touched where the event that was looked at is still the newest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from course.access import learners_taught_by
from course.models import Exercise
from course.progress import record_passes
from grading.bell import ring
from grading.changes import Change, changes_of
from grading.grades import lock_learners
from grading.models import GradeEvent, Regrade, Rerun, Submission
from grading.scope import Scope, attempts_of, grades_in
from grading.verdict import Verdict

MOST_RUNS = 5_000
BATCH = 250  # attempts whose files are in memory at once
State, Which = Regrade.State, Regrade.Which


class RegradeRefused(Exception):
    """It cannot be begun or applied; the text says why and what to do."""


@dataclass(frozen=True)
class Counts:
    """How far the runs of a regrade are."""

    total: int
    done: int
    failed: int
    """Of those done: ended by a failure of ours."""

    @property
    def waiting(self) -> int:
        return self.total - self.done


def counts_of(regrade: Regrade) -> Counts:
    """How many of its runs are done. One query."""
    done = Q(run__state=Submission.State.DONE)
    counted = regrade.reruns.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=done),
        failed=Count("pk", filter=Q(run__verdict=Verdict.PLATFORM_ERROR)),
    )
    return Counts(**counted)


# --- Begin --------------------------------------------------------------------------------------


@transaction.atomic
def begin(by: User, scope: Scope, *, attempts: str, reason: str) -> Regrade:
    """Put what the scope finds into the bulk queue; RegradeRefused where that is nothing or too much."""
    grades = grades_in(by, scope, attempts)
    stood = {(user, exercise): key for key, user, exercise in grades.values_list("pk", "user", "exercise")}
    keys = list(attempts_of(by, grades, attempts).order_by("created_at").values_list("pk", flat=True))
    if not keys:
        raise RegradeRefused(_("No grade matches this. Widen what you look for; scores of people stay."))
    if len(keys) > MOST_RUNS:
        raise RegradeRefused(
            _("That is %(runs)d runs; a regrade takes %(most)d at most. Choose a week, an exercise or dates.")
            % {"runs": len(keys), "most": MOST_RUNS}
        )
    regrade = Regrade.objects.create(reason=reason, scope=scope.words(), attempts=attempts, created_by=by)
    for some in _batches(keys, BATCH):
        _copy(regrade, some, stood)
    transaction.on_commit(partial(ring, Submission.Queue.BULK))
    return regrade


def _copy(regrade: Regrade, keys: Collection[Any], stood: dict[tuple[int, int], int]) -> None:
    found = Submission.objects.filter(pk__in=keys).select_related("exercise").defer("stdout", "stderr")
    pairs = [(stood.get((one.user_id, one.exercise_id)), one) for one in found]
    originals = [(key, one) for key, one in pairs if key is not None]
    runs = Submission.objects.bulk_create(
        Submission(
            user_id=one.user_id,
            exercise_id=one.exercise_id,
            files=one.files,
            purpose=Submission.Purpose.REGRADE,
            queue=Submission.Queue.BULK,
            seed=one.seed,  # the same data as then: what differs is what the checks say
            content_hash=one.exercise.content_hash,
            credit_percent=one.credit_percent,
        )
        for _key, one in originals
    )
    Rerun.objects.bulk_create(
        Rerun(regrade=regrade, stood_id=key, original=one, run=run)
        for (key, one), run in zip(originals, runs, strict=True)
    )


def _batches(keys: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(keys)
    while some := list(islice(rest, size)):
        yield some


# --- While it is open ---------------------------------------------------------------------------


def _runs(regrade: Regrade) -> Q:
    return Q(rerun__regrade=regrade, purpose=Submission.Purpose.REGRADE)


def _move(regrade: Regrade, old: Regrade.State, new: Regrade.State, by: User, **other: Any) -> bool:
    """Move the regrade on; False where somebody has already, or it never was in the old state."""
    found = Regrade.objects.filter(pk=regrade.pk, state=old)
    moved = found.update(state=new, ended_by=by, ended_at=timezone.now(), **other) == 1
    regrade.refresh_from_db()
    return moved


@transaction.atomic
def cancel(regrade: Regrade, by: User) -> bool:
    """Stop it: what waits is not run any more. False where it is not open."""
    if not _move(regrade, State.OPEN, State.CANCELLED, by):
        return False
    Submission.objects.filter(_runs(regrade)).supersede()
    return True


@transaction.atomic
def run_again(regrade: Regrade) -> int:
    """Queue once more what we failed to grade, while it is open; how many runs that is."""
    if not Regrade.objects.filter(pk=regrade.pk, state=State.OPEN).exists():
        return 0
    failed = Submission.objects.filter(_runs(regrade), verdict=Verdict.PLATFORM_ERROR)
    count = Submission.objects.filter(pk__in=list(failed.values_list("pk", flat=True))).retry()
    if count:
        transaction.on_commit(partial(ring, Submission.Queue.BULK))
    return count


@transaction.atomic
def choose(regrade: Regrade, shown: Collection[int], chosen: Collection[int]) -> None:
    """Keep which of the shown lines are chosen; the others keep what was said of them."""
    rows = Rerun.objects.filter(regrade=regrade, regrade__state=State.OPEN)
    rows.filter(stood__in=shown).exclude(stood__in=chosen).update(chosen=False)
    rows.filter(stood__in=set(shown) & set(chosen)).update(chosen=True)


# --- Apply --------------------------------------------------------------------------------------


def wanted(changes: Iterable[Change], which: str) -> list[Change]:
    """Those to apply. What we failed to grade is never one of them.

    A grade that stays the same goes with all: its event says which checks it is of from now on.
    """
    sound = [change for change in changes if change.after is not None]
    if which == Which.RAISES:
        return [change for change in sound if change.raises]
    if which == Which.SELECTED:
        return [change for change in sound if change.chosen]
    return sound


@transaction.atomic
def apply(regrade: Regrade, by: User, which: str) -> int | None:
    """Move the grades that were accepted; how many, or None where it is not open any more.

    RegradeRefused, and nothing has moved, where runs are still waiting or nothing is chosen.
    """
    if not _move(regrade, State.OPEN, State.APPLIED, by, which=which):
        return None
    if counts_of(regrade).waiting:
        raise RegradeRefused(_("Some runs are still waiting. Apply it when all are done, or cancel it."))
    chosen = wanted(changes_of(regrade, by), which)
    if not chosen:
        raise RegradeRefused(_("There is nothing to apply: choose a line, or apply all changes."))
    lock_learners({change.user for change in chosen})
    stood = _still_standing(regrade, chosen)
    moving = [change for change in chosen if change.key in stood]
    exercises = _exercises({change.exercise for change in moving})
    _add_events(regrade, by, [(change, stood[change.key]) for change in moving])
    record_passes([(change.user, exercises[change.exercise]) for change in moving if change.passes])
    Regrade.objects.filter(pk=regrade.pk).update(
        left_out=[change.key for change in chosen if change.key not in stood]
    )
    regrade.refresh_from_db()
    return len(moving)


def _still_standing(regrade: Regrade, chosen: Collection[Change]) -> dict[int, GradeEvent]:
    """The events that are still the newest, of learners who have sent nothing since, by their ids."""
    since = Submission.objects.attempts().filter(
        user__in={change.user for change in chosen},
        exercise__in={change.exercise for change in chosen},
        created_at__gte=regrade.created_at,
    )
    busy = set(since.order_by().values_list("user", "exercise").distinct())
    found = GradeEvent.objects.standing().filter(pk__in=[change.key for change in chosen])
    return {event.pk: event for event in found if (event.user_id, event.exercise_id) not in busy}


def _exercises(keys: Collection[int]) -> dict[int, Exercise]:
    return Exercise.objects.select_related("lesson__week", "variant_of").in_bulk(keys)


def _add_events(regrade: Regrade, by: User, moving: Iterable[tuple[Change, GradeEvent]]) -> None:
    GradeEvent.objects.bulk_create(
        [
            GradeEvent(
                user_id=change.user,
                exercise_id=change.exercise,
                previous=stood,
                submission_id=change.decides.original,
                actor=by,
                kind=GradeEvent.Kind.REGRADED,
                reason=regrade.reason,
                before=stood.after,
                after=change.after,
                machine=change.after,
                points=change.points,
                content_hash=change.decides.content_hash,
                regrade=regrade,
            )
            for change, stood in moving
        ],
        batch_size=500,
    )


# --- Revert -------------------------------------------------------------------------------------


@transaction.atomic
def revert(regrade: Regrade, by: User) -> int | None:
    """Lead the grades back to exactly what they were; how many, or None where it is not applied.

    A pass stays: a learner who has been told that an exercise is passed is not told otherwise.
    """
    if not _move(regrade, State.APPLIED, State.REVERTED, by):
        return None
    moved = GradeEvent.objects.filter(
        regrade=regrade, kind=GradeEvent.Kind.REGRADED, user__in=learners_taught_by(by)
    )
    lock_learners(moved.values_list("user", flat=True))
    back = list(moved.standing().select_related("previous"))
    day = date_format(timezone.localtime(regrade.created_at), "j M Y")
    reason = _("The change of %(day)s was taken back: %(reason)s") % {"day": day, "reason": regrade.reason}
    Regrade.objects.filter(pk=regrade.pk).update(
        kept=list(moved.filter(next__isnull=False).values_list("previous", flat=True))
    )
    GradeEvent.objects.bulk_create([_event_back(event, by, reason[:300]) for event in back], batch_size=500)
    regrade.refresh_from_db()
    return len(back)


def _event_back(event: GradeEvent, by: User, reason: str) -> GradeEvent:
    stood = event.previous
    assert stood is not None  # a regrade begins from a grade
    return GradeEvent(
        user_id=event.user_id,
        exercise_id=event.exercise_id,
        previous=event,
        submission_id=stood.submission_id,
        actor=by,
        kind=GradeEvent.Kind.REVERTED,
        reason=reason,
        before=event.after,
        after=stood.after,
        machine=stood.machine,
        points=stood.points,
        content_hash=stood.content_hash,
        regrade_id=event.regrade_id,
    )
