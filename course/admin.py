"""The course in the admin: content to read, cohorts to run.

Content comes from files and is read-only for everybody (`load_course` is the way to change it).
Administrators run cohorts and enrolments; instructors see those they teach, and their join links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.access import has_role
from accounts.forms import TimeZoneField
from accounts.models import Role
from course.deadline_plan import NoTimeZone, plan_deadlines
from course.models import Cohort, Enrolment, Exercise, Lesson, Module, Question, Resource, Week

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]  # generic for the type checker only
    BaseInline = admin.TabularInline[Any, Any]
    CohortModelForm = forms.ModelForm[Any]
else:
    Base, BaseInline, CohortModelForm = admin.ModelAdmin, admin.TabularInline, forms.ModelForm


class SeenByStaff:
    """Who teaches may look; what they may look at is narrowed by `get_queryset`."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)


class ReadOnly(SeenByStaff, Base):
    """Rows that files are the source of."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Module)
class ModuleAdmin(ReadOnly):
    list_display = ("number", "title", "retired_at")
    list_display_links = ("title",)


@admin.register(Week)
class WeekAdmin(ReadOnly):
    list_display = ("number", "title", "module", "lesson_total", "exercise_total", "retired_at")
    list_display_links = ("title",)
    list_filter = ("module",)
    list_select_related = ("module",)


@admin.register(Lesson)
class LessonAdmin(ReadOnly):
    list_display = ("title", "week", "number", "planned", "environment", "reviewed", "retired_at")
    list_filter = ("planned", "environment", "week")
    list_select_related = ("week",)
    search_fields = ("title", "slug")


@admin.register(Exercise)
class ExerciseAdmin(ReadOnly):
    list_display = ("title", "lesson", "level", "minutes", "points", "optional", "environment", "retired_at")
    list_filter = ("level", "environment", "lesson__week")
    list_select_related = ("lesson",)
    search_fields = ("title", "slug")


@admin.register(Question)
class QuestionAdmin(ReadOnly):
    list_display = ("slug", "lesson", "kind", "retired_at")
    list_filter = ("kind", "lesson__week")
    list_select_related = ("lesson",)
    search_fields = ("slug",)


@admin.register(Resource)
class ResourceAdmin(ReadOnly):
    list_display = ("title", "kind", "group", "by")
    list_filter = ("kind",)


class EnrolmentInline(BaseInline):
    model = Enrolment
    extra = 0
    autocomplete_fields = ("user",)
    readonly_fields = ("joined_at", "learner")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """An account's page is for administrators only: whoever may not open it finds no link to it."""
        return ("user" if has_role(request.user, Role.ADMIN) else "learner", "joined_at")

    @admin.display(description=_("learner"))
    def learner(self, enrolment: Enrolment) -> str:
        return str(enrolment.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "cohort")


class CohortForm(CohortModelForm):
    time_zone = TimeZoneField(
        nobody=_("not said yet"), help_text=_("Where 23:59 is meant; needed before there can be a deadline.")
    )


@admin.register(Cohort)
class CohortAdmin(SeenByStaff, Base):
    form = CohortForm
    list_display = ("name", "starts_on", "time_zone", "open_for_joining", "join_link")
    filter_horizontal = ("instructors",)
    readonly_fields = ("join_link", "rules")
    inlines = (EnrolmentInline,)
    actions = ("plan",)

    @admin.action(description=_("Set each week’s deadline to the Sunday, 23:59, after it"))
    def plan(self, request: HttpRequest, cohorts: QuerySet[Cohort]) -> None:
        """For weeks without a deadline; what was set by hand stays."""
        for cohort in cohorts:
            try:
                made = plan_deadlines(cohort)
            except NoTimeZone as error:
                messages.error(request, str(error))
                continue
            words = ngettext(
                "“%(cohort)s” has %(number)d more deadline.",
                "“%(cohort)s” has %(number)d more deadlines.",
                made,
            )
            messages.success(request, words % {"cohort": cohort.name, "number": made})

    @admin.display(description=_("deadlines and extensions"))
    def rules(self, cohort: Cohort) -> str:
        if cohort._state.adding:
            return gettext("can be set once the cohort is saved")
        links = (
            (reverse("admin:course_deadline_changelist"), gettext("Deadlines")),
            (reverse("admin:course_attemptlimit_changelist"), gettext("Attempts by exercise")),
            (reverse("admin:course_extension_changelist"), gettext("Extensions")),
        )
        link = '<a href="{}?cohort__id__exact={}">{}</a>'
        return format_html_join(" · ", link, ((url, cohort.pk, words) for url, words in links))

    @admin.display(description=_("link to join by"))
    def join_link(self, cohort: Cohort) -> str:
        if cohort._state.adding:
            return gettext("shown once the cohort is saved")
        return format_html('<a href="{0}">{0}</a>', cohort.get_join_url())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return taught_rows(super().get_queryset(request), request, "instructors")


@admin.register(Enrolment)
class EnrolmentAdmin(SeenByStaff, Base):
    list_display = ("user", "cohort", "joined_at")
    list_filter = (("cohort", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("user", "cohort")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return taught_rows(super().get_queryset(request), request, "cohort__instructors")


def taught_rows(rows: QuerySet[Any], request: HttpRequest, instructors: str) -> QuerySet[Any]:
    """Everything for an administrator; for an instructor what belongs to the cohorts they teach."""
    if has_role(request.user, Role.ADMIN):
        return rows
    return rows.filter(**{instructors: request.user}).distinct()
