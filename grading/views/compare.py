"""Two attempts at an exercise side by side: whoever may see both of them may see this."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required, exercise_for
from grading.access import attempts_at, pair_for
from grading.compare import Compared
from grading.views.exercise import TEXTS

OFFERED = 50


@require_safe
@course_member_required
def compare(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
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
