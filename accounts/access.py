"""Who may open a page, by role. What a person may see of a page's rows is decided per row elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeGuard

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from accounts.models import Role, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_ORDER = [Role.LEARNER, Role.INSTRUCTOR, Role.ADMIN]


def has_role(user: User | AnonymousUser, role: Role) -> TypeGuard[User]:
    """Whether the person has the role, or one that may do all of it and more."""
    return isinstance(user, User) and user.is_active and _ORDER.index(Role(user.role)) >= _ORDER.index(role)


def role_required(role: Role) -> Callable[[View[P]], View[P]]:
    """Decorate a view: strangers are sent to sign in, other roles get 403 with the reason."""

    def decorate(view: View[P]) -> View[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not has_role(request.user, role):
                raise PermissionDenied(
                    _("This page is for the role “%(role)s”. Ask an administrator if you should have it.")
                    % {"role": role.label}
                )
            return view(request, *args, **kwargs)

        return guarded

    return decorate
