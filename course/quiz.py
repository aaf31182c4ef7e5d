"""Judge an answer to a quiz question, and keep it.

How this works: `Question.body` is made by `course.load` in the shape of one of the TypedDicts below.
An answer is plain JSON: an option's id (single, output, spot-the-line), a list of ids (multi, order),
a mapping left id → right id (match) or a number (numeric). `read_answer` makes it from the posted
form, `judge` says whether it is right. What a page shows of it: `course.quiz_view`.

A wrong answer names the misconception behind it, in the words of misconceptions.yaml.

Ids are digests of an option's text, so a kept answer still means the same after options were added;
sorting by them is also the order in which options are shown.
"""

from __future__ import annotations

import math
import re
from typing import Any, NotRequired, TypedDict

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from course.models import Question, QuizAnswer
from course.progress import record_answer

Kind = Question.Kind
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")


class OptionBody(TypedDict):
    """Of single, multi, output (html is preformatted) and spot-the-line (with `line`)."""

    id: str
    html: str
    why_html: str
    right: bool
    line: NotRequired[int]
    misconception: NotRequired[str]


class ChoiceBody(TypedDict):
    options: list[OptionBody]
    code_html: NotRequired[str]


class MistakeBody(TypedDict):
    value: float
    why_html: str
    misconception: NotRequired[str]


class NumericBody(TypedDict):
    answer: float
    tolerance: float
    unit: str
    why_html: str
    mistakes: list[MistakeBody]


class ItemBody(TypedDict):
    id: str
    html: str
    why_html: str


class OrderBody(TypedDict):
    """`items` stand in the right order."""

    items: list[ItemBody]
    misconception: NotRequired[str]


class PairBody(TypedDict):
    left_id: str
    left_html: str
    right_id: str
    right_text: str
    why_html: str


class MatchBody(TypedDict):
    pairs: list[PairBody]
    misconception: NotRequired[str]


class AnswerRefused(Exception):
    """What was posted is not an answer yet; the text says what is missing. It costs no try."""


def read_answer(question: Question, posted: QueryDict) -> Any:
    """The answer in the posted form; AnswerRefused where there is none."""
    match question.kind:
        case Kind.MULTI:
            return _known_ids(question, posted.getlist("answer"))
        case Kind.NUMERIC:
            return _number(posted.get("answer", ""), question.body["unit"])
        case Kind.ORDER:
            return _places(question.body["items"], posted)
        case Kind.MATCH:
            return _matches(question.body["pairs"], posted)
        case _:
            return _known_ids(question, posted.getlist("answer")[:1])[0]


def _known_ids(question: Question, chosen: list[str]) -> list[str]:
    known = {option["id"] for option in question.body["options"]}
    if not chosen or not known.issuperset(chosen):
        raise AnswerRefused(_("Choose an answer first."))
    return sorted(set(chosen))


def _number(text: str, unit: str) -> float:
    """The number that was typed, with or without its unit."""
    bare = "".join(text.strip().removesuffix(unit).split()).replace("−", "-")
    if _THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _COMMA.fullmatch(bare):
        bare = bare.replace(",", ".")
    if len(bare) > _LONGEST_NUMBER or not _NUMBER.fullmatch(bare) or not math.isfinite(float(bare)):
        raise AnswerRefused(_("Write one number, such as 12.5."))
    return float(bare)


def _places(items: list[ItemBody], posted: QueryDict) -> list[str]:
    chosen = {item["id"]: posted.get(f"place-{item['id']}", "") for item in items}
    if sorted(chosen.values()) != sorted(str(place + 1) for place in range(len(items))):
        raise AnswerRefused(
            _("Give each step a place of its own, from 1 to %(last)s.") % {"last": len(items)}
        )
    return sorted(chosen, key=lambda item: int(chosen[item]))


def _matches(pairs: list[PairBody], posted: QueryDict) -> dict[str, str]:
    rights = {pair["right_id"] for pair in pairs}
    chosen = {pair["left_id"]: posted.get(f"match-{pair['left_id']}", "") for pair in pairs}
    if not rights.issuperset(chosen.values()):
        raise AnswerRefused(_("Choose a partner for each line first."))
    return chosen


def fits(question: Question, answer: Any) -> bool:
    """Whether a kept answer still is one: the question may have been rewritten since."""
    body = question.body
    match question.kind:
        case Kind.NUMERIC:
            return isinstance(answer, int | float)
        case Kind.ORDER:
            ids = [item["id"] for item in body["items"]]
            return (
                isinstance(answer, list) and len(answer) == len(ids) and all(step in answer for step in ids)
            )
        case Kind.MATCH:
            return isinstance(answer, dict) and set(answer) == {pair["left_id"] for pair in body["pairs"]}
        case Kind.MULTI:
            ids = [option["id"] for option in body["options"]]
            return isinstance(answer, list) and all(chosen in ids for chosen in answer)
        case _:
            return answer in [option["id"] for option in body["options"]]


def judge(question: Question, answer: Any) -> bool:
    """Whether the answer is right."""
    body = question.body
    match question.kind:
        case Kind.MULTI:
            return sorted(answer) == sorted(option["id"] for option in body["options"] if option["right"])
        case Kind.NUMERIC:
            return close(answer, body["answer"], body["tolerance"])
        case Kind.ORDER:
            return bool(answer == [item["id"] for item in body["items"]])
        case Kind.MATCH:
            return bool(answer == {pair["left_id"]: pair["right_id"] for pair in body["pairs"]})
        case _:
            return any(option["right"] and option["id"] == answer for option in body["options"])


def misconceptions_behind(question: Question, answer: Any) -> list[str]:
    """The sentences of misconceptions.yaml that a wrong answer stands for; each once."""
    body = question.body
    match question.kind:
        case Kind.NUMERIC:
            slips = [slip for slip in body["mistakes"] if close(answer, slip["value"], body["tolerance"])]
        case Kind.ORDER | Kind.MATCH:
            slips = [body]
        case _:
            chosen = answer if isinstance(answer, list) else [answer]
            slips = [option for option in body["options"] if option["id"] in chosen and not option["right"]]
    return list(dict.fromkeys(slip["misconception"] for slip in slips if slip.get("misconception")))


def close(number: float, target: float, tolerance: float) -> bool:
    """Within the tolerance, as a person would count: the last binary digit does not decide."""
    return abs(number - target) <= tolerance + 1e-9 * max(abs(number), abs(target))


def answer_question(user: User, question: Question, posted: QueryDict) -> QuizAnswer:
    """Judge what was posted and keep it; AnswerRefused where it is not an answer."""
    answer = read_answer(question, posted)
    return record_answer(user, question, answer, judge(question, answer))
