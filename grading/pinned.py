"""What a page tells of the version that graded a submission: which it was, and whether it is today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.versions import changed_between
from grading.models import Submission
from grading.phases import Phase, phases_of
from grading.task import all_tests, visible_tests

WORDS = {
    "tests": _("the checks"),
    "paths": _("the files of a submission"),
    "environment": _("the libraries"),
    "limits": _("the limits"),
    "permissions": _("what a run may do"),
    "data": _("the data"),
}


@dataclass(frozen=True)
class Pinned:
    """`viewer` decides whether hidden checks are among those that are shown: for staff they are."""

    submission: Submission
    viewer: User

    @property
    def known(self) -> bool:
        """Whether the version was kept; before versions were, only its hash was."""
        return self.submission.version is not None

    @property
    def hash(self) -> str:
        return self.submission.content_hash

    @property
    def todays(self) -> bool:
        return self.hash == self.submission.exercise.content_hash

    @property
    def first_seen(self) -> datetime | None:
        return self.submission.version.first_seen if self.submission.version else None

    @cached_property
    def changed(self) -> list[str]:
        """What is another today, in words."""
        version = self.submission.version
        if version is None or self.todays:
            return []
        # Where none of these is, the bytes of a data set are.
        names = changed_between(version, self.submission.exercise) or ["data"]
        return [str(WORDS[name]) for name in names]

    @property
    def tests_html(self) -> str:
        version = self.submission.version
        if version is None:
            return ""
        return all_tests(version.tests) if self.viewer.is_staff else visible_tests(version.tests)

    @property
    def phases(self) -> list[Phase]:
        return phases_of(self.submission)
