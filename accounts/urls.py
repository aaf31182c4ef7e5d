"""The account pages that are ours; the others are allauth's."""

from __future__ import annotations

from django.urls import path

from accounts.views import first_admin, settings

urlpatterns = [
    path("first-admin/<str:token>/", first_admin.first_admin, name="first-admin"),
    path("settings/", settings.settings, name="settings"),
]
