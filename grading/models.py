"""What happens to submitted code: the durable row, what graded it, and what people said of it.

How this works: a `Submission` row exists before anything runs, and the rows are the queue. Its
state moves only by the conditional updates in `SubmissionQuerySet`, each of which checks that it
changed one row: claiming, finishing, putting back. So a killed worker, or two at once, can change
nothing but the time it takes.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

import msgspec
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from course.deadline_words import credit_words
from course.models import Exercise, ExerciseVersion
from grading.drafts import Draft
from grading.hint import HintOpened
from grading.ledger import GradeEvent, Regrade, Rerun
from grading.queue import SubmissionQuerySet
from grading.sandbox.wire import Figures
from grading.verdict import Outcome, Verdict, Words, words_for
from grading.words import translated, word_of

__all__ = [
    "CheckResult",
    "CreditReason",
    "Draft",
    "Figure",
    "GradeEvent",
    "HintOpened",
    "Regrade",
    "Rerun",
    "Review",
    "Submission",
    "Worker",
]


class CreditReason(models.TextChoices):
    """Why a submission has less than full credit."""

    LATE = "late", _("late")
    CLOSED = "closed", _("after closing")
    ATTEMPTS = "attempts", _("no attempts left")


class Submission(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        SUPERSEDED = "superseded", _("replaced before its turn")

    class Purpose(models.TextChoices):
        SUBMIT = "submit", _("an attempt, which counts")
        RUN = "run", _("a try before it, which does not")
        REGRADE = "regrade", _("an earlier one graded again, to compare")

    class Queue(models.TextChoices):
        INTERACTIVE = "interactive", _("a person waits")
        BULK = "bulk", _("regrades and proofs")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index for the author alone: two of those below begin with it.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="submissions", db_index=False
    )
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="submissions")
    files = models.JSONField(help_text=_("path → text"))
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.SUBMIT)
    queue = models.CharField(max_length=12, choices=Queue.choices, default=Queue.INTERACTIVE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    verdict = models.CharField(max_length=20, blank=True, choices=[(v.value, v.value) for v in Verdict])
    detail = models.TextField(blank=True, help_text=_("what ended it, in words: the error, the limit"))
    same_as = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="repeats",
        help_text=_("the earlier attempt with the same code, whose verdict this is: nothing was run"),
    )

    # The lease: who runs it, until when, and how often we failed at it (never the learner's fault).
    claim = models.UUIDField(null=True, blank=True, help_text=_("names one claim; a late worker's is stale"))
    worker = models.CharField(max_length=120, blank=True, help_text=_("which one claimed it last"))
    lease_until = models.DateTimeField(null=True, blank=True)
    run_until = models.DateTimeField(
        null=True, blank=True, help_text=_("no lease goes beyond: the run's limit, and a grace")
    )
    failures = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now, help_text=_("back-off after a failure of ours"))

    # What it counts: as said before it was sent. It may be raised later, never lowered.
    credit_percent = models.PositiveSmallIntegerField(
        default=100, help_text=_("of its points; 0: for practice, which uses no attempt")
    )
    credit_reason = models.CharField(
        max_length=8, choices=CreditReason.choices, blank=True, help_text=_("why it is less than all")
    )

    # What graded it, so that a verdict can be explained years later.
    seed = models.PositiveBigIntegerField(default=0)
    version = models.ForeignKey(
        ExerciseVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="submissions",
        help_text=_("the checks that grade it, pinned as it is made; empty: pinned when it is claimed"),
    )
    content_hash = models.CharField(max_length=64, blank=True)
    environment_digest = models.CharField(max_length=64, blank=True)

    # When it came to each step: queued, claimed, its first check, all said, stored, seen by its author.
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text=_("its first check began"))
    checked_at = models.DateTimeField(null=True, blank=True, help_text=_("the sandbox had said all"))
    finished_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text=_("its author first got the verdict"))

    # From the kernel and the supervisor, never from the learner's process.
    usage = models.JSONField(
        default=dict, blank=True, help_text=_("what the run used and its limits, as wire.Figures; {}: no run")
    )
    stdout = models.TextField(blank=True)
    stderr = models.TextField(blank=True)
    # What stood on the learner's scratch pad. It is run in a try only, and kept with everything they send.
    scratch = models.TextField(blank=True)
    scratch_output = models.TextField(blank=True)
    scratch_end = models.TextField(blank=True, help_text=_("why it was stopped"))
    checks_total = models.PositiveSmallIntegerField(default=0)
    checks_passed = models.PositiveSmallIntegerField(default=0)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "queue", "created_at"], name="the_queue"),
            models.Index(fields=["user", "exercise", "-created_at"], name="attempts"),
            models.Index(fields=["user", "queue", "-created_at"], name="what_came_of_late"),
            models.Index(fields=["user", "queue", "-claimed_at"], name="turns"),
            models.Index(fields=["exercise", "verdict"], name="by_verdict"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state="done") ^ models.Q(verdict=""), name="a_verdict_when_done_only"
            )
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} by {self.user_id} at {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.pk])

    @property
    def status(self) -> str:
        """The slug shown as `data-verdict`: the verdict, or the state where there is none."""
        return self.verdict or self.state

    @property
    def is_try(self) -> bool:
        """Whether it is a run before a submission, which counts nowhere."""
        return self.purpose == self.Purpose.RUN

    @property
    def done(self) -> bool:
        """There is a verdict."""
        return self.state == self.State.DONE

    @property
    def ended(self) -> bool:
        """Nothing more will come of it: there is a verdict, or it was replaced before its turn."""
        return self.state in (self.State.DONE, self.State.SUPERSEDED)

    @property
    def words(self) -> Words:
        """What a learner reads of the status, and what to try next."""
        return translated(words_for(self.status))

    @property
    def credit_said(self) -> str:
        """“half credit: late”, “practice: no attempts left”; "" where it counts in full."""
        if self.credit_percent == 100:
            return ""
        said = credit_words(self.credit_percent) if self.credit_percent else gettext("practice")
        return f"{said}: {self.get_credit_reason_display()}"

    @property
    def used(self) -> Figures | None:
        """What the run used, and the limits it had; None where nothing ran to an end."""
        return msgspec.convert(self.usage, Figures) if self.usage else None

    @property
    def files_in_order(self) -> dict[str, str]:
        """The files with the main one first, which a row of PostgreSQL does not say by itself."""
        return self.files_by(self.exercise.paths)

    def files_by(self, paths: list[str]) -> dict[str, str]:
        """The files in the order of these paths."""
        files: dict[str, str] = self.files
        return {path: files[path] for path in paths if path in files} | files

    @property
    def code(self) -> str:
        """The main file's text: what the editor shows."""
        return next(iter(self.files_in_order.values()), "")


class CheckResult(models.Model):
    """What one check said of one submission."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200, help_text=_("the test function, as in data-check"))
    title = models.CharField(max_length=300, help_text=_("its docstring: the claim a learner reads"))
    hidden = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome])
    message = models.TextField(blank=True, help_text=_("the author's words"))
    explanation = models.TextField(blank=True, help_text=_("pytest's, for visible tests only"))
    traceback = models.TextField(blank=True, help_text=_("the learner's own frames only"))
    duration_ms = models.PositiveIntegerField(default=0)
    cluster = models.CharField(max_length=16, blank=True, help_text=_("names failures that are alike"))

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["submission", "position"], name="one_result_per_check")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["cluster"], condition=~models.Q(cluster=""), name="failures_alike")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"

    @property
    def word(self) -> str:
        return word_of(Outcome(self.outcome))


class Figure(models.Model):
    """A picture the learner's code drew: decoded and encoded again before it got here."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField()
    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True, help_text=_("titles, labels and legends, for who cannot see it"))

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["submission", "position"], name="one_figure_per_place")
        ]

    def __str__(self) -> str:
        return f"figure {self.position}"


class Review(models.Model):
    """What an instructor said of a submission. Rows are added, never changed: the last one counts."""

    class Decision(models.TextChoices):
        COMMENT = "comment", _("comment")
        REVIEWED = "reviewed", _("reviewed")
        CHANGES = "changes", _("changes wanted")

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.COMMENT)
    comment = models.TextField(blank=True, help_text=_("Markdown"))
    comment_html = models.TextField(blank=True, editable=False)
    score = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("of the exercise's points"))
    score_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["created_at"]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} by {self.reviewer_id}"


class Worker(models.Model):
    """The last word of a process that grades, for the operator's page: see `grading.worker`."""

    name = models.CharField(max_length=120, primary_key=True, help_text=_("host and process number"))
    started_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    takes_jobs = models.BooleanField(default=False)
    canary_at = models.DateTimeField(null=True, blank=True, help_text=_("when it last graded its trial job"))
    reason = models.TextField(blank=True, help_text=_("why it takes no jobs"))

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name
