from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from grading.views.block import block, block_run
from grading.views.compare import compare
from grading.views.dashboard import dashboard
from grading.views.design import design
from grading.views.draft import draft, draft_bring_back, draft_start_over, merge
from grading.views.exercise import exercise
from grading.views.grade import grade_withdraw
from grading.views.hint import hint
from grading.views.operator import operator, retry, retry_all
from grading.views.regrade import (
    regrade,
    regrade_again,
    regrade_apply,
    regrade_cancel,
    regrade_choose,
    regrade_new,
    regrade_revert,
    regrades,
)
from grading.views.solution import solution
from grading.views.submission import figure, submission

_LESSON = "docs/<slug:module>/week<int:week>/<slug:lesson>/"
_EXERCISE = f"{_LESSON}<slug:exercise>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_EXERCISE, exercise, name="exercise"),
    path(f"{_EXERCISE}hint/", hint, name="hint"),
    path(f"{_EXERCISE}draft/", draft, name="draft"),
    path(f"{_EXERCISE}draft/start-over/", draft_start_over, name="draft_start_over"),
    path(f"{_EXERCISE}draft/bring-back/", draft_bring_back, name="draft_bring_back"),
    path(f"{_EXERCISE}merge/", merge, name="merge"),
    path(f"{_EXERCISE}compare/", compare, name="compare"),
    path(f"{_EXERCISE}solution/", solution, name="solution"),
    path(f"{_LESSON}blocks/<int:block>/run/", block_run, name="block_run"),
    path(f"{_LESSON}blocks/<int:block>/<uuid:run>/", block, name="block"),
    path("submissions/<uuid:submission>/", submission, name="submission"),
    path("submissions/<uuid:submission>/figures/<int:position>.png", figure, name="figure"),
    path("submissions/<uuid:submission>/grade/withdraw/", grade_withdraw, name="grade_withdraw"),
    path("dashboard/", dashboard, name="dashboard"),
    path("design/", design, name="design"),
    path("operator/", operator, name="operator"),
    path("operator/retry-all/", retry_all, name="retry_all"),
    path("operator/retry/<uuid:submission>/", retry, name="retry"),
    path("regrades/", regrades, name="regrades"),
    path("regrades/new/", regrade_new, name="regrade_new"),
    path("regrades/<int:regrade>/", regrade, name="regrade"),
    path("regrades/<int:regrade>/choose/", regrade_choose, name="regrade_choose"),
    path("regrades/<int:regrade>/apply/", regrade_apply, name="regrade_apply"),
    path("regrades/<int:regrade>/cancel/", regrade_cancel, name="regrade_cancel"),
    path("regrades/<int:regrade>/again/", regrade_again, name="regrade_again"),
    path("regrades/<int:regrade>/revert/", regrade_revert, name="regrade_revert"),
]
