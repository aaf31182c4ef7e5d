"""The solutions of an exercise, for who has passed it: ours, another one, and what others get wrong."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required, exercise_for
from grading.access import solutions_for
from grading.solutions import Solutions


@require_safe
@course_member_required
def solution(request: MemberRequest, module: str, week: int, lesson: str, exercise: str) -> HttpResponse:
    found = exercise_for(request.user, module, week, lesson, exercise)
    known = list(solutions_for(request.user, found))
    context = {"exercise": found, "lesson": found.lesson, "solutions": Solutions(found, known)}
    return render(request, "grading/solution.html", context)
