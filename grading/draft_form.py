"""What an exercise page says of the draft: with every text that it sends, and when two texts are compared."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import DatabaseError
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Exercise
from grading.desk import saved_words, time_words
from grading.drafts import Draft, Mark, Outcome, Text, keep_sent, save, settle
from grading.forms import MAIN, SubmitForm
from grading.models import Submission
from grading.submit import SCRATCH, SubmissionRefused, accepted, accepted_text

log = logging.getLogger(__name__)
MOST = 2**31 - 1  # what the column of a whole number holds


class MarkForm(forms.Form):
    """The hidden fields. A page that sends none, or nonsense, is one that does not know."""

    draft_version = forms.IntegerField(min_value=0, max_value=MOST)
    draft_page = forms.CharField(max_length=36)
    draft_turn = forms.IntegerField(min_value=0, max_value=MOST)
    draft_aside = forms.BooleanField(required=False)

    @property
    def mark(self) -> Mark:
        if not self.is_valid():
            return Mark()
        said = self.cleaned_data
        return Mark(said["draft_version"], said["draft_page"], said["draft_turn"], said["draft_aside"])


class DraftForm(SubmitForm):
    """What stands on the page, to be kept and not to be sent."""

    def saved_by(self, user: User) -> Outcome | None:
        """What became of it, or None where it cannot be kept: the errors say why."""
        if not self.is_valid():
            return None
        try:
            files = {path: self.data[name] for name, path in self.paths.items() if name in self.data}
            text = text_of(self.exercise, files, self.data.get("scratch", ""))
        except SubmissionRefused as refusal:
            self.too_large = refusal.too_large
            self.add_error(MAIN, str(refusal))
            return None
        return save(user, self.exercise, text, MarkForm(self.data).mark)


def text_of(exercise: Exercise, files: Mapping[str, str], scratch: str) -> Text:
    """The text by the same rule as a submission's; SubmissionRefused where a file is missing or too large."""
    return Text(accepted(exercise, files), accepted_text(SCRATCH, scratch))


def keep_submitted(user: User, form: SubmitForm, submission: Submission) -> Outcome | None:
    """Let the submission's text be the draft. It is safe already, so a failure here is logged only."""
    sent = Text(submission.files, submission.scratch)
    typed = {path: form.cleaned_data[name] or "" for name, path in form.paths.items()}
    replaced = Text(typed, submission.scratch) if form.sent_a_file and any(typed.values()) else None
    try:
        return keep_sent(user, form.exercise, sent, MarkForm(form.data).mark, replaced)
    except DatabaseError:
        log.exception("the draft of submission %s was not kept", submission.pk)
        return None


@dataclass(frozen=True)
class Pair:
    """One file as the two texts have it, what is being put together of them, and the name of its field."""

    name: str
    path: str
    mine: str
    other: str
    merged: str

    @property
    def same(self) -> bool:
        return self.mine == self.other


class MergeForm(forms.Form):
    """Two texts, of which one is kept, or what was put together of them.

    `page` names the page that one came from: its text is “mine”. From elsewhere the saved one is.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)
    other_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST)

    def __init__(self, draft: Draft, page: str, data: Mapping[str, Any] | None = None) -> None:
        first = {"version": draft.version, "other_version": draft.other_version}
        super().__init__(data, initial=first)
        self.draft, self.page = draft, page
        saved, beside = draft.text, draft.other_text or draft.text
        mine_is_beside = bool(draft.other and page and draft.other["page"] == page)
        self.mine, self.other = (beside, saved) if mine_is_beside else (saved, beside)
        self.mine_is_saved = not mine_is_beside
        self.pairs = [
            self._pair(name, path, self.mine.files.get(path, ""), self.other.files.get(path, ""))
            for name, path in SubmitForm(draft.exercise).paths.items()
        ]
        self.pairs.append(self._pair("scratch", SCRATCH, self.mine.scratch, self.other.scratch))

    @property
    def saved_said(self) -> str:
        return saved_words(self.draft.saved_at)

    @property
    def beside_said(self) -> str:
        """“Typed 12:04, kept beside it”."""
        at = datetime.fromisoformat(self.draft.other["at"]) if self.draft.other else self.draft.saved_at
        return _("Typed %(time)s, kept beside it") % {"time": time_words(at)}

    def _pair(self, name: str, path: str, mine: str, other: str) -> Pair:
        return Pair(name, path, mine, other, self.data.get(name, mine))

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        return 409 if self.errors else 200

    def settled(self) -> bool:
        """Whether a choice was made and holds; else the errors say what to do."""
        if not self.is_valid():
            return False
        try:
            text, aside = self._choice()
        except SubmissionRefused as refusal:
            self.add_error(None, str(refusal))
            return False
        said = self.cleaned_data
        looked_at = (said["version"], said["other_version"]) == (self.draft.version, self.draft.other_version)
        if looked_at and settle(self.draft, text, aside):
            return True
        self.add_error(None, _("One of the two has changed meanwhile. Look again: nothing was overwritten."))
        return False

    def _choice(self) -> tuple[Text, Text]:
        """The text that stays, and the one that can be brought back."""
        choice = self.data.get("keep")
        if choice == "mine":
            return self.mine, self.other
        if choice == "other":
            return self.other, self.mine
        *files, scratch = self.pairs
        merged = text_of(self.draft.exercise, {pair.path: pair.merged for pair in files}, scratch.merged)
        return merged, self.other if merged != self.other else self.mine
