"""What an instructor says of a submission. Rows are added, never changed; the verdict stays as it is."""

from __future__ import annotations

from accounts.models import User
from course.markdown import render_comment
from grading.models import Review, Submission


def review(
    submission: Submission,
    reviewer: User,
    *,
    decision: str,
    comment: str = "",
    score: int | None = None,
    score_reason: str = "",
) -> Review:
    """Add a review, with its Markdown rendered and sanitised once."""
    return Review.objects.create(
        submission=submission,
        reviewer=reviewer,
        decision=decision,
        comment=comment,
        comment_html=render_comment(comment),
        score=score,
        score_reason=score_reason,
    )
