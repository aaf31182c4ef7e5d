"""The draft of an exercise: kept as it is typed, begun again, brought back, and merged where two differ."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from course.access import MemberRequest, course_member_required, exercise_for
from course.models import Exercise
from grading.access import draft_at, draft_for
from grading.desk import merge_address, saved_words
from grading.draft_form import DraftForm, MergeForm
from grading.drafts import Outcome, bring_back, start_over
from grading.forms import MAIN
from grading.views.exercise import exercise_page


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    """Keep what was typed (POST), or say what is kept (GET); JSON for the page's script."""
    found = exercise_for(request.user, module, week, lesson, exercise)
    if request.method != "POST":
        return _what_is_kept(request, found)
    form = DraftForm(found, data=_own(request))
    outcome = form.saved_by(request.user)
    if not request.accepts("text/html"):
        return _said(found, form, outcome)
    if outcome is None:
        return exercise_page(request, found, form)
    if outcome.differs is None:
        messages.success(request, f"{saved_words(outcome.saved_at)}.")
    return _back(request, found, form, outcome)


@course_member_required
@require_POST
def draft_start_over(
    request: MemberRequest, module: str, week: int, lesson: str, exercise: str
) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    form = DraftForm(found, data=_own(request))
    outcome = form.saved_by(request.user)
    if outcome is None:
        return exercise_page(request, found, form)
    if outcome.differs is None:
        start_over(request.user, found)
        messages.success(request, _("This is the starter. Your text is kept: “Bring back” shows it again."))
    return _back(request, found, form, outcome)


@course_member_required
@require_POST
def draft_bring_back(
    request: MemberRequest, module: str, week: int, lesson: str, exercise: str
) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    form = DraftForm(found, data=_own(request))
    outcome = form.saved_by(request.user)
    if outcome is None:
        return exercise_page(request, found, form)
    if outcome.differs is None and bring_back(request.user, found):
        messages.success(request, _("Your earlier text is back. The other one is kept in its place."))
    return _back(request, found, form, outcome)


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    draft = draft_at(request.user, found)
    if draft is None or draft.other is None:
        return HttpResponseRedirect(f"{found.get_absolute_url()}#submit")
    draft.exercise = found
    form = MergeForm(draft, request.GET.get("page", ""), data=request.POST or None)
    if request.method == "POST" and form.settled():
        messages.success(request, _("Kept. The other text is not lost: “Bring back” shows it."))
        return HttpResponseRedirect(f"{found.get_absolute_url()}#submit", status=303)
    context = {"exercise": found, "lesson": found.lesson, "draft": draft, "form": form}
    return render(request, "grading/merge.html", context, status=form.status)


def _own(request: MemberRequest) -> QueryDict:
    """What was posted; 403 where somebody else has signed in since the page was opened."""
    if request.POST.get("draft_person", str(request.user.pk)) != str(request.user.pk):
        raise PermissionDenied(_("Somebody else has signed in since this page was opened."))
    return request.POST


def _what_is_kept(request: MemberRequest, exercise: Exercise) -> HttpResponse:
    if request.accepts("text/html"):
        return HttpResponseRedirect(exercise.get_absolute_url())
    draft = draft_for(request.user, exercise)
    waits = draft.other is not None and draft.other["page"] == request.GET.get("page")
    said = {"version": draft.version, "said": saved_words(draft.saved_at), "differs": waits}
    return JsonResponse(said | draft.text.stored())


def _said(exercise: Exercise, form: DraftForm, outcome: Outcome | None) -> JsonResponse:
    """200 where it is the draft now; 409 with the other text where that differs; 413, 422: a sentence."""
    if outcome is None:
        sentences = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"error": " ".join(sentences)}, status=form.status)
    said: dict[str, Any] = {
        "version": outcome.version,
        "said": saved_words(outcome.saved_at),
        "old": outcome.old,
    }
    if outcome.differs is None:
        return JsonResponse(said)
    return JsonResponse(said | outcome.differs.text.stored(kept=outcome.kept), status=409)


def _back(request: MemberRequest, exercise: Exercise, form: DraftForm, outcome: Outcome) -> HttpResponse:
    """To the page anew, or to where the two texts stand side by side."""
    address = exercise.get_absolute_url()
    if not request.htmx:  # to an address with a fragment, where one is already, a script would only scroll
        address += "#submit"
    if outcome.differs is not None:
        if not outcome.kept:
            form.add_error(
                MAIN, _("Two other texts of yours are to be compared first. This one is not saved yet.")
            )
            return exercise_page(request, exercise, form)
        address = merge_address(exercise, request.POST.get("draft_page", ""))
    if request.htmx:
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address, status=303)
