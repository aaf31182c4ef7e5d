"""Where allauth asks what this site wants."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.invitation import is_invited


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "No account has this e-mail address and password. Check both, or set a new password below."
        ),
        "too_many_login_attempts": _(
            "Too many attempts with a wrong password. Wait five minutes, then try again."
        ),
        "email_taken": _("There is already an account with this e-mail address. Sign in with it instead."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whoever came by a cohort's link may make an account; others where the site says so."""
        return settings.GRADIENT_SIGNUP_OPEN or is_invited(request)
