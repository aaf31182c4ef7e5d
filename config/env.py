"""Typed, strict readers of environment variables.

A variable that is set to nonsense stops the program with one sentence; it never falls back to a
default that nobody asked for. An empty variable counts as not set, as in a compose file.
"""

from __future__ import annotations

import difflib
import os
import secrets
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from django.core.exceptions import ImproperlyConfigured

PREFIX = "GRADIENT_"
_YES = {"1", "yes", "true", "on"}
_NO = {"0", "no", "false", "off"}


_read: set[str] = set()


def text(name: str, default: str = "") -> str:
    _read.add(name)
    return os.environ.get(name, "").strip() or default


def choice(name: str, choices: tuple[str, ...]) -> str:
    """One of the choices; the first is the default."""
    value = text(name, choices[0])
    if value not in choices:
        raise _refused(name, value, f"one of {', '.join(choices)}")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    if value:
        raise _refused(name, value, "yes or no")
    return default


def integer(name: str, default: int, *, least: int, most: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        raise _refused(name, value, f"a whole number from {least} to {most}")
    return number


def words(name: str, default: list[str]) -> list[str]:
    """Values separated by commas."""
    return [word.strip() for word in text(name).split(",") if word.strip()] or default


def path(name: str, default: Path) -> Path:
    value = text(name)
    return Path(value).expanduser().absolute() if value else default


def secret(name: str) -> str:
    """What stands in the file that the variable names; the empty string where it is not set."""
    value = text(name)
    if not value:
        return ""
    try:
        held = Path(value).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ImproperlyConfigured(f"{name} names {value}, which cannot be read: {why}.") from error
    if not held:
        raise ImproperlyConfigured(f"{name} names {value}, which is empty: put the secret into it.")
    return held


def url(name: str, schemes: tuple[str, ...], *, password: str = "") -> str:
    """An address with one of the schemes, or the empty string where the variable is not set.

    The password, where one is given, is put into the address, which may not have one of its own.
    """
    value = text(name)
    if value and urlsplit(value).scheme not in schemes:
        raise _refused(name, value, f"an address that begins with {' or '.join(f'{s}://' for s in schemes)}")
    return _with_password(name, value, password) if value and password else value


def _with_password(name: str, address: str, password: str) -> str:
    parts = urlsplit(address)
    user, at, place = parts.netloc.rpartition("@")
    if ":" in user:
        raise ImproperlyConfigured(f"{name} holds a password, and a file is named for it too: keep one.")
    if parts.scheme.startswith("smtp") and not at:
        raise ImproperlyConfigured(
            f"{name} names no user, and there is a password for one: smtp://user@host."
        )
    return urlunsplit(parts._replace(netloc=f"{user}:{quote(password, safe='')}@{place}"))


def database(name: str, *, otherwise: dict[str, Any], pool_size: int, password: str = "") -> dict[str, Any]:
    """Django's description of the PostgreSQL database at the address, or `otherwise`.

    Whatever follows the question mark is handed to libpq: `?sslmode=verify-full`, `?host=/run/pg`.
    """
    address = url(name, ("postgres", "postgresql"), password=password)
    if not address:
        return otherwise
    parts = urlsplit(address)
    # Bound by the server, a query is planned once for each connection: a third of what PostgreSQL costs.
    options: dict[str, Any] = {"server_side_binding": True} | dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", parts.port or "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**options, "pool": {"min_size": 1, "max_size": pool_size, "timeout": 10}},
    }


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in. False where none is set."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False

    def __bool__(self) -> bool:
        return bool(self.host)


def mail_server(name: str, *, password: str = "") -> MailServer:
    """smtp://user:password@host:587 (upgraded by STARTTLS), smtps://… (TLS from the first byte)."""
    address = url(name, ("smtp", "smtps"), password=password)
    parts = urlsplit(address)
    tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname or "",
        port=parts.port or (465 if tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=bool(parts.username) and not tls,
        tls=tls,
    )


def folder(place: Path) -> Path:
    """The folder, made if it is not there."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"The folder {place} cannot be made: {error.strerror}.") from error
    return place


def kept_secret(name: str, file: Path, *, given: str = "") -> str:
    """The secret in the variable, or the `given` one, or else the one in the file, which is made once."""
    value = text(name)
    if value and given:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one.")
    value = value or given
    if value and len(value) < 32:
        raise ImproperlyConfigured(f"{name} is too short to be a secret: give it 32 characters or more.")
    if value:
        return value
    draw_once(file)
    return file.read_text().strip()


def draw_once(file: Path, *, mode: int = 0o600) -> bool:
    """Make a file with a random secret in it; False where there is one, which is left alone."""
    if file.exists():
        return False
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    draft.chmod(mode)
    try:
        os.link(draft, file)  # only one of several starting processes wins
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def point_out_unknown() -> None:
    """Warn of variables with our prefix that nobody has read: most likely a spelling mistake."""
    for name in sorted(name for name in os.environ if name.startswith(PREFIX) and name not in _read):
        near = difflib.get_close_matches(name, _read, n=1)
        meant = f" Did you mean {near[0]}?" if near else " .env.example lists those that are."
        warnings.warn(f"{name} is set, and it is not one of ours.{meant}", stacklevel=2)


def _refused(name: str, value: str, expected: str) -> ImproperlyConfigured:
    shown = value.rpartition("@")[2]  # an address may hold a password
    return ImproperlyConfigured(f"{name} is {shown!r}; it must be {expected}.")
