"""Regrades: the list, how one is begun, the table of what it would change, and its moves."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from course.access import MemberRequest
from grading.access import instructor_required, regrade_for, regrades_visible_to
from grading.changes import ChangeKind, changes_of, details_of
from grading.grades import exercises_outdated
from grading.health import last_sighting
from grading.models import Regrade
from grading.regrade import RegradeRefused, apply, cancel, choose, counts_of, revert, run_again
from grading.regrade_form import RegradeForm, ScopeForm

LINES = 25
REGRADES_SHOWN = 50


@instructor_required
@require_safe
def regrades(request: MemberRequest) -> HttpResponse:
    context = {
        "regrades": regrades_visible_to(request.user).select_related("created_by")[:REGRADES_SHOWN],
        "outdated": exercises_outdated(request.user),
    }
    return render(request, "grading/regrades.html", context)


@instructor_required
@require_http_methods(["GET", "HEAD", "POST"])
def regrade_new(request: MemberRequest) -> HttpResponse:
    """The filter, which says what it finds (GET), and below it the reason, which begins it (POST)."""
    begin = RegradeForm(request.user, data=request.POST or None)
    if request.method == "POST":
        begun = begin.begun()
        if begun is not None:
            return redirect(begun)
    form = ScopeForm(request.user, data=request.POST or request.GET or None)
    context = {"form": form, "found": form.found, "begin": begin}
    return render(request, "grading/regrade_new.html", context, status=422 if begin.errors else 200)


@instructor_required
@require_safe
def regrade(request: MemberRequest, regrade: int) -> HttpResponse:
    found = regrade_for(request.user, regrade)
    counts = counts_of(found)
    context: dict[str, Any] = {"regrade": found, "counts": counts, "sighting": last_sighting()}
    if found.state != Regrade.State.CANCELLED and not counts.waiting:
        context |= _table(request, found)
    template = "grading/regrade.html"
    return render(request, f"{template}#work" if request.htmx else template, context)


def _table(request: MemberRequest, regrade: Regrade) -> dict[str, Any]:
    """The lines of one tab and one page of it, with how many there are in each."""
    changes = changes_of(regrade, request.user)
    counted = Counter(change.kind for change in changes)
    shown = request.GET.get("show", "")
    lines = [change for change in changes if shown in ("", change.kind)]
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    return {
        "tabs": [(kind, counted[kind]) for kind in ChangeKind],
        "total": len(changes),
        "show": shown,
        "page": page,
        "lines": details_of(page.object_list),
        "raises": sum(change.raises for change in changes),
        "sound": sum(change.after is not None for change in changes),
        "chosen": sum(change.chosen for change in changes),
    }


@instructor_required
@require_POST
def regrade_choose(request: MemberRequest, regrade: int) -> HttpResponse:
    """Keep the choice of this page, and go on to where the button leads."""
    found = regrade_for(request.user, regrade)
    _keep_choice(request, found)
    where = request.POST.get("go", "")
    return HttpResponseRedirect(f"{found.get_absolute_url()}{where if where.startswith('?') else ''}#lines")


@instructor_required
@require_POST
def regrade_apply(request: MemberRequest, regrade: int) -> HttpResponse:
    found = regrade_for(request.user, regrade)
    which = request.POST.get("which", "")
    if which not in Regrade.Which.values:
        messages.error(request, _("Say what to apply: all changes, only raises, or the chosen ones."))
        return redirect(found)
    if which == Regrade.Which.SELECTED:
        _keep_choice(request, found)
    try:
        moved = apply(found, request.user, which)
    except RegradeRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(found)
    if moved is None:
        messages.info(request, _("It was applied or cancelled before; nothing more was changed."))
    else:
        _say_applied(request, moved, len(found.left_out))
    return redirect(found)


def _say_applied(request: MemberRequest, moved: int, left_out: int) -> None:
    said = ngettext(
        "Applied to %(count)d grade; its learner reads why.",
        "Applied to %(count)d grades; their learners read why.",
        moved,
    ) % {"count": moved}
    messages.success(request, said)
    if left_out:
        messages.warning(
            request,
            ngettext(
                "%(count)d grade was left out: something has changed since it was looked at.",
                "%(count)d grades were left out: something has changed since they were looked at.",
                left_out,
            )
            % {"count": left_out},
        )


@instructor_required
@require_POST
def regrade_revert(request: MemberRequest, regrade: int) -> HttpResponse:
    found = regrade_for(request.user, regrade)
    back = revert(found, request.user)
    if back is None:
        messages.info(request, _("It is not applied, so there was nothing to take back."))
        return redirect(found)
    said = ngettext("%(count)d grade is what it was.", "%(count)d grades are what they were.", back)
    messages.success(request, said % {"count": back})
    if found.kept:
        kept = ngettext(
            "%(count)d grade has moved since and was left as it is.",
            "%(count)d grades have moved since and were left as they are.",
            len(found.kept),
        )
        messages.warning(request, kept % {"count": len(found.kept)})
    return redirect(found)


@instructor_required
@require_POST
def regrade_cancel(request: MemberRequest, regrade: int) -> HttpResponse:
    found = regrade_for(request.user, regrade)
    if cancel(found, request.user):
        messages.success(request, _("Cancelled. No grade has changed."))
    else:
        messages.info(request, _("It is not open any more, so there was nothing to cancel."))
    return redirect(found)


@instructor_required
@require_POST
def regrade_again(request: MemberRequest, regrade: int) -> HttpResponse:
    """Queue again what we failed to grade."""
    found = regrade_for(request.user, regrade)
    if not run_again(found):
        messages.info(request, _("There is nothing to try again."))
    return redirect(found)


def _keep_choice(request: MemberRequest, regrade: Regrade) -> None:
    choose(regrade, _numbers(request, "shown"), _numbers(request, "chosen"))


def _numbers(request: MemberRequest, name: str) -> set[int]:
    sent = request.POST.getlist(name)
    return {int(text) for text in sent if text.isascii() and text.isdigit() and len(text) < 19}
