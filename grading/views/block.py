"""A block of a lesson, run in place: sending it, and the page that asks what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from course.access import MemberRequest, course_member_required, lesson_for
from course.models import Lesson
from course.reading import page_of
from grading.blocks import BlockRun, blocks_of, run_block, run_for
from grading.wait import wait_briefly, wait_for_its_turn


@require_POST
@course_member_required
def block_run(request: MemberRequest, module: str, week: int, lesson: str, block: int) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson, written=True)
    ran = run_block(request.user, blocks_of(row, block), block, request.POST.dict())
    if ran.submission is None:
        return _shown(request, row, ran, request.POST.dict())
    wait_briefly(ran.submission)
    if not request.htmx:
        address = reverse("block", args=[module, week, lesson, block, ran.submission.pk])
        return HttpResponseRedirect(f"{address}#block-{block}", status=303)
    ran.submission.refresh_from_db()
    return _shown(request, row, ran, {})


@require_safe
@course_member_required
def block(request: MemberRequest, module: str, week: int, lesson: str, block: int, run: UUID) -> HttpResponse:
    row = lesson_for(request.user, module, week, lesson, written=True)
    ran = run_for(request.user, blocks_of(row, block), block, run)
    if request.htmx and ran.submission is not None:
        wait_for_its_turn(ran.submission)
    return _shown(request, row, ran, ran.written)


def _shown(request: MemberRequest, lesson: Lesson, ran: BlockRun, written: Mapping[str, str]) -> HttpResponse:
    """With htmx what stands below the block; without it the lesson's page, with that in its place."""
    template, context = "course/lesson.html", {"lesson": lesson, "ran": ran, "number": ran.number}
    if request.htmx:
        template += "#ran"
    else:
        context |= {"page": page_of(request.user, lesson, written=written)}
    response = render(request, template, context, status=ran.status)
    if ran.retry_after is not None:
        response["Retry-After"] = str(ran.retry_after)
    return response
