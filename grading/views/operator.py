"""The operator's page: what protects the host, what waits, and what failed on our side."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import role_required
from accounts.models import Role, User
from grading.access import submissions_taught_by
from grading.bell import ring
from grading.health import last_sighting
from grading.models import Submission
from grading.operations import failures_of_ours, queue_figures


@role_required(Role.INSTRUCTOR)
@require_safe
def operator(request: HttpRequest) -> HttpResponse:
    context = {
        "sighting": last_sighting(),
        "queues": queue_figures(),
        "failures": failures_of_ours(_staff(request)),
    }
    return render(request, "grading/operator.html", context)


@role_required(Role.INSTRUCTOR)
@require_POST
def retry(request: HttpRequest, submission: UUID) -> HttpResponse:
    """Queue again a submission that ended by a failure of ours."""
    found = get_object_or_404(submissions_taught_by(_staff(request)), pk=submission)
    if Submission.objects.filter(pk=found.pk).retry():
        ring(found.queue)
        messages.success(request, _("It is in the queue again."))
    else:
        messages.warning(request, _("It did not end by a failure of ours, so its verdict stands."))
    return redirect("operator")


def _staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # role_required has let nobody else in
    return request.user
