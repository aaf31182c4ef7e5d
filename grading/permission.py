"""What an exercise lets its runs do beyond plain code, and how that is said to the learner."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grading.sandbox.wire import Permission

SENTENCES: dict[Permission, Promise] = {
    Permission.LOOPBACK: _("runs may open connections to themselves (127.0.0.1), and to nothing else"),
    Permission.SUBPROCESS: _("runs may start Python as a program (sys.executable), and no shell"),
}


def permissions_of(stated: Iterable[str]) -> list[Permission]:
    """From what an exercise's row or its file states; ValueError for what the sandbox does not know."""
    return [Permission(name) for name in stated]


def sentences_of(stated: Iterable[str]) -> list[Promise]:
    return [SENTENCES[permission] for permission in permissions_of(stated)]
