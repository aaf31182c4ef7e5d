"""One submission, for its author and for who teaches them: what came out, and what was said of it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required
from grading.access import submission_for
from grading.grades import grade_shown
from grading.panel import Panel
from grading.phases import note_seen
from grading.pinned import Pinned


@course_member_required
@require_safe
def submission(request: MemberRequest, submission: UUID) -> HttpResponse:
    found = submission_for(request.user, submission)
    note_seen(found, request.user)
    context = {
        "submission": found,
        "panel": Panel(found),
        "pinned": Pinned(found, request.user),
        "poll_url": found.get_absolute_url(),
        "grade": grade_shown(found.user, found.exercise),
        "task_url": found.exercise.get_absolute_url(),
        "own": found.user_id == request.user.pk,
    }
    template = "grading/submission.html"
    return render(request, f"{template}#results" if request.htmx else template, context)


@course_member_required
@require_safe
def figure(request: MemberRequest, submission: UUID, position: int) -> HttpResponse:
    """The picture itself: made by the learner's code, so it is served as nothing but an image."""
    found = get_object_or_404(submission_for(request.user, submission).figures, position=position)
    response = HttpResponse(found.png, content_type="image/png")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
