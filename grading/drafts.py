"""Text that is typed and not sent yet: one row for each person and exercise, kept as they type.

How this works: every open page has a name, and counts its saves. A save that goes on where the same
page stopped is one conditional update. Any other is decided under a lock: it takes the row where
nobody changed it since the page was opened, and where somebody did, nothing is overwritten. Both
texts then stand in the row, as `files` and as `other`, until a person chooses. What a choice, a
fresh start or an uploaded file replaces is put `aside`, and can be brought back. `seen` says which
pages' texts have been here, so that a copy which a browser kept is not taken for news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.models import Exercise

PAGES_REMEMBERED = 30


@dataclass(frozen=True)
class Text:
    """What stands on an exercise page: `files` is path → text, the scratch pad is apart."""

    files: dict[str, str]
    scratch: str = ""

    def stored(self, **more: Any) -> dict[str, Any]:
        return {"files": self.files, "scratch": self.scratch, **more}

    @classmethod
    def read(cls, stored: dict[str, Any] | None) -> Text | None:
        return cls(stored["files"], stored["scratch"]) if stored else None


@dataclass(frozen=True)
class Mark:
    """What an open page says beside its text."""

    version: int | None = None  # that it began from; None: it does not know
    page: str = ""
    turn: int = 0  # grows with each of its saves
    aside: bool = False  # it shows another text than the draft's, which is to be put aside first


@dataclass(frozen=True)
class Outcome:
    """What became of a text that a page sent."""

    version: int
    saved_at: datetime
    differs: Draft | None = None  # another page changed it: this row has both texts, or the other one only
    kept: bool = True  # the text is in the row, as the draft or beside it
    old: bool = False  # the row has had this text before, and a newer one since


class Draft(models.Model):
    """What a person has typed into an exercise. Nobody else sees it, and it goes with the account."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="drafts")
    files = models.JSONField(help_text=_("path → text"))
    scratch = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1, help_text=_("grows with each change"))
    page = models.CharField(
        max_length=36, blank=True, help_text=_("the open page that wrote it; empty: none")
    )
    turn = models.PositiveIntegerField(default=0, help_text=_("that page's count of its saves"))
    seen = models.JSONField(default=dict, blank=True, help_text=_("earlier pages → their last turn"))
    saved_at = models.DateTimeField(default=timezone.now)
    sent = models.BooleanField(default=False, help_text=_("the very text was submitted or tried"))
    content_hash = models.CharField(max_length=64, help_text=_("the exercise that it was begun from"))
    other = models.JSONField(
        null=True, blank=True, help_text=_("a text that differs: {files, scratch, page, turn, at}")
    )
    other_version = models.PositiveIntegerField(default=0, help_text=_("grows with each change of the other"))
    aside = models.JSONField(
        null=True, blank=True, help_text=_("a text that can be brought back: {files, scratch}")
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "exercise"], name="one_draft_per_exercise")
        ]

    def __str__(self) -> str:
        return f"draft {self.version} of {self.exercise_id} by {self.user_id}"

    @property
    def text(self) -> Text:
        return Text(self.files, self.scratch)

    @property
    def other_text(self) -> Text | None:
        return Text.read(self.other)

    @property
    def aside_text(self) -> Text | None:
        return Text.read(self.aside)

    def had(self, mark: Mark) -> bool:
        """Whether this text of that page, or a later one of it, has been here."""
        turn = self.turn if mark.page == self.page else self.seen.get(mark.page, -1)
        return bool(mark.page) and mark.turn <= turn

    def continued_by(self, mark: Mark) -> bool:
        """Whether nobody but that page has changed it since the page was opened."""
        return mark.version in (None, self.version) or (bool(mark.page) and mark.page == self.page)

    def take(self, text: Text, mark: Mark, *, sent: bool = False) -> Outcome:
        """Let this be the draft from now on."""
        forgets = mark.aside or mark.version is None or set(self.files) - set(text.files)
        if forgets and self.text != text:
            self.aside = self.text.stored()
        self.remember(self.page, self.turn)
        self.files, self.scratch, self.sent = text.files, text.scratch, sent
        self.page, self.turn = mark.page, mark.turn
        self.version += 1
        self.saved_at = timezone.now()
        self.save()
        return Outcome(self.version, self.saved_at)

    def take_beside(self, text: Text, mark: Mark) -> Outcome:
        """Keep a text that differs, unless a third page's is there already: that one waits first."""
        free = self.other is None or self.other["page"] == mark.page
        if free:
            now = timezone.now()
            self.other = text.stored(page=mark.page, turn=mark.turn, at=now.isoformat())
            self.other_version += 1
            self.save(update_fields=["other", "other_version"])
        kept = free or self.other_text == text
        return Outcome(self.version, self.saved_at, differs=self, kept=kept)

    def remember(self, page: str, turn: int) -> None:
        """Note that this page's text has been here."""
        if page:
            others = {name: last for name, last in self.seen.items() if name != page}
            self.seen = dict([*others.items(), (page, turn)][-PAGES_REMEMBERED:])


def save(user: User, exercise: Exercise, text: Text, mark: Mark) -> Outcome:
    """Keep what a page sent; `differs` where another page changed the draft since this one began."""
    if mark.page and mark.version and not mark.aside:
        now, version = timezone.now(), mark.version + 1
        same_page = Draft.objects.filter(
            user=user, exercise=exercise, version=mark.version, page=mark.page, turn__lt=mark.turn
        )
        if same_page.update(
            files=text.files, scratch=text.scratch, version=version, turn=mark.turn, saved_at=now, sent=False
        ):
            return Outcome(version, now)
    with transaction.atomic():
        draft, new = _locked(user, exercise, text, mark)
        if new:
            return Outcome(draft.version, draft.saved_at)
        return _decided(draft, text, mark)


def _decided(draft: Draft, text: Text, mark: Mark) -> Outcome:
    if draft.had(mark):
        return Outcome(draft.version, draft.saved_at, old=draft.text != text)
    if draft.text == text:
        draft.remember(mark.page, mark.turn)
        draft.save(update_fields=["seen"])
        return Outcome(draft.version, draft.saved_at)
    if draft.continued_by(mark):
        return draft.take(text, mark)
    return draft.take_beside(text, mark)


def keep_sent(
    user: User, exercise: Exercise, text: Text, mark: Mark, replaced: Text | None = None
) -> Outcome:
    """Let what was just submitted or tried be the draft, so that the page shows it.

    What another page had typed and not sent stands beside it then. `replaced`: what stood in the editor where
    a file was sent in its place; it can be brought back.
    """
    with transaction.atomic():
        draft, new = _locked(user, exercise, text, mark, sent=True)
        differs = False
        if not new:
            draft.content_hash = exercise.content_hash
            differs = _set_beside(draft, text, mark)
            draft.take(text, mark, sent=True)
        if replaced is not None:
            draft.aside = replaced.stored()
            draft.save(update_fields=["aside"])
    return Outcome(draft.version, draft.saved_at, differs=draft if differs else None)


def _set_beside(draft: Draft, text: Text, mark: Mark) -> bool:
    """Whether the draft is another page's, not sent and different; it is kept beside then."""
    if draft.continued_by(mark) or draft.sent or draft.text == text:
        return False
    if draft.other is None:
        draft.other = draft.text.stored(page=draft.page, turn=draft.turn, at=draft.saved_at.isoformat())
        draft.other_version += 1
    else:
        draft.aside = draft.text.stored()
    return True


def start_over(user: User, exercise: Exercise) -> None:
    """The starter again, as it is today; what stood there can be brought back."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(user=user, exercise=exercise)
        draft.content_hash = exercise.content_hash
        draft.take(Text(exercise.starter, draft.scratch), Mark(draft.version, aside=True))


def bring_back(user: User, exercise: Exercise) -> bool:
    """The text that was put aside, in exchange for the one there is; False where there is none."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(user=user, exercise=exercise)
        earlier = draft.aside_text
        if earlier is not None:
            draft.take(earlier, Mark(draft.version, aside=True))
    return earlier is not None


def settle(draft: Draft, text: Text, aside: Text) -> bool:
    """End the difference: one text stays, one can be brought back. False where either changed meanwhile."""
    assert draft.other is not None, "two texts are settled, not one"
    draft.remember(draft.page, draft.turn)
    draft.remember(draft.other["page"], draft.other["turn"])
    return bool(
        Draft.objects.filter(pk=draft.pk, version=draft.version, other_version=draft.other_version).update(
            files=text.files,
            scratch=text.scratch,
            aside=aside.stored(),
            other=None,
            other_version=draft.other_version + 1,
            version=draft.version + 1,
            page="",
            turn=0,
            seen=draft.seen,
            saved_at=timezone.now(),
            sent=False,
        )
    )


def _locked(
    user: User, exercise: Exercise, text: Text, mark: Mark, *, sent: bool = False
) -> tuple[Draft, bool]:
    """The person's draft, held until the transaction ends, and whether it was just made of this text."""
    return Draft.objects.select_for_update().get_or_create(
        user=user,
        exercise=exercise,
        defaults={
            "files": text.files,
            "scratch": text.scratch,
            "page": mark.page,
            "turn": mark.turn,
            "sent": sent,
            "content_hash": exercise.content_hash,
        },
    )
