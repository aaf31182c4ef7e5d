"""The site's addresses and that of a page for reviews, for tests of what leads there."""

from __future__ import annotations

from django.urls import path

from config import urls
from grading.views.dashboard import dashboard

urlpatterns = [*urls.urlpatterns, path("review/", dashboard, name="review")]
handler400, handler500 = urls.handler400, urls.handler500
