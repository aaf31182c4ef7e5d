"""Which questions a sitting asks. Drawn once, then kept: `course.sitting` stores what comes out of here.

How this works: a draw takes turns between lessons, so that neighbours are about different things. In the
quiz of a week and in a checkpoint, what the person has met least often in such a quiz comes first: so the
next one asks other questions. Chance decides between equals, and its seed is the person, the quiz and how
often they sat it: the same again gives the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from django.db.models import Count, Q

from accounts.models import User
from course.models import Module, Question, Sitting, Week
from course.review import due_cards

IN_A_REVIEW = 8
OF_THE_WEEK = 6
FROM_BEFORE = 4
IN_A_CHECKPOINT = 20

Placed = tuple[int, int]  # a question's id and its lesson's


def for_review(user: User) -> list[int]:
    """At most eight that are due, the longest due of each lesson first. One query."""
    return mixed(list(due_cards(user).values_list("question", "question__lesson")), IN_A_REVIEW)


def for_week(user: User, week: Week, nth: int) -> list[int]:
    """Six of the week, and four that are due from weeks before; fewer where there are fewer."""
    of_week = _least_met_first(user, Q(lesson__week=week), Sitting.Kind.WEEK, f"{user.pk} {week.slug} {nth}")
    before = due_cards(user).filter(question__lesson__week__number__lt=week.number)
    return [
        *mixed(of_week, OF_THE_WEEK),
        *mixed(list(before.values_list("question", "question__lesson")), FROM_BEFORE),
    ]


def for_checkpoint(user: User, module: Module, nth: int) -> list[int]:
    """Twenty over the module, of every lesson as far as they go."""
    seed = f"{user.pk} {module.slug} {nth}"
    questions = _least_met_first(user, Q(lesson__week__module=module), Sitting.Kind.CHECKPOINT, seed)
    return mixed(questions, IN_A_CHECKPOINT)


def _least_met_first(user: User, only: Q, kind: Sitting.Kind, seed: str) -> list[Placed]:
    """The questions that `only` selects, by how often they were asked in such sittings. One query."""
    met = Count("met", filter=Q(met__sitting__user=user, met__sitting__kind=kind))
    found = Question.objects.current().filter(only, lesson__retired_at=None).annotate(times=met)
    rows = list(found.order_by("pk").values_list("times", "pk", "lesson"))
    Random(seed).shuffle(rows)  # noqa: S311  # a quiz, not a secret
    return [(question, lesson) for _times, question, lesson in sorted(rows, key=lambda row: row[0])]


def mixed(questions: Sequence[Placed], most: int) -> list[int]:
    """The first `most` of them, taking turns between their lessons."""
    by_lesson: dict[int, list[int]] = defaultdict(list)
    for question, lesson in questions:
        by_lesson[lesson].append(question)
    drawn: list[int] = []
    while len(drawn) < most and any(by_lesson.values()):
        drawn += [waiting.pop(0) for waiting in by_lesson.values() if waiting]
    return drawn[:most]
