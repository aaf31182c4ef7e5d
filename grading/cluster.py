"""Which failures are alike: the same check, with the same first line of its message.

What differs between two learners is not told apart: numbers, quoted texts and the space between
words. So `double(2) came back as 3` and `double(2) came back as 17` are one cluster, and a message
about another input of the same check is another.
"""

from __future__ import annotations

import hashlib
import re

from grading.verdict import Outcome

_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`|“[^”\n]*”")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_SPACE = re.compile(r"\s+")


def plain_message(message: str) -> str:
    """The first line of a message without what differs from learner to learner."""
    first = message.strip().split("\n", 1)[0]
    for pattern, sign in ((_QUOTED, "‘…’"), (_ADDRESS, "#"), (_NUMBER, "#"), (_SPACE, " ")):
        first = pattern.sub(sign, first)
    return first.strip()


def cluster_of(check: str, outcome: str, message: str) -> str:
    """The name of the cluster a check's result belongs to; "" where it did not fail."""
    if outcome not in (Outcome.FAILED, Outcome.CRASHED):
        return ""
    return hashlib.sha256(f"{check}\0{plain_message(message)}".encode()).hexdigest()[:16]
