"""Quizzes over more than a lesson: of a week, of a module; and what is sat of them and of the review."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from course.access import (
    MemberRequest,
    course_member_required,
    module_for,
    sitting_for,
    sitting_item_for,
    week_for,
)
from course.quiz import AnswerRefused
from course.sitting import answer_item, begin_checkpoint, begin_week_quiz, finish_if_done, unanswered
from course.sitting_view import checkpoint_offer, item_page, result_page, week_offer


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def week_quiz(request: MemberRequest, module: str, week: int) -> HttpResponse:
    row = week_for(module, week)
    offer = week_offer(request.user, row)
    if offer is None:
        raise Http404
    if request.method == "POST":
        return redirect(begin_week_quiz(request.user, row) or row)
    return render(request, "course/week_quiz.html", {"week": row, "offer": offer})


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint(request: MemberRequest, module: str) -> HttpResponse:
    row = module_for(module)
    offer = checkpoint_offer(request.user, row)
    if offer is None:
        raise Http404
    if request.method == "POST":
        return redirect(begin_checkpoint(request.user, row) or row)
    return render(request, "course/checkpoint.html", {"module": row, "offer": offer})


@require_safe
@course_member_required
def sitting(request: MemberRequest, sitting: int) -> HttpResponse:
    """Its result; the next question while one is left."""
    row = sitting_for(request.user, sitting)
    finish_if_done(row)
    if row.finished_at is None:
        return redirect(unanswered(row)[0])
    return render(request, "course/sitting.html", {"sitting": row, "page": result_page(request.user, row)})


@course_member_required
@require_http_methods(["GET", "HEAD", "POST"])
def sitting_item(request: MemberRequest, sitting: int, number: int) -> HttpResponse:
    item = sitting_item_for(request.user, sitting, number)
    refused = ""
    if request.method == "POST":
        try:
            answer_item(request.user, item, request.POST)
        except AnswerRefused as refusal:
            refused = str(refusal)
        if not refused and not request.htmx:
            return redirect(f"{item.get_absolute_url()}#question-{item.question.slug}")
    template = "course/sitting_item.html" + ("#asked" if request.htmx else "")
    context = {"sitting": item.sitting, "page": item_page(item, refused)}
    return render(request, template, context, status=422 if refused else 200)
