"""The course in the admin: content to read, cohorts to run.

Content comes from files and is read-only for everybody (`load_course` is the way to change it).
Administrators run cohorts and enrolments; instructors see those they teach, and their join links.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import has_role
from accounts.models import Role
from course.models import Cohort, Enrolment, Exercise, Lesson, Module, Question, Resource, Week

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]  # generic for the type checker only
    BaseInline = admin.TabularInline[Any, Any]
else:
    Base, BaseInline = admin.ModelAdmin, admin.TabularInline


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
    readonly_fields = ("joined_at",)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "cohort")


@admin.register(Cohort)
class CohortAdmin(SeenByStaff, Base):
    list_display = ("name", "starts_on", "open_for_joining", "join_link")
    filter_horizontal = ("instructors",)
    readonly_fields = ("join_link",)
    inlines = (EnrolmentInline,)

    @admin.display(description=_("link to join by"))
    def join_link(self, cohort: Cohort) -> str:
        if cohort._state.adding:
            return gettext("shown once the cohort is saved")
        return format_html('<a href="{0}">{0}</a>', cohort.get_join_url())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _taught(super().get_queryset(request), request, "instructors")


@admin.register(Enrolment)
class EnrolmentAdmin(SeenByStaff, Base):
    list_display = ("user", "cohort", "joined_at")
    list_filter = (("cohort", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("user", "cohort")
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return _taught(super().get_queryset(request), request, "cohort__instructors")


def _taught(rows: QuerySet[Any], request: HttpRequest, instructors: str) -> QuerySet[Any]:
    """Everything for an administrator; for an instructor what belongs to the cohorts they teach."""
    if has_role(request.user, Role.ADMIN):
        return rows
    return rows.filter(**{instructors: request.user}).distinct()
