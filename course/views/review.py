"""The daily review: what is due, and beginning it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from course.access import MemberRequest, course_member_required
from course.review import EXERCISE_REVIEW_RULE, REVIEW_RULE
from course.sitting import begin_review
from course.sitting_view import review_page


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return redirect(begin_review(request.user) or "review")
    rules = {"review_rule": REVIEW_RULE, "exercise_rule": EXERCISE_REVIEW_RULE}
    return render(request, "course/review.html", {"page": review_page(request.user), **rules})
