"""What a page shows of a quiz question: before it is answered, and explained afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from course.models import Question, QuizAnswer, SittingItem
from course.quiz import ItemBody, Kind, OptionBody, PairBody, close, fits, judge, misconceptions_behind

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
    """A question with `given`, the kept answer; None where there is none that still fits it."""

    question: Question
    given: Any = None
    lines: list[Line] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)
    why_html: str = ""
    refused: str = ""

    @property
    def beliefs(self) -> list[str]:
        """The misconceptions that lead to the answer given, as sentences; none where it is right."""
        return [] if not self.answered or self.correct else misconceptions_behind(self.question, self.given)

    @property
    def answered(self) -> bool:
        return self.given is not None

    @property
    def correct(self) -> bool:
        """Judged by what the question says today, not by what it said when it was answered."""
        return self.answered and judge(self.question, self.given)

    @property
    def value(self) -> str:
        return f"{self.given:.12g}" if isinstance(self.given, int | float) else ""

    @property
    def code_html(self) -> str:
        return str(self.question.body.get("code_html", ""))

    @property
    def unit(self) -> str:
        return str(self.question.body.get("unit", ""))

    @property
    def several(self) -> bool:
        return self.question.kind == Kind.MULTI


def view_of(question: Question, answer: QuizAnswer | SittingItem | None, refused: str = "") -> QuestionView:
    """The question as the page shows it, explained where it was answered."""
    given = answer.answer if answer is not None and fits(question, answer.answer) else None
    match question.kind:
        case Kind.NUMERIC:
            return QuestionView(
                question, given, why_html=_why_of_number(question.body, given), refused=refused
            )
        case Kind.ORDER:
            items = question.body["items"]
            places = [(str(place), str(place)) for place in range(1, len(items) + 1)]
            return QuestionView(question, given, _steps(items, given), places, refused=refused)
        case Kind.MATCH:
            pairs = question.body["pairs"]
            rights = sorted((pair["right_id"], pair["right_text"]) for pair in pairs)
            return QuestionView(question, given, _partners(pairs, given), rights, refused=refused)
        case _:
            return QuestionView(question, given, _options(question.body["options"], given), refused=refused)


def _options(options: list[OptionBody], given: Any) -> list[Line]:
    chosen = given if isinstance(given, list) else [given]
    return [
        Line(
            id=option["id"],
            html=option["html"],
            number=option.get("line", 0),
            chosen="checked" if option["id"] in chosen else "",
            why_html=option["why_html"] if given is not None else "",
            state=_option_state(option["right"], option["id"] in chosen) if given is not None else "",
        )
        for option in sorted(options, key=lambda option: (option.get("line", 0), option["id"]))
    ]


def _option_state(right: bool, chosen: bool) -> State:
    if chosen:
        return "right" if right else "wrong"
    return "missed" if right else "rest"


def _why_of_number(body: dict[str, Any], given: float | None) -> str:
    """Why the answer is what it is; before that, what led to the number given, where we know it."""
    if given is None:
        return ""
    if close(given, body["answer"], body["tolerance"]):
        return str(body["why_html"])
    mistakes = [it["why_html"] for it in body["mistakes"] if close(given, it["value"], body["tolerance"])]
    return "".join([*mistakes, body["why_html"]])


def _steps(items: list[ItemBody], given: list[str] | None) -> list[Line]:
    lines = [
        _line(item["id"], item["html"], str(place), item["why_html"], _place_in(given, item["id"]))
        for place, item in enumerate(items, start=1)
    ]
    return sorted(lines, key=lambda line: line.id)


def _place_in(given: list[str] | None, item: str) -> str | None:
    return str(given.index(item) + 1) if given is not None else None


def _partners(pairs: list[PairBody], given: dict[str, str] | None) -> list[Line]:
    return [
        _line(
            pair["left_id"],
            pair["left_html"],
            pair["right_id"],
            pair["why_html"],
            given[pair["left_id"]] if given is not None else None,
        )
        for pair in pairs
    ]


def _line(name: str, html: str, right: str, why_html: str, chosen: str | None) -> Line:
    if chosen is None:
        return Line(name, html)
    return Line(name, html, chosen=chosen, why_html=why_html, state="right" if chosen == right else "wrong")
