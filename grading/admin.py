"""Where instructors review: submissions of the learners they teach, to read and to comment on.

Who may see a row is decided by `grading.access`, not by Django's permissions: an instructor has none
of those, and needs none. Nothing here can be changed; a review can be added.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.access import has_role
from accounts.models import Role
from grading import deadline_admin  # noqa: F401 (registers its pages)
from grading.access import attempts_at, hints_opened_at, submissions_taught_by
from grading.credit import notice_for
from grading.forms import ReviewForm
from grading.grade_admin import GradeEventAdmin
from grading.grades import grade_shown
from grading.hints import hint_groups
from grading.models import Review, Submission
from grading.panel import Panel
from grading.pinned import Pinned

__all__ = ["GradeEventAdmin", "SubmissionAdmin"]

ATTEMPTS_SHOWN = 20


class LastReview(admin.SimpleListFilter):
    """What was said last, or nothing yet."""

    title = _("review")
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("not yet reviewed")), *Review.Decision.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        match self.value():
            case None:
                return queryset
            case "none":
                return queryset.filter(pk__in=Submission.objects.unreviewed())
            case decision:
                return queryset.alias(last=last_decision()).filter(last=decision)


def last_decision() -> Subquery:
    """What the newest review of a submission decided, as part of a query of submissions."""
    newest = Review.objects.filter(submission=OuterRef("pk")).order_by("-created_at")
    return Subquery(newest.values("decision")[:1])


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ("exercise", "user", "verdict_shown", "checks_shown", "created_at", "review_shown")
    list_filter: ClassVar[Any] = (
        LastReview,
        "verdict",
        "state",
        ("exercise__lesson__week", admin.RelatedOnlyFieldListFilter),
        ("exercise", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("exercise", "user")
    list_per_page = 50
    search_fields = ("user__email", "user__name", "exercise__title", "exercise__slug")
    search_help_text = _("a learner's name or address, or an exercise")
    ordering = ("-created_at",)
    actions = None

    class Media:
        css: ClassVar[dict[str, list[str]]] = {
            "all": [f"css/{name}.css" for name in ("tokens", "prose", "code", "components", "grading")]
        }

    # --- Who may what ---------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_role(request.user, Role.INSTRUCTOR)

    def has_view_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        if not has_role(request.user, Role.INSTRUCTOR):
            return False
        return obj is None or submissions_taught_by(request.user).filter(pk=obj.pk).exists()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Submission | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        assert has_role(request.user, Role.INSTRUCTOR)  # the admin has asked has_view_permission before
        visible = submissions_taught_by(request.user).defer(
            "files", "stdout", "stderr", "scratch", "scratch_output"
        )
        return visible.annotate(last_decision=last_decision())

    # --- The list -------------------------------------------------------------------------------

    @admin.display(description=_("verdict"), ordering="verdict")
    def verdict_shown(self, submission: Submission) -> SafeString:
        return format_html(
            '<span class="badge" data-verdict="{}">{}</span>', submission.status, submission.words.name
        )

    @admin.display(description=_("checks passed"))
    def checks_shown(self, submission: Submission) -> str:
        return f"{submission.checks_passed} / {submission.checks_total}" if submission.checks_total else "–"

    @admin.display(description=_("review"), ordering="last_decision")
    def review_shown(self, submission: Submission) -> str:
        decision = submission.last_decision  # type: ignore[attr-defined]  # annotated in get_queryset
        return str(Review.Decision(decision).label) if decision else "–"

    # --- One submission -------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Everything about one submission, and the form for a review; 404 for other people's learners."""
        assert has_role(request.user, Role.INSTRUCTOR)  # `admin_view` has let nobody else in
        taught = submissions_taught_by(request.user).select_related(
            "exercise__lesson__week__module", "version", "user"
        )
        submission = get_object_or_404(taught, pk=_number_of(object_id))
        form = ReviewForm(submission, data=request.POST or None)
        if request.method == "POST" and form.added_by(request.user):
            messages.success(
                request, gettext("Your review is beside the submission now; its author sees it.")
            )
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Review a submission"),
            "subtitle": str(submission.exercise),
            "media": self.media + form.media,
            "form": form,
            "submission": submission,
            "panel": Panel(submission),
            "pinned": Pinned(submission, request.user),
            "notice": notice_for(submission.user, submission.exercise),
            "grade": grade_shown(submission.user, submission.exercise),
            "hint_groups": hint_groups(
                submission.exercise, hints_opened_at(request.user, submission.exercise, submission.user)
            ),
            "task_url": submission.exercise.get_absolute_url(),
            "poll_url": request.path,
            "attempts": attempts_at(submission.user, submission.exercise)[:ATTEMPTS_SHOWN],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "grading/review.html", context)


def _number_of(text: str) -> UUID:
    """A submission's number from an address; Http404 where it is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
