from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from grading.views.dashboard import dashboard
from grading.views.exercise import exercise
from grading.views.operator import operator, retry, retry_all
from grading.views.submission import figure, submission

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs/<slug:module>/week<int:week>/<slug:lesson>/<slug:exercise>/", exercise, name="exercise"),
    path("submissions/<uuid:submission>/", submission, name="submission"),
    path("submissions/<uuid:submission>/figures/<int:position>.png", figure, name="figure"),
    path("dashboard/", dashboard, name="dashboard"),
    path("operator/", operator, name="operator"),
    path("operator/retry-all/", retry_all, name="retry_all"),
    path("operator/retry/<uuid:submission>/", retry, name="retry"),
]
