"""What instructors type to set a deadline or to grant an extension; times are the cohort's clock's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from course.cohorts import enrolment_of
from course.deadline_plan import NoTimeZone, zone_for_deadlines
from course.models import Cohort, Deadline, Exercise, Extension
from course.wall_clock import NoSuchMoment, moment_at, on_the_wall

if TYPE_CHECKING:
    ModelChoiceField = forms.ModelChoiceField[Exercise]  # generic for the type checker only
else:
    ModelChoiceField = forms.ModelChoiceField


FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond them it is a slip of the finger


class WallClockField(forms.DateTimeField):
    """A date and a time, as a clock on the cohort's wall shows them: naive until the form says where."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(UTC):  # where no time is left out and none comes twice
            read = super().to_python(value)
        if read is None:
            return None
        if not FIRST_YEAR <= read.year <= LAST_YEAR:
            raise forms.ValidationError(
                _("Choose a year from %(first)d to %(last)d."),
                params={"first": FIRST_YEAR, "last": LAST_YEAR},
            )
        return read.replace(tzinfo=None, second=0, microsecond=0)


class ExerciseField(ModelChoiceField):
    """An exercise from the list of all, with the week that it is in."""

    def label_from_instance(self, obj: Exercise) -> str:
        return f"{obj.lesson.week.when}: {obj}"


class OnTheWall(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A form whose times are read on the wall of a cohort."""

    def moment(self, cohort: Cohort | None, field: str) -> datetime | None:
        """The moment that was typed; None where there is none, and where it cannot be one: with an error."""
        wall = self.cleaned_data.get(field)
        if wall is None or cohort is None:
            return None
        try:
            return moment_at(wall, zone_for_deadlines(cohort))
        except (NoTimeZone, NoSuchMoment) as error:
            self.add_error(field, str(error))
            return None


class DeadlineForm(OnTheWall):
    due = WallClockField(label=_("Due"), help_text=_("by the cohort’s clock; that minute is still in time"))
    closes = WallClockField(
        label=_("Closes"),
        required=False,
        help_text=_("by the cohort’s clock; empty: late work counts for ever"),
    )

    class Meta:
        model = Deadline
        fields = ("cohort", "week", "exercise", "grace_minutes", "late_percent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            zone = zone_for_deadlines(self.instance.cohort) if self.instance.cohort.time_zone else None
            for field, moment in (("due", self.instance.due_at), ("closes", self.instance.closes_at)):
                if moment is not None and zone is not None:
                    self.initial[field] = on_the_wall(moment, zone)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        both_are_read = not {"week", "exercise"} & set(self.errors)
        if both_are_read and bool(said.get("week")) == bool(said.get("exercise")):
            self.add_error("exercise", _("Choose either a week or an exercise."))
        due, closes = (self.moment(said.get("cohort"), field) for field in ("due", "closes"))
        if due is None:
            return said
        self.instance.due_at, self.instance.closes_at = due, closes
        full_until = due + timedelta(minutes=said.get("grace_minutes") or 0)
        if closes is not None and closes <= due:
            self.add_error("closes", _("It would close before it is due. Choose a later time, or none."))
        elif closes is not None and closes < full_until:
            self.add_error("closes", _("It would close within the grace. Choose a later time or less grace."))
        return said


class ExtensionForm(OnTheWall):
    due = WallClockField(
        label=_("Or due"), required=False, help_text=_("a new date, by the cohort’s clock, in place of days")
    )

    cohorts: QuerySet[Cohort] = Cohort.objects.none()
    """Those that whoever fills it in teaches: the admin page says which."""

    class Meta:
        model = Extension
        fields = ("user", "exercise", "week", "extra_days", "extra_attempts", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in {"exercise", "week"} & set(self.fields):
            self.fields[field].empty_label = _("all of them")  # type: ignore[attr-defined]  # rows to choose

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        user = said.get("user")
        if user is None:
            return said
        place = enrolment_of(user)
        if place is None or not self.cohorts.filter(pk=place.cohort_id).exists():
            self.add_error("user", _("This person is in none of the cohorts that you teach."))
            return said
        self.instance.cohort = place.cohort
        self.instance.due_at = self.moment(place.cohort, "due")
        return said
