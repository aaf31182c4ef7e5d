"""Grades in the admin: every event of the learners that somebody teaches, to search and to read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access import has_role
from accounts.models import Role
from course.access import learners_taught_by
from grading.models import GradeEvent
from grading.templatetags.grades import points


@admin.register(GradeEvent)
class GradeEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("created_at", "user", "exercise", "kind", "move", "by", "reason")
    list_filter: ClassVar[Any] = ("kind", ("exercise", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "exercise", "actor")
    list_per_page = 50
    search_fields = ("user__email", "user__name", "exercise__title", "exercise__slug", "reason")
    search_help_text = _("a learner's name or address, an exercise, or words of the reason")
    fields = (
        "learner",
        "exercise",
        "kind",
        "move",
        "reason",
        "by",
        "submission",
        "regrade",
        "machine",
        "by_hand",
        "points",
        "content_hash",
        "created_at",
    )
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def has_view_permission(self, request: HttpRequest, obj: GradeEvent | None = None) -> bool:
        if not has_role(request.user, Role.INSTRUCTOR):
            return False
        return obj is None or learners_taught_by(request.user).filter(pk=obj.user_id).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: GradeEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: GradeEvent | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[GradeEvent]:
        assert has_role(request.user, Role.INSTRUCTOR)  # the admin has asked has_view_permission before
        return GradeEvent.objects.filter(user__in=learners_taught_by(request.user))

    @admin.display(description=_("learner"))
    def learner(self, event: GradeEvent) -> str:
        """No link: an account's page is for administrators only."""
        return str(event.user)

    @admin.display(description=_("grade"))
    def move(self, event: GradeEvent) -> str:
        return f"{points(event.before)} → {points(event.after)} / {event.points}"

    @admin.display(description=_("by"), ordering="actor")
    def by(self, event: GradeEvent) -> str:
        return str(event.actor or _("the machine"))
