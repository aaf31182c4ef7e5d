"""A page says for how long it was in use; and what of all this is counted, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from course.access import MemberRequest, course_member_required, lesson_for
from course.activity import record_beat
from course.counted import what_is_counted as words
from course.forms import BeatForm


@require_POST
@course_member_required
def lesson_beat(request: MemberRequest, module: str, week: int, lesson: str) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson, written=True)
    form = BeatForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors["seconds"][0], status=422, content_type="text/plain")
    record_beat(request.user, row, form.cleaned_data["seconds"])
    return HttpResponse(status=204)


@require_safe
def what_is_counted(request: HttpRequest) -> HttpResponse:
    return render(request, "course/what_is_counted.html", {"body_html": words()})
