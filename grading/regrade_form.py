"""What an instructor says to begin a regrade: which grades, which attempts, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from course.models import Cohort, Exercise, Week
from grading.models import Regrade
from grading.regrade import RegradeRefused, begin
from grading.scope import Cluster, Scope, attempts_of, clusters_of, grades_in
from grading.verdict import Verdict

VERDICTS = [
    (verdict.value, _(verdict.words.name)) for verdict in Verdict if verdict is not Verdict.PLATFORM_ERROR
]


def cohorts_of(user: User) -> Any:
    return Cohort.objects.all() if user.administers else Cohort.objects.filter(instructors=user)


class _Day(forms.DateInput):
    input_type = "date"


class _WeekField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Week) -> str:
        return f"{obj.when}: {obj}"


class ScopeForm(forms.Form):
    """The filter. It comes with GET too, to count what it finds before anything is begun."""

    exercise = forms.ModelChoiceField(
        Exercise.objects.none(), label=_("Exercise"), required=False, empty_label=_("any exercise")
    )
    week = _WeekField(Week.objects.none(), label=_("Week"), required=False, empty_label=_("any week"))
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label=_("Cohort"), required=False, empty_label=_("all your learners")
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("any verdict")), *VERDICTS]
    )
    since = forms.DateField(label=_("Sent on or after"), required=False, widget=_Day())
    until = forms.DateField(label=_("Sent on or before"), required=False, widget=_Day())
    cluster = forms.ChoiceField(
        label=_("Failed in this way"),
        required=False,
        help_text=_("The same check, with the same first line but for numbers and quoted texts."),
    )
    attempts = forms.ChoiceField(
        label=_("Which attempts are graded again"),
        choices=Regrade.Attempts.choices,
        initial=Regrade.Attempts.ALL,
        widget=forms.RadioSelect,
    )

    def __init__(self, user: User, data: QueryDict | None = None) -> None:
        if data is not None and "attempts" not in data:
            data = data.copy()
            data["attempts"] = Regrade.Attempts.ALL.value
        super().__init__(data)
        self.user = user
        exercises = Exercise.objects.exclude(kind=Exercise.Kind.BLOCKS)  # nothing of these is graded
        self._offer("exercise", exercises.order_by("lesson__week__number", "lesson__number", "number"))
        self._offer("week", Week.objects.all())
        self._offer("cohort", cohorts_of(user))
        self.clusters = self._clusters()
        if not self.clusters:
            del self.fields["cluster"]
            return
        named = [(cluster.key, _in_words(cluster)) for cluster in self.clusters]
        cluster_field = self.fields["cluster"]
        assert isinstance(cluster_field, forms.ChoiceField)
        cluster_field.choices = [("", _("any failure")), *named]

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def _clusters(self) -> Sequence[Cluster]:
        """The failures of the exercise that is chosen: they are offered once there is one."""
        try:
            exercise = self.fields["exercise"].clean(self.data.get("exercise"))
        except forms.ValidationError:
            return []
        return clusters_of(self.user, exercise) if exercise else []

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("since") and said.get("until") and said["since"] > said["until"]:
            self.add_error("until", _("This day is before the first one."))
        return said

    @property
    def scope(self) -> Scope:
        said = self.cleaned_data
        return Scope(
            exercise=said["exercise"],
            week=said["week"],
            cohort=said["cohort"],
            verdict=said["verdict"],
            cluster=said.get("cluster", ""),
            since=said["since"],
            until=said["until"],
        )

    @property
    def found(self) -> tuple[int, int] | None:
        """How many grades it would look at, and how many runs that takes; None before it is filled in."""
        if not self.is_bound or not self.is_valid():
            return None
        attempts = self.cleaned_data["attempts"]
        grades = grades_in(self.user, self.scope, attempts)
        return grades.count(), attempts_of(self.user, grades, attempts).count()


class RegradeForm(ScopeForm):
    """The filter and the reason: what begins a regrade."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A sentence for the learners: they read it beside a grade that changed."),
        error_messages={"required": _("Say in a sentence why: the learners read it beside their grade.")},
    )

    def begun(self) -> Regrade | None:
        """The regrade, or None where something is wrong: the errors say what."""
        if not self.is_valid():
            return None
        said = self.cleaned_data
        try:
            return begin(self.user, self.scope, attempts=said["attempts"], reason=said["reason"])
        except RegradeRefused as refusal:
            self.add_error(None, str(refusal))
            return None


def _in_words(cluster: Cluster) -> str:
    message = cluster.message if len(cluster.message) <= 90 else f"{cluster.message[:89]}…"
    return f"{cluster.check}: {message} ({cluster.attempts})"
