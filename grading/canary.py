"""A trial job: what a worker has its runner grade before it takes anybody's.

Two solutions of one small exercise, a right one and one that is wrong in a known way, go the whole
way: through the configured runner, as a learner's would. Where either does not come out as it must,
no verdict from there can be believed.
"""

from __future__ import annotations

from grading.runner import Event, Runner, RunnerUnavailable
from grading.sandbox.wire import Health, Job
from grading.verdict import Outcome, Verdict

TESTS = '''
def test_sum(solution):
    """The sum of two numbers"""
    assert solution.combine(2, 3) == 5, f"combine(2, 3) came back as {solution.combine(2, 3)}"


def test_text(solution):
    """Two texts, joined"""
    assert solution.combine("a", "b") == "ab", "combine joins texts too"
'''
RIGHT = "def combine(a, b):\n    return a + b\n"
WRONG = "def combine(a, b):\n    return 5\n"
KNOWN = (
    ("right", RIGHT, Verdict.PASSED, [Outcome.PASSED, Outcome.PASSED]),
    ("wrong", WRONG, Verdict.PARTLY_PASSED, [Outcome.PASSED, Outcome.FAILED]),
)


def why_not_trusted(runner: Runner) -> str:
    """What is wrong with what the runner says of the trial jobs, in a sentence; empty where nothing is."""
    try:
        health = runner.health()
        if not health.ready:
            return health.reason or "The sandbox takes no jobs, and does not say why."
        if not health.environments:
            return "The sandbox has no environment that takes a job."
        return next(filter(None, (_mistake(runner, health, *known) for known in KNOWN)), "")
    except RunnerUnavailable as error:
        return str(error)


def _mistake(
    runner: Runner, health: Health, name: str, code: str, due: Verdict, outcomes: list[Outcome]
) -> str:
    environment = "base" if "base" in health.environments else min(health.environments)
    job = Job(id=f"canary-{name}", environment=environment, files={"solution.py": code}, tests=TESTS)
    report = runner.run(job, _ignore)
    if report.verdict is due and [Outcome(result.outcome) for result in report.results] == outcomes:
        return ""
    said = report.author_log or report.detail or ", ".join(result.outcome for result in report.results)
    return (
        f"The trial job with the {name} solution came out as {report.verdict} ({said or 'no more is known'}) "
        f"and not as {due}: no verdict from this sandbox can be believed."
    )


def _ignore(event: Event) -> None:
    pass
