"""The design of the site, live: its tokens with their contrast, and each component in each of its states."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from course.access import MemberRequest
from course.markdown import highlight
from grading.access import instructor_required
from grading.palette import read_palette
from grading.verdict import WITHOUT_VERDICT, WORDS, Outcome

TOKENS = Path(settings.ROOT) / "static" / "css" / "tokens.css"
CODE = '''def p99(latencies: list[float]) -> float:
    """The 99th percentile, in milliseconds."""
    ordered = sorted(latencies)
    return ordered[int(len(ordered) * 0.99)]  # of all of them
'''


@instructor_required
@require_safe
def design(request: MemberRequest) -> HttpResponse:
    palette = read_palette(TOKENS.read_text())
    context = {
        "colours": palette.colours(),
        "pairs": [(seen, list(pairs)) for seen, pairs in groupby(palette.pairs, lambda pair: pair.seen)],
        "sizes": palette.named("text"),
        "weights": palette.named("weight"),
        "spaces": palette.named("space"),
        "corners": palette.named("corner"),
        "motion": palette.named("quick", "calm", "ease"),
        "statuses": [*WORDS.items(), *WITHOUT_VERDICT.items()],
        "outcomes": list(Outcome),
        "code": highlight(CODE, "python"),
    }
    return render(request, "grading/design.html", context)
