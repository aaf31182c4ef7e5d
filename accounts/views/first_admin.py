"""The first administrator's link: choose an address and a password, then sign in with them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.first_admin import LinkIsDead, check_link, make_first_admin
from accounts.forms import FirstAdminForm

_PAGE = "accounts/first_admin.html"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_admin(request: HttpRequest, token: str) -> HttpResponse:
    form = FirstAdminForm(request.POST if request.method == "POST" else None)
    try:
        check_link(token)
        if not form.is_valid():
            return render(request, _PAGE, {"form": form}, status=422 if form.is_bound else 200)
        make_first_admin(token, form.save(commit=False))
    except LinkIsDead as dead:
        return render(request, _PAGE, {"dead": str(dead)}, status=410)
    messages.success(request, _("You are this site's administrator. Sign in with what you just chose."))
    return redirect("account_login")
