"""An exercise holds what it promises: one function for each promise, over the reports of all runs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from course.content import ExerciseContent, Problem, WrongContent
from grading.job import limits_of, tests_of_a_try
from grading.permission import permissions_of
from grading.proof.elsewhere import DAYS, ZONE, moved
from grading.proof.runs import NotRun, Runs, Trial
from grading.runner import Report
from grading.sandbox.wire import CheckDone, Ending, Job
from grading.verdict import Outcome, Verdict

SEEDS = (0, 1, 2, 3, 4)
WORDS_IN_A_MESSAGE = 60
MEGABYTE = 1024 * 1024

RIGHT = ("solution", "alternative")
ORIGINAL = "original"  # of a variant: the solution of the exercise that it asks anew
TRY = "try"  # the solution against the visible tests, as a learner runs it before submitting
STOPPED = {"too-slow": Verdict.TOO_SLOW, "out-of-memory": Verdict.OUT_OF_MEMORY}


def problems_of_exercise(exercise: ExerciseContent, runs: Runs) -> list[Problem]:
    """Everything that is not as the exercise's files say, by running them."""
    try:
        trials = run_all(exercise, runs)
    except NotRun as error:
        return [Problem(exercise.source.path, 1, f"nothing is proven of this exercise: {error}")]
    broken = [trial for trial in trials if trial.known.verdict is Verdict.PLATFORM_ERROR]
    if broken:
        return [_checks_broke(exercise, broken[0])]
    found = itertools.chain(
        _checks_are_as_announced(exercise, trials),
        _a_try_checks_what_is_visible(exercise, trials),
        _right_ones_pass(exercise, trials),
        _variant_asks_for_something_else(trials),
        _starter_fails_politely(trials),
        _nothing_fails_cleanly(trials),
        *(_wrong_ends_as_it_says(wrong, _of(trials, f"wrong/{wrong.slug}")) for wrong in exercise.wrong),
        _every_check_bites(exercise, trials),
        _elsewhere_is_the_same(trials),
        _messages_teach(exercise, trials),
    )
    return sorted(set(found))


def run_all(exercise: ExerciseContent, runs: Runs) -> list[Trial]:
    """Every version under every seed it needs, with its report; NotRun where that cannot be had."""
    trials = list(_trials(exercise))
    reports = runs.all(_job(exercise, trial) for trial in trials)
    return [replace(trial, report=report) for trial, report in zip(trials, reports, strict=True)]


def _trials(exercise: ExerciseContent) -> Iterator[Trial]:
    for version, files in zip(RIGHT, (exercise.solution, exercise.alternative), strict=True):
        for seed in (*SEEDS, SEEDS[0]):  # the first one twice: the same again
            yield Trial(version, exercise.path_of_part(version), seed, False, files)
        yield Trial(version, exercise.path_of_part(version), SEEDS[0], True, files)
    yield Trial(TRY, exercise.tests_path, SEEDS[0], False, exercise.solution)
    if exercise.variant_of is not None:
        yield Trial(ORIGINAL, exercise.source.path, SEEDS[0], False, exercise.variant_of.solution)
    for seed in SEEDS[:2]:
        yield Trial("starter", exercise.path_of_part("starter"), seed, False, exercise.starter)
    empty = dict.fromkeys(exercise.paths, "")
    yield Trial("nothing", exercise.tests_path, SEEDS[0], False, empty)
    for wrong in exercise.wrong:
        stopped = wrong.expects.kind in STOPPED  # it uses up a limit: once is enough
        for seed in SEEDS[:1] if stopped else SEEDS[:2]:
            yield Trial(f"wrong/{wrong.slug}", wrong.source.path, seed, False, wrong.files)


def _job(exercise: ExerciseContent, trial: Trial) -> Job:
    files, tests = dict(trial.files), exercise.tests
    if trial.version == TRY:
        tests = tests_of_a_try(tests)
    if trial.moved:
        tests = moved(tests)
        files = {path: moved(text) if path.endswith(".py") else text for path, text in files.items()}
    return Job(
        id=f"prove-{exercise.slug}-{trial.version}-{trial.seed}",
        environment=exercise.environment,
        files=files,
        tests=tests,
        data=list(exercise.data),
        limits=limits_of(dict(exercise.limits)),
        seed=trial.seed,
        permissions=permissions_of(exercise.permissions),
    )


def _of(trials: list[Trial], version: str) -> list[Trial]:
    return [trial for trial in trials if trial.version == version]


def _checks_broke(exercise: ExerciseContent, trial: Trial) -> Problem:
    reason = (trial.known.author_log or trial.known.detail).strip().splitlines() or ["no reason was given"]
    return Problem(exercise.tests_path, 1, f"the checks themselves break on {trial.version}: {reason[-1]}")


def _checks_are_as_announced(exercise: ExerciseContent, trials: list[Trial]) -> Iterator[Problem]:
    announced = [check.name for check in exercise.checks]
    collected = [check.name for check in trials[0].known.checks]
    if announced != collected:
        odd = ", ".join(sorted(set(announced) ^ set(collected))) or "their order"
        yield Problem(exercise.tests_path, 1, f"what runs is not what the page announces: {odd}.")


def _a_try_checks_what_is_visible(exercise: ExerciseContent, trials: list[Trial]) -> Iterator[Problem]:
    visible = [check.name for check in exercise.checks if not check.hidden]
    for trial in _of(trials, TRY):
        collected = [check.name for check in trial.known.checks]
        if trial.known.verdict is not Verdict.PASSED:
            sentence = f"without the hidden tests the solution does not pass: {_ending(trial.known)}"
            yield Problem(trial.path, 1, sentence)
        elif visible and collected != visible:
            odd = ", ".join(sorted(set(visible) ^ set(collected))) or "their order"
            yield Problem(trial.path, 1, f"what “Run” checks is not what is visible: {odd}.")


def _right_ones_pass(exercise: ExerciseContent, trials: list[Trial]) -> Iterator[Problem]:
    limits = limits_of(dict(exercise.limits))
    for trial in trials:
        if trial.version not in RIGHT:
            continue
        report = trial.known
        if report.verdict is not Verdict.PASSED:
            yield Problem(trial.path, 1, f"{_where(trial)} this does not pass: {_ending(report)}")
            continue
        figures = report.figures
        for name, used, limit in (
            ("CPU time", figures.cpu_ms / 1000, limits.cpu_s),
            ("time", figures.wall_ms / 1000, limits.wall_s),
            ("memory", (figures.memory_bytes or 0) / MEGABYTE, limits.memory_mb),
        ):
            if used > limit / 2:
                yield Problem(
                    trial.path,
                    1,
                    f"this uses {used:.1f} of {limit:g} {name}, over half: "
                    "raise the limit in task.md, or ask for less.",
                )


def _variant_asks_for_something_else(trials: list[Trial]) -> Iterator[Problem]:
    for trial in _of(trials, ORIGINAL):
        if trial.known.verdict is Verdict.PASSED:
            sentence = "the solution of the exercise passes this variant too: ask for something else."
            yield Problem(trial.path, 1, sentence)


def _starter_fails_politely(trials: list[Trial]) -> Iterator[Problem]:
    for trial in _of(trials, "starter"):
        report = trial.known
        if report.verdict is Verdict.PASSED:
            yield Problem(trial.path, 1, "the starter passes: leave something to do.")
        elif not _is_clean(report):
            yield Problem(trial.path, 1, f"the starter must fail without an error: {_ending(report)}")


def _nothing_fails_cleanly(trials: list[Trial]) -> Iterator[Problem]:
    for trial in _of(trials, "nothing"):
        for result in trial.known.results:
            if result.outcome == Outcome.PASSED:
                yield Problem(trial.path, 1, f"an empty file passes {result.name}: ask for something first.")
            elif result.outcome == Outcome.CRASHED:
                sentence = (
                    f"an empty file crashes {result.name}: name `solution.…` before the probe that uses it."
                )
                yield Problem(trial.path, 1, sentence)
        if trial.known.ending is not Ending.FINISHED:
            yield Problem(trial.path, 1, f"an empty file does not run to its end: {_ending(trial.known)}")


def _is_clean(report: Report) -> bool:
    """It ran to its end, and no check met an error that it did not ask for."""
    return report.ending is Ending.FINISHED and all(
        result.outcome != Outcome.CRASHED for result in report.results
    )


def _wrong_ends_as_it_says(wrong: WrongContent, trials: list[Trial]) -> Iterator[Problem]:
    for trial in trials:
        kind, report = wrong.expects.kind, trial.known
        if kind == "fails":
            yield from _fails_as_it_says(wrong, trial)
        elif kind == "crashes":
            texts = [f"{result.exception} {result.message}" for result in report.results]
            if not any(wrong.expects.names[0] in text for text in (report.detail, *texts)):
                sentence = (
                    f"{_where(trial)} it does not crash with {wrong.expects.names[0]}: {_ending(report)}"
                )
                yield wrong.source.problem(sentence, "expect")
        elif report.verdict is not STOPPED[kind]:
            yield wrong.source.problem(f"it does not end as {kind}: {_ending(report)}", "expect")


def _fails_as_it_says(wrong: WrongContent, trial: Trial) -> Iterator[Problem]:
    failing = {result.name: result for result in trial.known.results if result.outcome != Outcome.PASSED}
    named = {
        name: [result for key, result in failing.items() if name in (key, _function(key))]
        for name in wrong.expects.names
    }
    for name, results in named.items():
        if not results:
            yield wrong.source.problem(f"{_where(trial)} it does not fail {name}.", "expect")
    others = set(failing) - {result.name for results in named.values() for result in results}
    if others:
        sentence = (
            f"{_where(trial)} it also fails {', '.join(sorted(others))}: name them, or make it less wrong."
        )
        yield wrong.source.problem(sentence, "expect")
    messages = [result.message for results in named.values() for result in results]
    if messages and not any(wrong.shows in message for message in messages):
        sentence = (
            f"{_where(trial)} no message of these checks says “{wrong.shows}”; one says “{messages[0]}”."
        )
        yield wrong.source.problem(sentence, "shows")


def _every_check_bites(exercise: ExerciseContent, trials: list[Trial]) -> Iterator[Problem]:
    failed = {
        _function(result.name)
        for trial in trials
        if trial.version == "starter" or trial.version.startswith("wrong/")
        for result in trial.known.results
        if result.outcome in (Outcome.FAILED, Outcome.CRASHED)
    }
    for check in exercise.checks:
        if check.function not in failed:
            sentence = (
                f"nothing fails {check.function}: write the wrong solution it is there for, or drop it."
            )
            yield Problem(exercise.tests_path, check.line, sentence)


def _elsewhere_is_the_same(trials: list[Trial]) -> Iterator[Problem]:
    """The same seed gives the same outcomes: a second time, and under another clock and time zone."""
    first: dict[tuple[str, int], Trial] = {}
    for trial in trials:
        before = first.setdefault((trial.version, trial.seed), trial)
        if _outcomes(before.known) != _outcomes(trial.known):
            when = f"{DAYS} days later in {ZONE}" if trial.moved else "a second time"
            yield Problem(trial.path, 1, f"{when} this ends otherwise: {_ending(trial.known)}")


def _outcomes(report: Report) -> tuple[Verdict, Mapping[str, str]]:
    return report.verdict, {result.name: result.outcome for result in report.results}


def _messages_teach(exercise: ExerciseContent, trials: list[Trial]) -> Iterator[Problem]:
    """Of the failures that wrong solutions meet: each says something, briefly, and nothing twice."""
    lines = {check.name: check.line for check in exercise.checks}
    for trial in trials:
        if not trial.version.startswith("wrong/"):
            continue
        said: dict[str, CheckDone] = {}
        for result in trial.known.results:
            if result.outcome != Outcome.FAILED:
                continue
            line = lines.get(result.name, 1)
            words = len(result.message.split())
            if not 0 < words <= WORDS_IN_A_MESSAGE:
                sentence = (
                    f"on {trial.version} the message of {result.name} has {words} words: 1 to 60 teach best."
                )
                yield Problem(exercise.tests_path, line, sentence)
            other = said.setdefault(result.message, result)
            if _function(other.name) != _function(result.name):
                sentence = f"on {trial.version} {result.name} says the same as {other.name}: say what it saw."
                yield Problem(exercise.tests_path, line, sentence)


def _function(name: str) -> str:
    return name.partition("[")[0]


def _where(trial: Trial) -> str:
    return f"with seed {trial.seed}{f', {DAYS} days later in {ZONE}' if trial.moved else ''},"


def _ending(report: Report) -> str:
    """How the run ended, in one line: the first thing that went wrong."""
    wrong = [result for result in report.results if result.outcome != Outcome.PASSED]
    said = f"; {wrong[0].name} {wrong[0].outcome}: {wrong[0].message}" if wrong else ""
    return " ".join(f"{report.verdict.value} {report.detail}{said}".split())[:400]
