"""One way of logging for all processes: plain lines for a person, JSON where machines read.

Standard logging (Django, Celery, gunicorn) and structlog end in the same formatter. Each line that
a request causes carries the request's id, which the response names in `X-Request-ID`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

_shared: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


_CHATTY = ("celery.beat", "celery.worker.strategy", "celery.app.trace")


def configuration(style: str, level: str) -> dict[str, Any]:
    """Django's LOGGING. `style` is plain or json."""
    structlog.configure(
        processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[structlog.typing.Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()]
        if style == "json"
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write each line a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Three lines for each of the sweeps, every few seconds, say nothing.
            **{name: {"level": "WARNING"} for name in _CHATTY if level == "INFO"},
        },
    }


def bind_request(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give the request an id that its log lines and its response share."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response

    return middleware
