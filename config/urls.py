"""Every address of the site. Each app lists its own pages."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from config import health

# Django's own admin form would go around the limits on signing in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# Its script moves the page aside after it is drawn; the index and the breadcrumbs lead everywhere.
admin.site.enable_nav_sidebar = False

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("course.urls")),
    path("", include("grading.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "config.errors.bad_request"
handler429 = "config.errors.too_many_requests"  # allauth asks for it
handler500 = "config.errors.server_error"
