"""The shape of quiz.yaml: one model for each kind of question."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from course.content.matter import Matter, Slug, Text
from course.content.problems import Key

Code = Annotated[str, StringConstraints(min_length=1)]  # as it stands: lines are counted


class Option(Matter):
    """An answer to choose. A wrong one names the misconception of whoever chooses it."""

    why: Text
    right: bool = False
    misconception: Slug | None = None


class TextOption(Option):
    text: Text


class LineOption(Option):
    line: Annotated[int, Field(ge=1)]


class Asked(Matter):
    id: Slug
    ask: Text
    formerly: Slug | None = None


class Single(Asked):
    kind: Literal["single"]
    options: Annotated[list[TextOption], Field(min_length=2, max_length=8)]


class Multi(Asked):
    kind: Literal["multi"]
    options: Annotated[list[TextOption], Field(min_length=2, max_length=8)]


class Output(Asked):
    kind: Literal["output"]
    code: Code
    options: Annotated[list[TextOption], Field(min_length=2, max_length=8)]


class SpotTheLine(Asked):
    kind: Literal["spot-the-line"]
    code: Code
    options: Annotated[list[LineOption], Field(min_length=2, max_length=12)]


class Mistake(Matter):
    value: float
    misconception: Slug
    why: Text


class Numeric(Asked):
    kind: Literal["numeric"]
    answer: float
    tolerance: Annotated[float, Field(ge=0)]
    unit: Text | None = None
    why: Text
    mistakes: Annotated[list[Mistake], Field(min_length=1)]


class Item(Matter):
    text: Text
    why: Text


class Order(Asked):
    kind: Literal["order"]
    items: Annotated[list[Item], Field(min_length=3, max_length=8)]
    misconception: Slug


class Pair(Matter):
    left: Text
    right: Text
    why: Text


class Match(Asked):
    kind: Literal["match"]
    pairs: Annotated[list[Pair], Field(min_length=2, max_length=8)]
    misconception: Slug


Choice = Single | Multi | Output | SpotTheLine
AnyQuestion = Annotated[
    Single | Multi | Output | SpotTheLine | Numeric | Order | Match, Field(discriminator="kind")
]


def misconceptions_of(question: Choice | Numeric | Order | Match) -> list[tuple[Key, str]]:
    """Every misconception that the question names, and the key it stands under."""
    if isinstance(question, Numeric):
        return [
            (("mistakes", at, "misconception"), it.misconception) for at, it in enumerate(question.mistakes)
        ]
    if isinstance(question, Order | Match):
        return [(("misconception",), question.misconception)]
    return [
        (("options", at, "misconception"), it.misconception)
        for at, it in enumerate(question.options)
        if it.misconception
    ]
