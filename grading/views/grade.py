"""What staff do to a grade beside the review: give it back to the machine."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from course.access import MemberRequest
from grading.access import instructor_required, submissions_taught_by
from grading.grades import withdraw_score

REASON_LIMIT = 300


@instructor_required
@require_POST
def grade_withdraw(request: MemberRequest, submission: UUID) -> HttpResponse:
    """Withdraw the score that a person gave the author of this submission in its exercise."""
    taught = submissions_taught_by(request.user).select_related("exercise", "user")
    found = get_object_or_404(taught, pk=submission)
    reason = request.POST.get("reason", "").strip()
    back = redirect("admin:grading_submission_change", found.pk)
    if not reason or len(reason) > REASON_LIMIT or "\0" in reason:
        sentence = _("Say in a sentence of at most %(limit)d characters why: the learner reads it.")
        messages.error(request, sentence % {"limit": REASON_LIMIT})
    elif withdraw_score(found.user, found.exercise, by=request.user, reason=reason):
        messages.success(request, _("The score is withdrawn: the grade is the machine’s again."))
    else:
        messages.info(request, _("No score of a person stands here, so there was nothing to withdraw."))
    return back
