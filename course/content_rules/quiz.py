"""Rules about the questions of a quiz."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from course.content import CourseContent, Problem, QuestionContent
from course.content.quiz_matter import (
    LineOption,
    Match,
    Multi,
    Numeric,
    Order,
    Output,
    Single,
    SpotTheLine,
    TextOption,
    misconceptions_of,
)

FEWEST, MOST = 4, 6
_HANDS_ON = {"output", "order", "spot-the-line"}


def questions_of(course: CourseContent) -> Iterator[QuestionContent]:
    return (question for _, _, lesson in course.lessons() for question in lesson.questions)


def quiz_is_complete(course: CourseContent) -> Iterator[Problem]:
    """A quiz has 4 to 6 questions, and at least one that wants code to be read."""
    for _, _, lesson in course.lessons():
        path = lesson.folder / "quiz.yaml"
        count = len(lesson.questions)
        if not FEWEST <= count <= MOST:
            yield Problem(path, 1, f"the quiz has {count} questions: write {FEWEST} to {MOST}.")
        if not _HANDS_ON & {question.kind for question in lesson.questions}:
            yield Problem(path, 1, f"add a question of kind {', '.join(sorted(_HANDS_ON))}.")


def right_answers_are_marked(course: CourseContent) -> Iterator[Problem]:
    """A single choice has one right option; a multiple one has right and wrong ones."""
    for question in questions_of(course):
        matter = question.matter
        if isinstance(matter, Single | Output | SpotTheLine):
            count = sum(option.right for option in matter.options)
            if count != 1:
                sentence = f"{count} options are `right: true`: mark exactly one."
                yield question.source.problem(sentence, question.key, "options")
        elif isinstance(matter, Multi) and len({option.right for option in matter.options}) != 2:
            sentence = "mark at least one option as right, and leave one wrong."
            yield question.source.problem(sentence, question.key, "options")


def wrong_answers_name_a_misconception(course: CourseContent) -> Iterator[Problem]:
    """Every wrong option names what its chooser believes; a right one does not."""
    for question in questions_of(course):
        if isinstance(question.matter, Numeric | Order | Match):
            continue
        for place, option in enumerate(question.matter.options):
            if option.right == bool(option.misconception):
                sentence = (
                    "a right option has no misconception: remove it."
                    if option.right
                    else "this option is wrong: say `misconception: …`."
                )
                yield question.source.problem(sentence, question.key, "options", place)


def misconceptions_are_known(course: CourseContent) -> Iterator[Problem]:
    """Every misconception that a quiz or a wrong solution names stands in misconceptions.yaml."""
    for question in questions_of(course):
        for key, name in misconceptions_of(question.matter):
            if name not in course.misconceptions:
                sentence = f"misconceptions.yaml does not hold `{name}`: add it there."
                yield question.source.problem(sentence, question.key, *key)
    for _, exercise in course.exercises():
        for wrong in exercise.wrong:
            if wrong.misconception not in course.misconceptions:
                sentence = f"misconceptions.yaml does not hold `{wrong.misconception}`: add it there."
                yield wrong.source.problem(sentence, "misconception")


def options_do_not_give_the_answer_away(course: CourseContent) -> Iterator[Problem]:
    """The right option is not the longest one, and none is “all of the above”."""
    for question in questions_of(course):
        matter = question.matter
        if not isinstance(matter, Single | Multi | Output):
            continue
        for place, option in enumerate(matter.options):
            if "of the above" in option.text.lower() or "of these" in option.text.lower():
                sentence = "options have no order, so nothing is above: say what is meant."
                yield question.source.problem(sentence, question.key, "options", place, "text")
        wrong = max((len(option.text) for option in matter.options if not option.right), default=0)
        right = max((len(option.text) for option in matter.options if option.right), default=0)
        if isinstance(matter, Single) and right > wrong > 0:
            sentence = f"the right option is the longest ({right} to {wrong} characters): shorten it."
            yield question.source.problem(sentence, question.key, "options")


def answers_are_distinct(course: CourseContent) -> Iterator[Problem]:
    """No two options, steps, partners or values of a question are the same."""
    for question in questions_of(course):
        for key, values in _answers(question):
            if len(set(values)) != len(values):
                sentence = f"two of the {key} are the same: change or remove one."
                yield question.source.problem(sentence, question.key, key)


def _answers(question: QuestionContent) -> Iterator[tuple[str, list[object]]]:
    matter = question.matter
    if isinstance(matter, Single | Multi | Output | SpotTheLine):
        yield "options", [_said(option) for option in matter.options]
    elif isinstance(matter, Order):
        yield "items", [item.text.strip() for item in matter.items]
    elif isinstance(matter, Match):
        yield "pairs", [pair.left for pair in matter.pairs]
        yield "pairs", [pair.right for pair in matter.pairs]


def _said(option: TextOption | LineOption) -> object:
    return option.text.strip() if isinstance(option, TextOption) else option.line


def code_of_questions_is_code(course: CourseContent) -> Iterator[Problem]:
    """The code of a question is Python, and the lines that its options name are in it."""
    for question in questions_of(course):
        matter = question.matter
        if not isinstance(matter, Output | SpotTheLine):
            continue
        try:
            ast.parse(matter.code)
        except SyntaxError as error:
            sentence = f"line {error.lineno} of the code is not Python: {error.msg}."
            yield question.source.problem(sentence, question.key, "code")
        lines = matter.code.rstrip("\n").split("\n")
        for place, option in enumerate(matter.options if isinstance(matter, SpotTheLine) else ()):
            if option.line > len(lines) or not lines[option.line - 1].strip():
                sentence = f"the code has nothing on line {option.line}: name one of its lines."
                yield question.source.problem(sentence, question.key, "options", place, "line")


def mistaken_numbers_are_wrong(course: CourseContent) -> Iterator[Problem]:
    """A number that is listed as a mistake is not within the tolerance of the answer."""
    for question in questions_of(course):
        matter = question.matter
        if not isinstance(matter, Numeric):
            continue
        for place, mistake in enumerate(matter.mistakes):
            if abs(mistake.value - matter.answer) <= matter.tolerance:
                sentence = "this value would be taken as right: correct it or the tolerance."
                yield question.source.problem(sentence, question.key, "mistakes", place, "value")
