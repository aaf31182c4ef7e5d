"""A question's file → the values of its row, in the shapes that `course.quiz` reads."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape, unescape
from typing import Any

from course.content import QuestionContent
from course.content.quiz_matter import LineOption, Match, Numeric, Order, Output, SpotTheLine, TextOption
from course.markdown import has_mathematics, highlight, render, render_line
from course.quiz import (
    ChoiceBody,
    ItemBody,
    MatchBody,
    MistakeBody,
    NumericBody,
    OptionBody,
    OrderBody,
    PairBody,
)

Beliefs = Mapping[str, str]  # id of a misconception → its sentence


def question_values(question: QuestionContent, beliefs: Beliefs) -> dict[str, Any]:
    prompt, body = render(question.matter.ask).html, dict(_body(question, beliefs))
    return {
        "number": question.number,
        "kind": question.kind,
        "prompt_html": prompt,
        "mathematics": has_mathematics(prompt, *_texts(body)),
        "body": body,
        "content_hash": question.content_hash,
    }


def _body(question: QuestionContent, beliefs: Beliefs) -> ChoiceBody | NumericBody | OrderBody | MatchBody:
    matter = question.matter
    if isinstance(matter, Numeric):
        return _numeric(matter, beliefs)
    if isinstance(matter, Order):
        return OrderBody(
            items=[
                ItemBody(id=_id(item.text), html=render_line(item.text), why_html=render_line(item.why))
                for item in matter.items
            ],
            misconception=beliefs.get(matter.misconception, ""),
        )
    if isinstance(matter, Match):
        return MatchBody(
            pairs=[_pair(pair.left, pair.right, pair.why) for pair in matter.pairs],
            misconception=beliefs.get(matter.misconception, ""),
        )
    if isinstance(matter, Output):
        code = highlight(matter.code, "python")
        return ChoiceBody(options=_options(matter.options, beliefs, printed=True), code_html=code)
    if isinstance(matter, SpotTheLine):
        lines = matter.code.rstrip("\n").split("\n")
        return ChoiceBody(
            options=[_line_option(option, lines, beliefs) for option in matter.options],
            code_html=highlight(matter.code, "python", numbered=True),
        )
    return ChoiceBody(options=_options(matter.options, beliefs, printed=False))


def _texts(value: object) -> Iterator[str]:
    """Every text in a question's body, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _numeric(matter: Numeric, beliefs: Beliefs) -> NumericBody:
    return NumericBody(
        answer=matter.answer,
        tolerance=matter.tolerance,
        unit=matter.unit or "",
        why_html=render(matter.why).html,
        mistakes=[
            MistakeBody(
                value=mistake.value,
                why_html=render(mistake.why).html,
                misconception=beliefs.get(mistake.misconception, ""),
            )
            for mistake in matter.mistakes
        ],
    )


def _options(options: Sequence[TextOption], beliefs: Beliefs, *, printed: bool) -> list[OptionBody]:
    return [
        OptionBody(
            id=_id(option.text),
            html=f"<code>{escape(option.text)}</code>" if printed else render_line(option.text),
            why_html=render_line(option.why),
            right=option.right,
            misconception=beliefs.get(option.misconception or "", ""),
        )
        for option in options
    ]


def _line_option(option: LineOption, lines: list[str], beliefs: Beliefs) -> OptionBody:
    return OptionBody(
        id=f"line-{option.line}",
        html=f"<code>{escape(lines[option.line - 1].strip())}</code>",
        why_html=render_line(option.why),
        right=option.right,
        line=option.line,
        misconception=beliefs.get(option.misconception or "", ""),
    )


def _pair(left: str, right: str, why: str) -> PairBody:
    return PairBody(
        left_id=_id(left),
        left_html=render_line(left),
        right_id=_id(right),
        right_text=unescape(re.sub(r"<[^>]+>", "", render_line(right))),
        why_html=render_line(why),
    )


def _id(text: str) -> str:
    """A short name that stays as long as the text does."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:10]
