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
from course.models import KnownSolution
from grading.comparison import Comparison, comparison_of
from grading.health import Sighting, last_sighting
from grading.hints import hint_keys
from grading.mistakes import mistakes_of
from grading.models import CheckResult, Figure, Review, Submission
from grading.sandbox.wire import Figures
from grading.usage import Meter, Row, in_short, meters_of, rows_of
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
    """One check as it is shown: `result` is None while it waits for its turn.

    `name` is the test's, with its case in brackets where it is parametrised. `hint_key` names the hints
    for it on the exercise page; "" where there are none.
    """

    name: str
    title: str
    hidden: bool = False
    result: CheckResult | None = None
    hint_key: str = ""

    @property
    def icon(self) -> str:
        return ICONS[Outcome(self.result.outcome)] if self.result else "circle-dashed"

    @property
    def word(self) -> str:
        return word_of(Outcome(self.result.outcome)) if self.result else ""

    @property
    def went_wrong(self) -> bool:
        return self.result is not None and self.result.outcome in (Outcome.FAILED, Outcome.CRASHED)

    @property
    def function(self) -> str:
        """The test function, as the code of the checks names it."""
        return self.name.partition("[")[0]

    @property
    def case(self) -> str:
        """What tells the cases of one test apart, which share a title: `302` of `test_status[302]`."""
        return "" if self.hidden else self.name.partition("[")[2].removesuffix("]")

    @cached_property
    def comparison(self) -> Comparison | None:
        """What came back beside what was asked for, where the check compared two values."""
        if self.result is None or not self.went_wrong:
            return None
        return comparison_of(self.result.explanation)


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

    @property
    def meters(self) -> list[Meter]:
        return meters_of(self.used) if self.used else []

    @cached_property
    def checks(self) -> list[CheckRow]:
        """Every result, what went wrong first; then, while it runs, what the course announced is to come."""
        hints = hint_keys(self.submission.exercise)
        results = self._results
        rows = [
            CheckRow(row.name, row.title, row.hidden, row, hints.get(row.name.partition("[")[0], ""))
            for row in results
        ]
        rows.sort(key=lambda row: not row.went_wrong)
        if self.submission.ended:
            return rows
        seen = {result.name for result in results}
        announced = self.submission.exercise.checks
        if self.submission.is_try:
            announced = [check for check in announced if not check["hidden"]]
        to_come = [check for check in announced if check["name"] not in seen]
        return rows + [CheckRow(check["name"], check["title"], check["hidden"]) for check in to_come]

    @cached_property
    def _results(self) -> list[CheckResult]:
        return list(self.submission.checks.all())

    @cached_property
    def mistakes(self) -> list[KnownSolution]:
        """Known mistakes that end just as this did; none before the verdict."""
        return mistakes_of(self.submission, self._results)

    @cached_property
    def figures(self) -> Sequence[Figure]:
        return list(self.submission.figures.defer("png"))

    @cached_property
    def reviews(self) -> Sequence[Review]:
        return list(self.submission.reviews.select_related("reviewer")) if self.submission.done else []

    @cached_property
    def files(self) -> list[tuple[str, SafeString]]:
        """Each file with its code, coloured and numbered."""
        return [(path, coloured(path, text)) for path, text in self.submission.files_in_order.items()]


LANGUAGES = {".py": "python", ".yml": "yaml", ".tf": "hcl", "": "dockerfile"}


def coloured(path: str, text: str) -> SafeString:
    """The text of a file, coloured and numbered."""
    suffix = PurePath(path).suffix
    html = highlight(text, LANGUAGES.get(suffix, suffix.removeprefix(".")), numbered=True)
    return mark_safe(html)  # noqa: S308 - course.markdown has cleaned it
