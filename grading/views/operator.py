"""The operator's page: what protects the host, what waits, who works, and what failed on our side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from course.access import MemberRequest
from grading.access import instructor_required, submissions_taught_by
from grading.health import last_sighting
from grading.operations import queue_figures, requeue, troubles, worker_lines


@instructor_required
@require_safe
def operator(request: MemberRequest) -> HttpResponse:
    context = {
        "sighting": last_sighting(),
        "queues": queue_figures(),
        "workers": worker_lines(),
        "troubles": troubles(request.user),
    }
    return render(request, "grading/operator.html", context)


@instructor_required
@require_POST
def retry(request: MemberRequest, submission: UUID) -> HttpResponse:
    """Queue again a submission that we failed, or that is stuck."""
    taught = submissions_taught_by(request.user)
    found = get_object_or_404(taught, pk=submission)
    if requeue(taught.filter(pk=found.pk)):
        messages.success(request, _("It is in the queue again."))
    else:
        messages.warning(request, _("It did not end by a failure of ours, so its verdict stands."))
    return redirect("operator")


@instructor_required
@require_POST
def retry_all(request: MemberRequest) -> HttpResponse:
    """Queue again all that we failed and all that is stuck, of the learners this person teaches."""
    number = requeue(submissions_taught_by(request.user))
    said = ngettext(
        "%(number)d submission is in the queue again.",
        "%(number)d submissions are in the queue again.",
        number,
    )
    messages.success(request, said % {"number": number})
    return redirect("operator")
