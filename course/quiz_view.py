"""What a page shows of a quiz question: before it is answered, and explained afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from course.models import Question, QuizAnswer
from course.quiz import Kind, close

State = Literal["", "right", "wrong", "missed", "rest"]


@dataclass(frozen=True)
class Line:
    """One option, step or pair. `state`: nothing was answered yet, or what to say of this line."""

    id: str
    html: str
    number: int = 0
    chosen: str = ""
    why_html: str = ""
    state: State = ""


@dataclass(frozen=True)
class QuestionView:
    question: Question
    lines: list[Line]
    answer: QuizAnswer | None = None
    value: str = ""
    why_html: str = ""
    choices: list[tuple[str, str]] | None = None
    refused: str = ""

    @property
    def code_html(self) -> str:
        return str(self.question.body.get("code_html", ""))

    @property
    def unit(self) -> str:
        return str(self.question.body.get("unit", ""))

    @property
    def several(self) -> bool:
        return self.question.kind == Kind.MULTI


def view_of(question: Question, answer: QuizAnswer | None, refused: str = "") -> QuestionView:
    """The question as the page shows it, explained where it was answered."""
    given = answer.answer if answer else None
    match question.kind:
        case Kind.NUMERIC:
            return _numeric_view(question, answer, refused)
        case Kind.ORDER:
            return _order_view(question, answer, given, refused)
        case Kind.MATCH:
            return _match_view(question, answer, given, refused)
        case _:
            return _choice_view(question, answer, given, refused)


def _choice_view(question: Question, answer: QuizAnswer | None, given: Any, refused: str) -> QuestionView:
    chosen = set(given if isinstance(given, list) else [given])
    options = sorted(question.body["options"], key=lambda option: (option.get("line", 0), option["id"]))
    lines = [
        Line(
            id=option["id"],
            html=option["html"],
            number=option.get("line", 0),
            chosen="checked" if option["id"] in chosen else "",
            why_html=option["why_html"] if answer else "",
            state=_option_state(option["right"], option["id"] in chosen) if answer else "",
        )
        for option in options
    ]
    return QuestionView(question, lines, answer, refused=refused)


def _option_state(right: bool, chosen: bool) -> State:
    if chosen:
        return "right" if right else "wrong"
    return "missed" if right else "rest"


def _numeric_view(question: Question, answer: QuizAnswer | None, refused: str) -> QuestionView:
    if answer is None:
        return QuestionView(question, [], refused=refused)
    body = question.body
    why = [
        mistake["why_html"]
        for mistake in body["mistakes"]
        if not answer.correct and close(answer.answer, mistake["value"], body["tolerance"])
    ]
    return QuestionView(
        question,
        [],
        answer,
        value=f"{answer.answer:.12g}",
        why_html="".join([*why, body["why_html"]]),
        refused=refused,
    )


def _order_view(question: Question, answer: QuizAnswer | None, given: Any, refused: str) -> QuestionView:
    items = question.body["items"]
    lines = []
    for item in sorted(items, key=lambda item: item["id"]):
        place = str(given.index(item["id"]) + 1) if given and item["id"] in given else ""
        right = str(items.index(item) + 1)
        lines.append(
            Line(
                id=item["id"],
                html=item["html"],
                chosen=place,
                why_html=item["why_html"] if answer else "",
                state=("right" if place == right else "wrong") if answer else "",
            )
        )
    places = [(str(place + 1), str(place + 1)) for place in range(len(items))]
    return QuestionView(question, lines, answer, choices=places, refused=refused)


def _match_view(question: Question, answer: QuizAnswer | None, given: Any, refused: str) -> QuestionView:
    pairs = question.body["pairs"]
    lines = []
    for pair in pairs:
        chosen = given.get(pair["left_id"], "") if given else ""
        lines.append(
            Line(
                id=pair["left_id"],
                html=pair["left_html"],
                chosen=chosen,
                why_html=pair["why_html"] if answer else "",
                state=("right" if chosen == pair["right_id"] else "wrong") if answer else "",
            )
        )
    rights = sorted((pair["right_id"], pair["right_text"]) for pair in pairs)
    return QuestionView(question, lines, answer, choices=rights, refused=refused)
