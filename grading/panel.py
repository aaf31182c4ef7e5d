"""What a page shows of one submission: the verdict, its checks, and how to ask again.

Plain reading; the number of queries does not depend on how many checks or attempts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePath

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from course.markdown import highlight
from grading.health import Sighting, last_sighting
from grading.models import CheckResult, Figure, Review, Submission
from grading.sandbox.wire import Figures
from grading.usage import Row, in_short, rows_of
from grading.verdict import Outcome, Verdict, Words, words_of_try
from grading.words import translated, word_of

ICONS = {
    Outcome.PASSED: "circle-check",
    Outcome.FAILED: "circle-x",
    Outcome.CRASHED: "triangle-alert",
    Outcome.SKIPPED: "circle-minus",
}

VERDICT_ICONS = {
    "queued": "clock",
    "running": "circle-dashed",
    "superseded": "circle-minus",
    Verdict.PASSED: "circle-check",
    Verdict.PARTLY_PASSED: "circle-dot",
    Verdict.TOO_SLOW: "timer",
    Verdict.OUT_OF_MEMORY: "memory-stick",
    Verdict.TOO_MUCH_OUTPUT: "terminal",
    Verdict.FORBIDDEN: "lock",
    Verdict.CRASHED: "triangle-alert",
    Verdict.DOES_NOT_COMPILE: "triangle-alert",
    Verdict.PLATFORM_ERROR: "circle-alert",
}


EACH_AHEAD_MS = 60  # about half of what a submission takes on two cores
MOST_BEHIND_MS = 5000


@dataclass(frozen=True)
class CheckRow:
    """One check as it is shown: `result` is None while it waits for its turn."""

    title: str
    result: CheckResult | None = None

    @property
    def icon(self) -> str:
        return ICONS[Outcome(self.result.outcome)] if self.result else "circle-dashed"

    @property
    def word(self) -> str:
        return word_of(Outcome(self.result.outcome)) if self.result else ""


@dataclass(frozen=True)
class Panel:
    submission: Submission

    @cached_property
    def words(self) -> Words:
        """What is read of it. Of a try nothing is graded; what a submission would check beyond it is said."""
        if not self.submission.is_try:
            return self.submission.words
        words = translated(words_of_try(self.submission.status))
        hidden = sum(check["hidden"] for check in self.submission.exercise.checks)
        if self.submission.verdict != Verdict.PASSED or not hidden:
            return words
        more = ngettext(
            "Submit to have all of them, %(count)d hidden one too, checked.",
            "Submit to have all of them, %(count)d hidden ones too, checked.",
            hidden,
        )
        return replace(words, next_step=more % {"count": hidden})

    @property
    def scratch_had_its_turn(self) -> bool:
        """Whether there is something to say of the scratch code: a file that cannot be loaded ends it all."""
        made = self.submission
        ran = made.verdict in (Verdict.PASSED, Verdict.PARTLY_PASSED, Verdict.FAILED)
        return made.is_try and bool(made.scratch) and (ran or bool(made.scratch_output or made.scratch_end))

    @property
    def icon(self) -> str:
        return VERDICT_ICONS.get(self.submission.status, "circle-x")

    @property
    def poll_after_ms(self) -> int:
        """How long the page waits before it asks again: less and less often, and longer behind many."""
        age = (timezone.now() - self.submission.created_at).total_seconds()
        pause = 300 if age < 5 else 1000 if age < 30 else 3000
        if self.submission.state == Submission.State.QUEUED:
            pause = max(pause, min(self.ahead * EACH_AHEAD_MS, MOST_BEHIND_MS))
        return pause

    @cached_property
    def ahead(self) -> int:
        return Submission.objects.ahead_of(self.submission)

    @cached_property
    def sighting(self) -> Sighting:
        return last_sighting()

    @cached_property
    def same_as(self) -> Submission | None:
        """The earlier attempt whose verdict this is."""
        return self.submission.same_as

    @cached_property
    def used(self) -> Figures | None:
        return self.submission.used if self.submission.done else None

    @property
    def used_in_short(self) -> str:
        return in_short(self.used) if self.used else ""

    @property
    def usage(self) -> list[Row]:
        return rows_of(self.used) if self.used else []

    @cached_property
    def checks(self) -> list[CheckRow]:
        """Every result, and while it runs what is still to come, as the course announced it."""
        results = list(self.submission.checks.all())
        rows = [CheckRow(result.title, result) for result in results]
        if self.submission.ended:
            return rows
        seen = {result.name for result in results}
        announced = self.submission.exercise.checks
        if self.submission.is_try:
            announced = [check for check in announced if not check["hidden"]]
        return rows + [CheckRow(check["title"]) for check in announced if check["name"] not in seen]

    @cached_property
    def figures(self) -> Sequence[Figure]:
        return list(self.submission.figures.defer("png"))

    @cached_property
    def reviews(self) -> Sequence[Review]:
        return list(self.submission.reviews.select_related("reviewer")) if self.submission.done else []

    @cached_property
    def files(self) -> list[tuple[str, SafeString]]:
        """Each file with its code, coloured and numbered."""
        return [(path, _coloured(path, text)) for path, text in self.submission.files_in_order.items()]


LANGUAGES = {".py": "python", ".yml": "yaml", ".tf": "hcl", "": "dockerfile"}


def _coloured(path: str, text: str) -> SafeString:
    suffix = PurePath(path).suffix
    html = highlight(text, LANGUAGES.get(suffix, suffix.removeprefix(".")), numbered=True)
    return mark_safe(html)  # noqa: S308 - course.markdown has cleaned it
