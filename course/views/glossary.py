"""The glossary, and the map of what builds on what."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required
from course.concept_map import concept_map as drawn
from course.glossary import by_letter, entries
from course.progress import lessons_done_by


@require_safe
@course_member_required
def glossary(request: MemberRequest) -> HttpResponse:
    return render(request, "course/glossary.html", {"letters": by_letter(entries())})


@require_safe
@course_member_required
def concept_map(request: MemberRequest) -> HttpResponse:
    picture = drawn(entries(), lessons_done_by(request.user))
    return render(request, "course/concept_map.html", {"map": picture})
