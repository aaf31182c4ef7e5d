"""The accounts that `./lms up` makes once, so that there is someone to sign in as."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts.models import Role, User

KNOWN_PASSWORD = "gradient"  # noqa: S105 (known to everybody, on purpose)


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: Role


DEMO_ACCOUNTS = [
    DemoAccount("learner@example.org", "Lena Learner", Role.LEARNER),
    DemoAccount("learner2@example.org", "Leo Learner", Role.LEARNER),
    DemoAccount("instructor@example.org", "Ines Instructor", Role.INSTRUCTOR),
    DemoAccount("admin@example.org", "Ada Admin", Role.ADMIN),
]


def make_demo_accounts(*, known_password: bool) -> dict[str, str]:
    """Make those that are missing; return the passwords that were set, by address.

    Without `known_password` the site can be reached from elsewhere: then no account may be left
    with the password that everybody knows, so those that have it get a random one too.
    """
    made: dict[str, str] = {}
    for account in DEMO_ACCOUNTS:
        user = User.objects.filter(email=account.email).first()
        if user and (known_password or not user.check_password(KNOWN_PASSWORD)):
            continue
        password = KNOWN_PASSWORD if known_password else secrets.token_urlsafe(9)
        if user:
            user.set_password(password)
            user.save(update_fields=["password"])
        else:
            User.objects.create_user(account.email, password, name=account.name, role=account.role)
        made[account.email] = password
    return made


def all_have_known_password() -> bool:
    users = User.objects.filter(email__in=[account.email for account in DEMO_ACCOUNTS])
    return bool(users) and all(user.check_password(KNOWN_PASSWORD) for user in users)


def footer(request: HttpRequest) -> dict[str, object]:
    """Context processor: what each page's footer says in the local shape, and nowhere else."""
    if not settings.GRADIENT_LOCAL:
        return {"local": False}
    shown = settings.GRADIENT_DEMO_PASSWORD_SHOWN
    return {"local": True, "demo_accounts": DEMO_ACCOUNTS, "demo_password": KNOWN_PASSWORD if shown else ""}
