"""Two attempts at an exercise side by side: whoever may see both of them may see this."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from course.access import MemberRequest, course_member_required, exercise_for
from course.models import Exercise
from grading.access import attempts_at, pair_for
from grading.compare import Compared
from grading.views.exercise import TEXTS

OFFERED = 50


@require_safe
@course_member_required
def compare(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    if not request.GET.keys() & {"from", "to"}:
        return _the_latest_two(request.user, found)
    before, after = pair_for(request.user, found, (request.GET.get("from", ""), request.GET.get("to", "")))
    before.exercise = after.exercise = found
    attempts = list(attempts_at(before.user, found).defer(*TEXTS)[:OFFERED])
    context = {
        "exercise": found,
        "lesson": found.lesson,
        "compared": Compared(before, after),
        "attempts": attempts,
        "own": before.user_id == request.user.pk,
    }
    return render(request, "grading/compare.html", context)


def _the_latest_two(user: User, exercise: Exercise) -> HttpResponseRedirect:
    """Where an address names none; to the exercise where there are no two."""
    latest = [str(number) for number in attempts_at(user, exercise).values_list("pk", flat=True)[:2]]
    if len(latest) < 2:
        return HttpResponseRedirect(exercise.get_absolute_url())
    query = urlencode({"from": latest[1], "to": latest[0]})
    return HttpResponseRedirect(f"{exercise.address_of('compare')}?{query}")
