"""What an instructor says of a submission. Rows are added, never changed; the verdict stays as it is."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from course.markdown import render_comment
from grading.grades import record_score
from grading.models import Review, Submission


@transaction.atomic
def review(
    submission: Submission,
    reviewer: User,
    *,
    decision: str,
    comment: str = "",
    score: int | None = None,
    score_reason: str = "",
) -> Review:
    """Add a review, with its Markdown rendered and sanitised once. A score becomes the grade."""
    said = Review.objects.create(
        submission=submission,
        reviewer=reviewer,
        decision=decision,
        comment=comment,
        comment_html=render_comment(comment),
        score=score,
        score_reason=score_reason,
    )
    if score is not None:
        record_score(said)
    return said
