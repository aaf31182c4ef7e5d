"""Rules about exercises: what can be said of them without running anything."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from course.content import CourseContent, ExerciseContent, Problem
from course.content.shape import Files
from course.content_rules.signature import Signature, calls_in, signatures

MOST_HINTS = 3
LONGEST_MESSAGE = 60
_LIBRARIES = set(sys.stdlib_module_names) | set(
    "numpy pandas scipy matplotlib sklearn statsmodels pyarrow pydantic yaml pytest hypothesis torch "  # noqa: SIM905
    "mlflow duckdb polars airflow dagster dvc feast evidently onnx onnxruntime optuna ray".split()
)


def starters_have_a_todo(course: CourseContent) -> Iterator[Problem]:
    """A starter says where to begin."""
    for _, exercise in course.exercises():
        if not any("TODO" in text for text in exercise.starter.values()):
            path = exercise.path_of_part("starter")
            yield Problem(path, 1, "the starter holds no TODO: say where to begin.")


def wrongs_are_at_least_two(course: CourseContent) -> Iterator[Problem]:
    """Two known-wrong solutions at the least, each of them code that differs from the others."""
    for _, exercise in course.exercises():
        if len(exercise.wrong) < 2:
            sentence = f"there are {len(exercise.wrong)} known-wrong solutions: write at least two."
            yield Problem(exercise.path_of("wrong"), 1, sentence)
        seen = {"solution": _code(exercise.solution), "alternative": _code(exercise.alternative)}
        for wrong in exercise.wrong:
            code = _code(wrong.files)
            same = next((name for name, other in seen.items() if other == code), "")
            if same:
                yield wrong.source.problem(f"this is the same code as {same}: write what is wrong.")
            seen[wrong.slug] = code


def alternatives_are_written_differently(course: CourseContent) -> Iterator[Problem]:
    """The alternative is another solution, so that tests cannot ask for one way of writing."""
    for _, exercise in course.exercises():
        if _code(exercise.solution) == _code(exercise.alternative):
            path = exercise.path_of_part("alternative")
            yield Problem(
                path, 1, "this is the solution again: write it differently, or the tests may over-specify."
            )


def wrongs_fail_tests_that_exist(course: CourseContent) -> Iterator[Problem]:
    """`expect: fails …` names checks, with or without their case."""
    for _, exercise in course.exercises():
        known = {check.name for check in exercise.checks} | {check.function for check in exercise.checks}
        for wrong in exercise.wrong:
            for name in wrong.expects.names if wrong.expects.kind == "fails" else ():
                if name not in known:
                    yield wrong.source.problem(f"tests.py has no `{name}`: name a test of it.", "expect")


def hints_name_tests(course: CourseContent) -> Iterator[Problem]:
    """Each hint belongs to tests that exist, each test has a hint, and there are at most three levels."""
    for _, exercise in course.exercises():
        path = exercise.hints_source.path
        tests = {check.function for check in exercise.checks}
        hinted: set[str] = set()
        for hint in exercise.hints:
            for name in hint.checks:
                if name not in tests:
                    yield Problem(
                        path, hint.line, f"tests.py has no `{name}`: name a test, as in `## test_…`."
                    )
            hinted.update(hint.checks)
            if len(hint.levels) > MOST_HINTS or not all(level.strip() for level in hint.levels):
                yield Problem(path, hint.line, f"write one to {MOST_HINTS} hints here, split by `---`.")
        for name in sorted(tests - hinted):
            yield Problem(path, 1, f"`{name}` has no hint: add a section `## {name}`.")


def asserts_have_messages(course: CourseContent) -> Iterator[Problem]:
    """Each assert of a test says what was called, what came back and where to look, in few words."""
    for _, exercise in course.exercises():
        for _, node in _asserts(exercise):
            if node.msg is None:
                sentence = "this assert has no message: say what was called and what came back."
                yield Problem(exercise.tests_path, node.lineno, sentence)
            elif (words := len(_written(node.msg).split())) > LONGEST_MESSAGE:
                sentence = f"this message has {words} words, over {LONGEST_MESSAGE}: shorten it."
                yield Problem(exercise.tests_path, node.lineno, sentence)


def messages_differ(course: CourseContent) -> Iterator[Problem]:
    """No two tests say the same: a message tells the learner which claim does not hold."""
    for _, exercise in course.exercises():
        said: dict[str, str] = {}
        for test, node in _asserts(exercise):
            message = ast.unparse(node.msg) if node.msg else ""
            if message and said.setdefault(message, test) != test:
                sentence = f"{said[message]} has the same message: say what is special here."
                yield Problem(exercise.tests_path, node.lineno, sentence)


def _asserts(exercise: ExerciseContent) -> Iterator[tuple[str, ast.Assert]]:
    """Each assert of each test, with the test's name."""
    for function in ast.parse(exercise.tests).body:
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test"):
            for node in ast.walk(function):
                if isinstance(node, ast.Assert):
                    yield function.name, node


def _written(message: ast.expr) -> str:
    """The words of a message that stand in the file; what is filled in counts as one."""
    if isinstance(message, ast.JoinedStr):
        return "".join(_written(part) for part in message.values)
    if isinstance(message, ast.BinOp):
        return f"{_written(message.left)}{_written(message.right)}"
    return message.value if isinstance(message, ast.Constant) and isinstance(message.value, str) else "…"


def signatures_agree(course: CourseContent) -> Iterator[Problem]:
    """What the starter defines is named in the task and has the same parameters everywhere."""
    for _, exercise in course.exercises():
        main = exercise.paths[0]
        if not main.endswith(".py"):
            continue
        asked = signatures(exercise.starter[main])
        for part in ("solution", "alternative"):
            given = signatures(getattr(exercise, part)[main])
            for name, signature in asked.items():
                if given.get(name) != signature:
                    found = _described(given.get(name))
                    sentence = f"the starter has `{signature}`, and this {found}: make them agree."
                    yield Problem(exercise.path_of_part(part), 1, sentence)
        yield from _asked_in_task(exercise, asked)


def _described(signature: Signature | None) -> str:
    return f"has `{signature}`" if signature else "does not"


def _asked_in_task(exercise: ExerciseContent, asked: dict[str, Signature]) -> Iterator[Problem]:
    calls = calls_in(exercise.task)
    for name, signature in asked.items():
        if not re.search(rf"`[^`]*\b{name}\b", exercise.task):
            sentence = f"the task does not name `{name}`, which the starter defines: say what it is for."
            yield exercise.source.body_problem(sentence, 1)
        elif signature.parameters is not None and signature.parameters not in calls.get(
            name, [signature.parameters]
        ):
            sentence = f"the task writes `{name}` with other parameters than the starter's `{signature}`."
            yield exercise.source.body_problem(f"{sentence} Make them agree.", 1)


def files_are_not_libraries(course: CourseContent) -> Iterator[Problem]:
    """No file of a submission hides a library from the code that imports it."""
    for _, exercise in course.exercises():
        for place, path in enumerate(exercise.paths):
            if path.endswith(".py") and path.split("/")[0].removesuffix(".py") in _LIBRARIES:
                sentence = f"`{path}` has the name of a library, which could not be imported then: rename it."
                yield exercise.source.problem(sentence, "files", place)


def variants_ask_for_something_else(course: CourseContent) -> Iterator[Problem]:
    """A variant has checks of its own, or other data to check with: else it is the exercise again."""
    for _, exercise in course.exercises():
        if exercise.variant_of is not None and exercise.content_hash == exercise.variant_of.content_hash:
            sentence = "nothing that decides a verdict differs from the exercise: write tests.py."
            yield Problem(exercise.source.path, 1, sentence)


def exercises_are_numbered(course: CourseContent) -> Iterator[Problem]:
    """The exercises of a lesson are numbered 1, 2, 3, …; every lesson has one."""
    for _, _, lesson in course.lessons():
        if not lesson.exercises:
            yield Problem(lesson.folder, 1, "the lesson has no exercise: add a folder with a task.md.")
        for number, exercise in enumerate(lesson.exercises, start=1):
            if exercise.number != number:
                sentence = f"this is exercise {number} of the lesson in order: write `number: {number}`."
                yield exercise.source.problem(sentence, "number")


def _code(files: Files) -> str:
    """The code without its comments and layout, for comparing; other texts as they are."""
    parts = []
    for path, text in files.items():
        parts.append(ast.unparse(ast.parse(text)) if path.endswith(".py") else text.strip())
    return "\n".join(parts)
