"""A lesson: its page, its pictures, the place that was read last, marking it as read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from course.access import MemberRequest, course_member_required, lesson_for
from course.models import Picture
from course.progress import keep_place, mark_read
from course.reading import page_of


@require_safe
@course_member_required
def lesson(request: MemberRequest, module: str, week: int, lesson: str) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson)
    return render(request, "course/lesson.html", {"lesson": row, "page": page_of(request.user, row)})


@require_POST
@course_member_required
def lesson_read(request: MemberRequest, module: str, week: int, lesson: str) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson, written=True)
    mark_read(request.user, row)
    if not request.htmx:
        return redirect(f"{row.get_absolute_url()}#lesson-standing")
    return render(request, "course/lesson.html#standing", {"lesson": row, "page": page_of(request.user, row)})


@require_POST
@course_member_required
def lesson_place(request: MemberRequest, module: str, week: int, lesson: str) -> HttpResponse:
    """Keep how far the person has read, as the page tells now and then; no page comes of it."""
    row = lesson_for(request.user, module, week, lesson, written=True)
    kept = keep_place(request.user, row, request.POST.get("place", ""))
    return HttpResponse(status=204 if kept else 400)


@require_safe
@course_member_required
def picture(request: MemberRequest, module: str, week: int, lesson: str, picture: str) -> HttpResponse:
    """Serve the SVG so that nothing in it can run or load, also when it is opened by itself."""
    row = get_object_or_404(Picture, lesson=lesson_for(request.user, module, week, lesson), name=picture)
    return HttpResponse(
        row.svg,
        content_type="image/svg+xml",
        headers={
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=300",
        },
    )
