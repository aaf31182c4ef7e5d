"""The link that makes the first administrator: signed, good for a day, and good once.

A site that others can reach begins without accounts and without a known password. Whoever starts it
reads its log, so there stands the link. It is dead once it was used, once a newer one was made, and
once there is an administrator, however they came to be one.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import FirstAdminLink, Role, User

GOOD_FOR = timedelta(days=1)
_ROW = 1


class LinkIsDead(Exception):
    """The link was ours and opens nothing any more; the text says why and what to do."""


def new_link() -> str | None:
    """The path of a new link, which ends the ones before it; None where there is an administrator."""
    if _there_is_an_admin():
        return None
    nonce = uuid.uuid4()
    FirstAdminLink.objects.update_or_create(pk=_ROW, defaults={"nonce": nonce})
    return reverse("first-admin", args=[_signer().sign(nonce.hex)])


def check_link(token: str) -> None:
    """Http404 where the token is not one of ours, LinkIsDead where it is and opens nothing any more."""
    nonce = _nonce_of(token)
    if _there_is_an_admin() or not FirstAdminLink.objects.filter(pk=_ROW, nonce=nonce).exists():
        raise _used()


@transaction.atomic
def make_first_admin(token: str, user: User) -> None:
    """Store the unsaved user as an administrator, and end the link; the exceptions of `check_link`."""
    claimed = FirstAdminLink.objects.filter(pk=_ROW, nonce=_nonce_of(token)).update(nonce=None)
    if not claimed or _there_is_an_admin():
        raise _used()
    user.role = Role.ADMIN
    user.save()


def _there_is_an_admin() -> bool:
    return User.objects.filter(role=Role.ADMIN).exists()


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="accounts.first_admin")


def _nonce_of(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(_signer().unsign(token, max_age=GOOD_FOR))
    except signing.SignatureExpired as expired:
        raise LinkIsDead(
            _("This link was good for a day. Start the site's preparation again: its log has a new one.")
        ) from expired
    except signing.BadSignature as forged:
        raise Http404("not a link of ours") from forged


def _used() -> LinkIsDead:
    return LinkIsDead(
        _(
            "This link has been used, or a newer one was made. Sign in if the account is yours; "
            "ask an administrator for a role otherwise."
        )
    )
