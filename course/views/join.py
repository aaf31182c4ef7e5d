"""A cohort's link: see what it is, then join."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.invitation import invite
from accounts.models import User
from course.cohorts import JoiningRefused, cohort_for_code, place_of
from course.cohorts import join as join_cohort


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, code: str) -> HttpResponse:
    cohort = cohort_for_code(code)
    user = request.user if isinstance(request.user, User) else None
    if cohort.open_for_joining and user is None:
        invite(request)
    context = {"cohort": cohort, "place": place_of(user, cohort) if user else None}
    if request.method != "POST":
        return render(request, "course/join.html", context)
    if user is None:
        return redirect_to_login(request.path)
    try:
        join_cohort(user, cohort)
    except JoiningRefused as refusal:
        return render(request, "course/join.html", {**context, "refused": str(refusal)}, status=409)
    messages.success(request, _("Welcome to “%(name)s”.") % {"name": cohort.name})
    return redirect("dashboard")
