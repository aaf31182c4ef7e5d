"""The learner's first page: what to do next, where they are and by which rule, what came out lately."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from course.access import MemberRequest, course_member_required
from course.activity import learning_streak
from course.due import due_soon
from course.heatmap import heatmap, questions_by_week
from course.progress import progress_over, week_progress
from course.review import due_count
from grading.dashboard import (
    has_begun,
    recent_reviews,
    recent_submissions,
    this_week,
    time_card,
    waiting_for_review,
)
from grading.grades import recent_changes
from grading.next_step import next_steps


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
    learns = bool(submissions) or has_begun(request.user)
    context |= {"learns": learns, "is_new": not learns and not request.user.is_staff}
    return render(request, "grading/dashboard.html", context | _overview(request.user))


def _overview(user: User) -> dict[str, Any]:
    """Where the person is and what is next: everything but the newest verdicts."""
    weeks, due = week_progress(user), due_count(user)
    week = this_week(user, weeks)
    now = week.number if week else 0
    return {
        "steps": next_steps(user, due_reviews=due, cohort_week=now),
        "due_reviews": due,
        "this_week": week,
        "due": due_soon(user, timezone.now()),
        "heatmap": heatmap(weeks, questions_by_week(user), now),
        "streak": learning_streak(user),
        "time": time_card(user, weeks, now),
        "progress": progress_over(weeks),
        "reviews": recent_reviews(user),
        "changes": recent_changes(user),
        "to_review": waiting_for_review(user) if user.is_staff else 0,
    }
