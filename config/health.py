"""What an orchestrator asks: is the process alive, and can it serve?"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = structlog.get_logger(__name__)


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is looked at: a restart would not mend a database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """What a page needs is there. A sandbox that is away is not asked: lessons are served without."""
    parts = {"database": _answers(_ask_database), "cache": _answers(_ask_cache)}
    ready = all(parts.values())
    words = {name: "ok" if well else "does not answer" for name, well in parts.items()}
    return JsonResponse(words, status=200 if ready else 503)


def _answers(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except Exception:  # whatever a driver raises, the answer is the same: not ready
        logger.exception("not ready", part=ask.__name__)
        return False
    return True


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.set("readyz", "1", 10)
    if cache.get("readyz") != "1":
        raise ConnectionError("the cache forgot what it was just told")
