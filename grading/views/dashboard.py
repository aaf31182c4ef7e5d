"""The learner's first page: what to do next, this week, what came out, how far."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from course.access import MemberRequest, course_member_required
from course.due import due_soon
from course.progress import progress_over, week_progress
from course.weekmap import weekmap
from grading.dashboard import next_step, recent_reviews, recent_submissions, this_week, waiting_for_review
from grading.grades import recent_changes


@course_member_required
@require_safe
def dashboard(request: MemberRequest) -> HttpResponse:
    submissions = recent_submissions(request.user)
    context = {
        "submissions": submissions,
        "waits": any(not submission.ended for submission in submissions),
    }
    if request.htmx:
        return render(request, "grading/dashboard.html#verdicts", context)
    weeks = week_progress(request.user)
    week = this_week(request.user)
    context |= {
        "next_step": next_step(request.user),
        "this_week": week,
        "due": due_soon(request.user, timezone.now()),
        "reviews": recent_reviews(request.user),
        "changes": recent_changes(request.user),
        "weekmap": weekmap(weeks, now=week.number if week else 0),
        "progress": progress_over(weeks),
        "to_review": waiting_for_review(request.user) if request.user.is_staff else 0,
    }
    return render(request, "grading/dashboard.html", context)
