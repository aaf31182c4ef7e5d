"""Opening a hint: with htmx its group comes back, without it the whole page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from course.access import MemberRequest, course_member_required, exercise_for
from course.models import Exercise
from grading.access import hints_opened_at
from grading.forms import MAIN, SubmitForm
from grading.hints import HintGroup, hint_groups, open_hint
from grading.views.exercise import exercise_page


@require_http_methods(["GET", "HEAD", "POST"])
@course_member_required
def hint(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    """Open a hint: `hint` is the key of its group and a level, with a colon between.

    Without JavaScript the editor's text comes along, and goes back into the editor.
    """
    found = exercise_for(request.user, module, week, lesson, exercise)
    if request.method != "POST":  # from signing in, say
        return redirect(found)
    asked = request.POST.get("hint", "")
    group = next((group for group in _groups(request, found) if group.holds(asked)), None)
    if group is None:
        raise Http404
    open_hint(request.user, found, group, asked)
    if request.htmx:
        group = next(group for group in _groups(request, found) if group.holds(asked))
        context = {"exercise": found, "group": group, "hint_url": request.path}
        return render(request, "grading/exercise.html#hint", context)
    if MAIN not in request.POST:
        return redirect(f"{found.get_absolute_url()}#hint-{group.key}")
    return exercise_page(request, found, SubmitForm(found, data=request.POST))


def _groups(request: MemberRequest, exercise: Exercise) -> list[HintGroup]:
    return hint_groups(exercise, hints_opened_at(request.user, exercise, request.user))
