"""One question of a lesson's quiz: take the answer, explain it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from course.access import MemberRequest, course_member_required, lesson_for, question_for
from course.quiz import AnswerRefused, answer_question
from course.reading import page_of


@require_POST
@course_member_required
def question(request: MemberRequest, module: str, week: int, lesson: str, question: str) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson, written=True)
    asked = question_for(row, question)
    refused: dict[str, str] = {}
    try:
        answer_question(request.user, asked, request.POST)
    except AnswerRefused as refusal:
        refused[asked.slug] = str(refusal)
    if not refused and not request.htmx:
        return redirect(f"{row.get_absolute_url()}#question-{asked.slug}")
    page = page_of(request.user, row, refused)
    if not request.htmx:
        return render(request, "course/lesson.html", {"lesson": row, "page": page}, status=422)
    (view,) = [view for view in page.questions if view.question == asked]
    return render(request, "course/lesson.html#answered", {"lesson": row, "page": page, "view": view})
