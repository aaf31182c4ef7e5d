"""Text that strangers wrote, made fit to be stored and shown.

One function, used for everything that a learner's process printed, raised or named: afterwards it
is valid UTF-8 without NUL (PostgreSQL refuses NUL), no terminal acts on it, nothing in it is
invisible or turns the reading direction around, and it has an end. It is still not HTML: templates
escape it.
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"  # OSC, DCS and kin: titles, clipboard
    r"|\x1b[ -/]*[0-~]"  # two characters and the like
)
_SUSPECT = re.compile(r"[^\n\t -~]")
_JOINERS = "\u200c\u200d"  # needed by scripts and emoji, and harmless


def clean(data: bytes | str, limit: int) -> str:
    """At most `limit` characters of `data`: escapes dropped, invisible characters made visible."""
    text = data[: 4 * limit + 4].decode("utf-8", "replace") if isinstance(data, bytes) else data
    cut = len(text) > limit or (isinstance(data, bytes) and len(data) > 4 * limit + 4)
    text = text[: limit + 4096]
    text = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SUSPECT.sub(_visible, text)
    if cut or len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    return text


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)  # the pictures of the control characters: ␀ ␇ ␛
    if code == 0x7F:
        return "␡"
    category = unicodedata.category(character)
    if category == "Cs":
        return "\ufffd"
    if category in {"Zl", "Zp"}:
        return "\n"
    if category == "Cc" or (category == "Cf" and character not in _JOINERS):
        return f"⟨U+{code:04X}⟩"
    return character
