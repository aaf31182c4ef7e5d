"""Deadlines, attempts and extensions in the admin: instructors run them for the cohorts they teach.

It stands here and not in `course`, because what changes may raise the credit of what was sent.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey, Model, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.access import has_role
from accounts.models import Role, User
from course.access import learners_taught_by
from course.admin import Base, SeenByStaff, taught_rows
from course.deadline_words import due_words
from course.deadlines import Rules, rules_for, rules_for_week
from course.models import AttemptLimit, Cohort, Deadline, Exercise, Extension, Week
from course.wall_clock import in_words
from grading.credit import raise_credit, raise_credit_in
from grading.deadline_forms import DeadlineForm, ExerciseField, ExtensionForm


class TaughtRows(SeenByStaff, Base):
    """Rows of cohorts: whoever teaches one sees and changes its rows, and chooses among its people."""

    list_filter = (("cohort", admin.RelatedOnlyFieldListFilter),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not has_role(request.user, Role.INSTRUCTOR):
            return False
        return obj is None or self.get_queryset(request).filter(pk=obj.pk).exists()

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return taught_rows(super().get_queryset(request), request, "cohort__instructors")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        assert has_role(request.user, Role.INSTRUCTOR)
        match db_field.name:
            case "cohort":
                kwargs["queryset"] = taught_rows(Cohort.objects.all(), request, "instructors")
            case "user":
                kwargs["queryset"] = learners_taught_by(request.user).exclude(enrolments=None).distinct()
            case "week":
                kwargs["queryset"] = Week.objects.current()
            case "exercise":
                kwargs["queryset"] = Exercise.objects.listed().select_related("lesson__week")
                kwargs["form_class"] = ExerciseField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Deadline)
class DeadlineAdmin(TaughtRows):
    form = DeadlineForm
    list_display = ("__str__", "due_shown", "grace_minutes", "late_percent", "closes_shown")
    list_select_related = ("cohort", "week", "exercise")
    fields = ("cohort", "week", "exercise", "due", "grace_minutes", "late_percent", "closes")

    @admin.display(description=_("due"), ordering="due_at")
    def due_shown(self, deadline: Deadline) -> str:
        return in_words(deadline.due_at, timezone.now())

    @admin.display(description=_("closes"), ordering="closes_at")
    def closes_shown(self, deadline: Deadline) -> str:
        return in_words(deadline.closes_at, timezone.now()) if deadline.closes_at else "–"

    def save_model(self, request: HttpRequest, obj: Deadline, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        _say_raised(request, raise_credit_in(obj.cohort))

    def delete_model(self, request: HttpRequest, obj: Deadline) -> None:
        super().delete_model(request, obj)
        _say_raised(request, raise_credit_in(obj.cohort))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Deadline]) -> None:
        cohorts = list(Cohort.objects.filter(deadlines__in=queryset).distinct())
        super().delete_queryset(request, queryset)
        _say_raised(request, sum(raise_credit_in(cohort) for cohort in cohorts))


@admin.register(AttemptLimit)
class AttemptLimitAdmin(TaughtRows):
    list_display = ("exercise", "cohort", "attempts_allowed")
    list_select_related = ("exercise", "cohort")


@admin.register(Extension)
class ExtensionAdmin(TaughtRows):
    """Granted and withdrawn, never changed: each row says who did it and when."""

    form = ExtensionForm
    list_display = (
        "user",
        "where",
        "extra_days",
        "due_shown",
        "extra_attempts",
        "reason",
        "granted_by",
        "created_at",
        "withdrawn_at",
    )
    list_select_related = ("user", "cohort", "week", "exercise", "granted_by")
    search_fields = ("user__email", "user__name", "reason")
    fields = ("user", "exercise", "week", "extra_days", "due", "extra_attempts", "reason")
    actions = ("withdraw",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Extension | None = None) -> Any:
        if obj is None:
            return self.fields
        audit = ("granted_by", "created_at", "withdrawn_by", "withdrawn_at")
        return ("user", "where", "extra_days", "due_shown", "extra_attempts", "reason", *audit)

    def get_readonly_fields(self, request: HttpRequest, obj: Extension | None = None) -> Any:
        return () if obj is None else self.get_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Extension | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)  # a class of this request's own
        form.cohorts = taught_rows(Cohort.objects.all(), request, "instructors")
        return form

    @admin.display(description=_("where"))
    def where(self, extension: Extension) -> str:
        return str(extension.exercise or extension.week or extension.cohort)

    @admin.display(description=_("or due"), ordering="due_at")
    def due_shown(self, extension: Extension) -> str:
        return in_words(extension.due_at, timezone.now()) if extension.due_at else "–"

    def save_model(self, request: HttpRequest, obj: Extension, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        obj.granted_by = request.user
        super().save_model(request, obj, form, change)
        _say_what_holds(request, obj)
        _say_raised(request, raise_credit([obj.user]))

    @admin.action(description=_("Withdraw: what was sent meanwhile keeps its credit"))
    def withdraw(self, request: HttpRequest, extensions: QuerySet[Extension]) -> None:
        standing = extensions.filter(withdrawn_at=None)
        number = Extension.objects.filter(pk__in=standing.values("pk")).update(
            withdrawn_at=timezone.now(), withdrawn_by=request.user
        )
        words = ngettext("%(number)d extension withdrawn.", "%(number)d extensions withdrawn.", number)
        messages.success(request, words % {"number": number})


def _say_what_holds(request: HttpRequest, extension: Extension) -> None:
    """What follows from the extension, so that whoever granted it sees whether it is what they meant."""
    rules = _rules_of(extension)
    if rules is None:
        return
    said = {"learner": extension.user}
    if rules.due_at is not None:
        due = strip_tags(due_words(rules, timezone.now()))
        messages.info(request, gettext("For %(learner)s: %(due)s.") % {**said, "due": due})
    elif extension.extra_days or extension.due_at:
        messages.warning(request, gettext("There is no deadline yet; the time counts once there is one."))
    if extension.extra_attempts and rules.attempts_allowed is None:
        messages.warning(request, gettext("Attempts are not limited there; more of them change nothing yet."))


def _rules_of(extension: Extension) -> Rules | None:
    """What holds where the extension is for one exercise or week; None where it is for all there is."""
    if extension.exercise is not None:
        return rules_for(extension.user, extension.exercise)
    return rules_for_week(extension.user, extension.week) if extension.week is not None else None


def _say_raised(request: HttpRequest, number: int) -> None:
    if number:
        words = ngettext(
            "%(number)d submission that came late counts more now.",
            "%(number)d submissions that came late count more now.",
            number,
        )
        messages.info(request, words % {"number": number})
