"""What a regrade would change, one line for each grade: the table that an instructor looks at.

Read in one query and decided here, by the same rules as any grade; nothing of it is stored. What
is shown of the lines of one page (`details_of`) costs two queries more, however many lines there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.access import learners_taught_by
from course.deadlines import attempts_policies
from course.models import AttemptsPolicy
from grading.grades import score_of
from grading.models import CheckResult, Regrade, Rerun, Submission
from grading.verdict import Verdict

FINE = {Verdict.PASSED, Verdict.PARTLY_PASSED, Verdict.FAILED}


class ChangeKind(models.TextChoices):
    """Which way a grade would go, in the order of the tabs."""

    UP = "up", _("up")
    DOWN = "down", _("down")
    ERROR = "error", _("new error")
    SAME = "same", _("same")
    FAILED = "failed", _("could not be graded")


@dataclass(frozen=True)
class Run:
    """One attempt, graded again: (`verdict`, `score`) are the new ones."""

    original: UUID
    sent_at: datetime
    old_verdict: str
    run: UUID
    verdict: str
    score: Decimal
    content_hash: str
    credit_percent: int

    @property
    def new_error(self) -> bool:
        """It ends by an error now and did not before: look at the checks first, then at the code."""
        return self.verdict not in FINE and self.old_verdict in FINE


@dataclass
class Change:
    """One learner's grade in one exercise, before and after."""

    key: int
    """Id of the grade event that stood when the regrade began."""
    user: int
    exercise: int
    before: Decimal
    points: int
    runs: Sequence[Run]
    policy: AttemptsPolicy
    chosen: bool = False
    decides: Run = field(init=False)

    def __post_init__(self) -> None:
        if self.we_failed:
            self.decides = next(run for run in self.runs if run.verdict == Verdict.PLATFORM_ERROR)
        elif self.policy is AttemptsPolicy.LAST:  # of those that count; practice counts for nothing
            self.decides = max(self.runs, key=lambda run: (run.credit_percent > 0, run.sent_at))
        else:  # of equal ones the first
            self.decides = max(self.runs, key=lambda run: (run.score, -run.sent_at.timestamp()))

    @property
    def we_failed(self) -> bool:
        return any(run.verdict == Verdict.PLATFORM_ERROR for run in self.runs)

    @property
    def after(self) -> Decimal | None:
        """The grade it would be; None where one of its runs failed on our side."""
        return None if self.we_failed else self.decides.score

    @property
    def passes(self) -> bool:
        return any(run.verdict == Verdict.PASSED for run in self.runs)

    @property
    def kind(self) -> ChangeKind:
        if self.after is None:
            return ChangeKind.FAILED
        if self.decides.new_error:
            return ChangeKind.ERROR
        if self.after == self.before:
            return ChangeKind.SAME
        return ChangeKind.UP if self.after > self.before else ChangeKind.DOWN

    @property
    def raises(self) -> bool:
        return self.after is not None and self.after > self.before


def changes_of(regrade: Regrade, viewer: User) -> list[Change]:
    """Every change whose runs are all done, of learners that the viewer teaches; by exercise and name."""
    rows = list(
        Rerun.objects.filter(regrade=regrade, stood__user__in=learners_taught_by(viewer))
        .order_by(
            "stood__exercise", "stood__user__name", "stood__user__email", "stood", "original__created_at"
        )
        .values(
            "stood",
            "stood__user",
            "stood__exercise",
            "stood__after",
            "stood__exercise__points",
            "chosen",
            "original",
            "original__created_at",
            "original__verdict",
            "run",
            "run__state",
            "run__verdict",
            "run__checks_passed",
            "run__checks_total",
            "run__credit_percent",
            "run__content_hash",
        )
    )
    policies = attempts_policies({row["stood__user"] for row in rows})
    found = []
    for _key, grouped in groupby(rows, key=lambda row: row["stood"]):
        of_grade = list(grouped)
        if all(row["run__state"] == Submission.State.DONE for row in of_grade):
            found.append(_change(of_grade, policies[of_grade[0]["stood__user"]]))
    return found


def _change(rows: Sequence[Mapping[str, Any]], policy: AttemptsPolicy) -> Change:
    first = rows[0]
    return Change(
        key=first["stood"],
        user=first["stood__user"],
        exercise=first["stood__exercise"],
        before=first["stood__after"],
        points=first["stood__exercise__points"],
        runs=[_run(row) for row in rows],
        policy=policy,
        chosen=first["chosen"],
    )


def _run(row: Mapping[str, Any]) -> Run:
    return Run(
        original=row["original"],
        sent_at=row["original__created_at"],
        old_verdict=row["original__verdict"],
        run=row["run"],
        verdict=row["run__verdict"],
        score=score_of(
            row["stood__exercise__points"],
            row["run__checks_passed"],
            row["run__checks_total"],
            row["run__credit_percent"],
        ),
        content_hash=row["run__content_hash"],
        credit_percent=row["run__credit_percent"],
    )


# --- What a page shows of some of them ----------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """What one check said before, and what it says now; None where it was not there."""

    title: str
    old: CheckResult | None
    new: CheckResult | None

    @property
    def sides(self) -> tuple[CheckResult | None, CheckResult | None]:
        return self.old, self.new

    @property
    def differs(self) -> bool:
        return (self.old and self.old.outcome) != (self.new and self.new.outcome)


@dataclass(frozen=True)
class Detail:
    change: Change
    original: Submission
    run: Submission
    pairs: Sequence[Pair]


def details_of(changes: Iterable[Change]) -> list[Detail]:
    """The attempt that decides each change, as it was graded and as it is now, check beside check."""
    shown = list(changes)
    wanted = {key for change in shown for key in (change.decides.original, change.decides.run)}
    found = Submission.objects.select_related("user", "exercise").prefetch_related("checks")
    rows = {row.pk: row for row in found.defer("files", "stdout", "stderr").filter(pk__in=wanted)}
    details = []
    for change in shown:
        original, run = rows[change.decides.original], rows[change.decides.run]
        details.append(Detail(change, original, run, pairs_of(original, run)))
    return details


def pairs_of(original: Submission, run: Submission) -> list[Pair]:
    old = {check.name: check for check in original.checks.all()}
    new = {check.name: check for check in run.checks.all()}
    names = list(new) + [name for name in old if name not in new]
    return [Pair((new.get(name) or old[name]).title, old.get(name), new.get(name)) for name in names]
