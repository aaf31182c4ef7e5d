"""What a learner sends from the exercise page, and what an instructor says of it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.models import Exercise
from grading.models import Review, Submission
from grading.review import review
from grading.submit import FILE_LIMIT, SCRATCH, SubmissionRefused, submit

MAIN = "code"
RUN = "run"  # the value of `action` that asks for a try


class CodeField(forms.Field):
    """Text, exactly as it was typed: nothing is stripped, and NUL is refused by `submit`, in words."""

    def __init__(self, *, rows: int = 24, **other: Any) -> None:
        look = {"class": "code-area", "rows": rows, "spellcheck": "false", "autocapitalize": "off"}
        super().__init__(widget=forms.Textarea(attrs=look), **other)

    def prepare_value(self, value: Any) -> Any:
        """A page cannot hold a NUL: show its picture, so that it can be found and removed."""
        return value.replace("\0", "\N{SYMBOL FOR NULL}") if isinstance(value, str) else value


class SubmitForm(forms.Form):
    """One text area for each file of the exercise, a scratch pad, and a file in place of the first.

    Two buttons send it: one submits, the other (`action=run`) tries it. `submitted_by` makes the submission;
    where that is refused the form says so, and keeps the text.
    """

    upload = forms.FileField(
        label=_("or send a file instead"),
        required=False,
        allow_empty_file=True,
        help_text=_("It takes the place of the code above."),
    )
    scratch = CodeField(
        label=SCRATCH,
        required=False,
        rows=8,
        help_text=_(
            "“Run” runs this after the visible checks and shows what it prints and draws. "
            "Nothing of it is graded."
        ),
    )
    too_large = False
    retry_after: int | None = None  # seconds until the same may be sent again

    def __init__(self, exercise: Exercise, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercise = exercise
        self.paths = {MAIN if n == 0 else f"{MAIN}:{path}": path for n, path in enumerate(exercise.paths)}
        codes = {name: CodeField(label=path, required=False) for name, path in self.paths.items()}
        self.fields = {**codes, **self.fields}
        self.fields["upload"].widget.attrs["accept"] = self._suffix

    @property
    def _suffix(self) -> str:
        return PurePath(self.exercise.paths[0]).suffix

    @property
    def codes(self) -> list[forms.BoundField]:
        return [self[name] for name in self.paths]

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if not self.errors:
            return 200
        if self.retry_after is not None:
            return 429
        return 413 if self.too_large else 422

    def clean_upload(self) -> str | None:
        """The text of the uploaded file; None where there is none."""
        upload: UploadedFile[Any] | None = self.cleaned_data["upload"]
        if upload is None:
            return None
        if PurePath(upload.name or "").suffix != self._suffix:
            raise forms.ValidationError(
                _("%(name)s is not a %(suffix)s file. Choose the file with your code, or use the editor."),
                params={"name": upload.name, "suffix": self._suffix or _("plain")},
            )
        size = upload.size or 0
        if size > FILE_LIMIT:
            self.too_large = True
            raise forms.ValidationError(
                _("%(name)s is %(size)d kB; a file may hold %(limit)d kB."),
                params={"name": upload.name, "size": size // 1024, "limit": FILE_LIMIT // 1024},
            )
        return self._text_of(upload)

    def _text_of(self, upload: UploadedFile[Any]) -> str:
        content = bytes(upload.read())
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise forms.ValidationError(
                _("%(name)s is not text in UTF-8. Save it as UTF-8 in your editor and send it again."),
                params={"name": upload.name},
            )
        return text

    def submitted_by(self, user: User) -> Submission | None:
        """The submission, or None where something is wrong: the errors say what."""
        if not self.is_valid():
            return None
        files = {path: self.cleaned_data[name] or "" for name, path in self.paths.items()}
        if self.sent_a_file:
            files[self.exercise.paths[0]] = self.cleaned_data["upload"]
        try:
            return submit(
                user,
                self.exercise,
                files,
                purpose=Submission.Purpose.RUN
                if self.data.get("action") == RUN
                else Submission.Purpose.SUBMIT,
                scratch=self.cleaned_data["scratch"] or "",
            )
        except SubmissionRefused as refusal:
            self.too_large, self.retry_after = refusal.too_large, refusal.retry_after
            self.add_error(MAIN, str(refusal))
            return None

    @property
    def sent_a_file(self) -> bool:
        return self.cleaned_data.get("upload") is not None


class ReviewForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What an instructor says of one submission; a score needs a reason, and stays within the points."""

    class Meta:
        model = Review
        fields = ("decision", "comment", "score", "score_reason")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "comment": forms.Textarea(attrs={"rows": 8, "cols": 80})
        }
        labels: ClassVar[dict[str, Any]] = {"score_reason": _("Why this score")}

    def __init__(self, submission: Submission, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.submission = submission
        points = submission.exercise.points
        self.fields["score"].help_text = _("of %(points)d points") % {"points": points}

    def clean_score(self) -> int | None:
        score: int | None = self.cleaned_data["score"]
        points = self.submission.exercise.points
        if score is not None and score > points:
            raise forms.ValidationError(
                _("This exercise is worth %(points)d points; give at most that."), params={"points": points}
            )
        return score

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("score") is not None and not said.get("score_reason", "").strip():
            self.add_error("score_reason", _("Say in a sentence why: the learner reads it beside the score."))
        if said.get("decision") != Review.Decision.REVIEWED and not said.get("comment", "").strip():
            self.add_error("comment", _("Say what the learner should know or change."))
        return said

    def added_by(self, reviewer: User) -> Review | None:
        """The review, or None where something is wrong: the errors say what."""
        if not self.is_valid():
            return None
        return review(self.submission, reviewer, **self.cleaned_data)
