"""The words of `grading.verdict` in the reader's language: they are marked there, which knows no Django."""

from __future__ import annotations

from django.utils.translation import gettext

from grading.verdict import Outcome, Words


def translated(words: Words) -> Words:
    return Words(gettext(words.name), gettext(words.sentence), gettext(words.next_step))


def word_of(outcome: Outcome) -> str:
    return gettext(outcome.word)
