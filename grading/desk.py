"""What lies in the editor when an exercise page opens, and what is said beside it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Exercise
from grading.access import draft_at
from grading.drafts import Draft, Mark, Text
from grading.models import Submission


@dataclass(frozen=True)
class Desk:
    """`text` is what the editor shows, unless a form came back to it; `mark` is for the page's next save."""

    exercise: Exercise
    text: Text
    draft: Draft | None
    mark: Mark

    @property
    def shows_draft(self) -> bool:
        return self.draft is not None and not self.mark.aside

    @property
    def said(self) -> str:
        return saved_words(self.draft.saved_at) if self.draft and self.shows_draft else ""

    @property
    def changed(self) -> bool:
        """Whether the exercise is another one than the draft was begun from."""
        if self.draft is None or not self.shows_draft:
            return False
        return self.draft.content_hash != self.exercise.content_hash

    @property
    def address(self) -> str:
        return self.exercise.address_of("draft")

    @property
    def start_over_address(self) -> str:
        return self.exercise.address_of("draft_start_over")

    @property
    def bring_back_address(self) -> str:
        return self.exercise.address_of("draft_bring_back")

    @property
    def merge_address(self) -> str:
        return merge_address(self.exercise, self.mark.page)


def desk_for(
    user: User,
    exercise: Exercise,
    latest: Submission | None,
    *,
    starter: bool = False,
    restored: Submission | None = None,
) -> Desk:
    """The draft, or what was sent since; where there is neither, or it is asked for, the starter.

    `restored` is what was sent earlier and is asked for: it lies on the desk, and the draft stays as it is.
    """
    draft = draft_at(user, exercise)
    text = Text(exercise.starter)
    if draft is not None and (latest is None or draft.saved_at >= latest.created_at):
        text = draft.text
    elif latest is not None:
        text = Text(latest.files, latest.scratch)
    if restored is not None:
        text = Text(restored.files, restored.scratch)
    elif starter:
        text = Text(exercise.starter, text.scratch)
    aside = draft is not None and draft.text != text
    mark = Mark(draft.version if draft else 0, str(uuid.uuid4()), turn=1, aside=aside)
    return Desk(exercise, text, draft, mark)


def desk_again(desk: Desk, mark: Mark) -> Desk:
    """The same for a page that came back with what was typed: it goes on from where it was."""
    if mark.version is None:
        return desk
    return replace(desk, mark=replace(mark, turn=mark.turn + 1))


def merge_address(exercise: Exercise, page: str) -> str:
    """Where two texts are compared, of which the one that this page sent is “mine”."""
    return f"{exercise.address_of('merge')}?page={page}"


def saved_words(saved_at: datetime) -> str:
    """“Saved 12:04”."""
    return _("Saved %(time)s") % {"time": time_words(saved_at)}


def time_words(moment: datetime) -> str:
    """“12:04”, with the day where that is not today; in the reader's time zone."""
    there = timezone.localtime(moment)
    return date_format(there, "H:i" if there.date() == timezone.localdate() else "j M, H:i")
