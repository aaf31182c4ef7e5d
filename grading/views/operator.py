"""The operator's page: what protects the host, what waits, who works, and what failed on our side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import role_required
from accounts.models import Role, User
from grading.access import submissions_taught_by
from grading.health import last_sighting
from grading.operations import queue_figures, requeue, troubles, worker_lines


@role_required(Role.INSTRUCTOR)
@require_safe
def operator(request: HttpRequest) -> HttpResponse:
    context = {
        "sighting": last_sighting(),
        "queues": queue_figures(),
        "workers": worker_lines(),
        "troubles": troubles(_staff(request)),
    }
    return render(request, "grading/operator.html", context)


@role_required(Role.INSTRUCTOR)
@require_POST
def retry(request: HttpRequest, submission: UUID) -> HttpResponse:
    """Queue again a submission that we failed, or that is stuck."""
    taught = submissions_taught_by(_staff(request))
    found = get_object_or_404(taught, pk=submission)
    if requeue(taught.filter(pk=found.pk)):
        messages.success(request, _("It is in the queue again."))
    else:
        messages.warning(request, _("It did not end by a failure of ours, so its verdict stands."))
    return redirect("operator")


@role_required(Role.INSTRUCTOR)
@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Queue again all that we failed and all that is stuck, of the learners this person teaches."""
    number = requeue(submissions_taught_by(_staff(request)))
    said = ngettext(
        "%(number)d submission is in the queue again.",
        "%(number)d submissions are in the queue again.",
        number,
    )
    messages.success(request, said % {"number": number})
    return redirect("operator")


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # role_required has let nobody else in
    return request.user
