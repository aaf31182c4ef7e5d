"""A run before a submission: what it checks, what it counts for (nothing), and what the page says of it."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from course.content.test_file import read_checks
from course.models import ExercisePass
from course.versions import version_of
from grading import grade
from grading.grade import grade_next
from grading.job import IT_LOADS, job_for
from grading.models import CheckResult, Figure, Submission
from grading.runner import Report, Waiting
from grading.sandbox.wire import SHOWN, Check, Collected, Drawn, Ending, Printed, Stream
from tests.grading.conftest import HALF_RIGHT, RIGHT, TESTS, make_exercise
from tests.grading.queries import queries_of

HTMX = {"HX-Request": "true"}
SECRET = '''

@pytest.mark.hidden
def test_secret(solution):
    """A secret"""
    assert solution.double(21) == ORACLE, "not what the oracle says"


ORACLE = 42
'''
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def exercise(lesson):
    checks = [
        ("test_of_two", "Two", False),
        ("test_of_nothing", "Nothing", False),
        ("test_secret", "Secret", True),
    ]
    return make_exercise(
        lesson,
        "double-it",
        1,
        tests=f"import pytest\n{TESTS}{SECRET}",
        checks=[{"name": name, "title": title, "hidden": hidden} for name, title, hidden in checks],
    )


@pytest.fixture
def exercise_page(browser_of, learner, exercise):
    """The learner's browser on the exercise's page: `.run(code=…)` presses the button beside “Submit”."""

    class Page:
        client = browser_of(learner)
        url = exercise.get_absolute_url()

        def html(self, **other):
            return unescape(self.client.get(self.url, **other).content.decode())

        def submit(self, htmx=False, **data):
            return self.client.post(self.url, data, headers=HTMX if htmx else {})

        def run(self, htmx=False, **data):
            return self.submit(htmx, action="run", **data)

    return Page()


# --- What it runs -----------------------------------------------------------------------------


def test_a_try_is_given_the_visible_tests_and_the_scratch_pad(exercise_page):
    exercise_page.run(code=RIGHT, scratch="print(1)")
    job = job_for(Submission.objects.get())
    assert "test_of_two" in job.tests
    assert "secret" not in job.tests
    assert "ORACLE" not in job.tests
    assert job.scratch == "print(1)"


def test_a_submission_keeps_what_stood_on_the_scratch_pad_and_does_not_run_it(exercise_page):
    exercise_page.submit(code=RIGHT, scratch="print(1)")
    submission = Submission.objects.get()
    assert (submission.purpose, submission.scratch) == ("submit", "print(1)")
    job = job_for(submission)
    assert job.scratch == ""
    assert "test_secret" in job.tests


def test_where_every_check_is_hidden_a_try_loads_the_file(exercise_page, exercise):
    exercise.tests = f"import pytest\n{SECRET}"
    exercise.save()
    exercise_page.run(code=RIGHT)
    assert job_for(Submission.objects.get()).tests == IT_LOADS
    grade_next("interactive")
    assert "Your file can be loaded" in exercise_page.html()


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder",
    sorted(
        path.parent
        for path in (Path(__file__).resolve().parents[2] / "fixtures").glob("1-*/week01-*/*/*/tests.py")
    ),
    ids=lambda folder: folder.name,
)
def test_of_week_one_each_solution_passes_what_a_try_checks(folder, learner, exercise, sandbox):
    tests = (folder / "tests.py").read_text()
    exercise.tests, exercise.data = tests, _data_of(folder)
    submission = Submission(
        user=learner,
        exercise=exercise,
        version=version_of(exercise),
        purpose="run",
        files={"solution.py": (folder / "solution.py").read_text()},
        scratch="import solution\nprint(solution.__name__)",
        seed=1,
    )
    announced, _ = read_checks(tests, folder / "tests.py")
    report = sandbox.run(job_for(submission), lambda event: None)
    assert report.verdict == "passed"
    assert [check.name for check in report.checks] == [check.name for check in announced if not check.hidden]
    assert report.scratch == "solution\n"


def _data_of(folder):
    line = re.search(r"^data: \[(.*)\]$", (folder / "task.md").read_text(), re.MULTILINE)
    return [name.strip() for name in line[1].split(",")] if line else []


# --- What it counts for -----------------------------------------------------------------------


def test_a_try_that_passes_moves_no_progress_and_is_no_attempt(
    exercise_page, browser_of, learner, instructor
):
    exercise_page.run(code=RIGHT)
    grade_next("interactive")
    tried = Submission.objects.get()
    assert tried.verdict == "passed"
    assert not ExercisePass.objects.exists()
    assert not Submission.objects.attempts().exists()
    assert str(tried.pk) not in exercise_page.client.get("/dashboard/").content.decode()
    listed = browser_of(instructor).get("/admin/grading/submission/").content.decode()
    assert str(tried.pk) not in listed

    exercise_page.submit(code=RIGHT)
    grade_next("interactive")
    assert ExercisePass.objects.get().user == learner
    submitted = Submission.objects.attempts().get()
    assert str(submitted.pk) in exercise_page.client.get("/dashboard/").content.decode()


def test_a_try_is_its_learners_own(exercise_page, browser_of, learner, instructor, other_learner, admin_user):
    exercise_page.run(code=RIGHT)
    tried = Submission.objects.get()
    assert browser_of(learner).get(tried.get_absolute_url()).status_code == 200
    assert browser_of(admin_user).get(tried.get_absolute_url()).status_code == 200
    for person in (instructor, other_learner):
        assert browser_of(person).get(tried.get_absolute_url()).status_code == 404


def test_tries_stand_in_no_table_of_attempts(exercise_page):
    for code in (RIGHT, HALF_RIGHT):
        exercise_page.submit(code=code)
    exercise_page.run(code=RIGHT)
    html = exercise_page.html()
    assert html.count('<td><a href="/submissions/') == 2


def test_a_single_attempt_is_still_found_below_a_newer_try(exercise_page):
    exercise_page.submit(code=RIGHT)
    assert "Your attempts" not in exercise_page.html()  # it is shown whole
    exercise_page.run(code=RIGHT)
    assert exercise_page.html().count('<td><a href="/submissions/') == 1


def test_a_try_and_a_submission_of_the_same_text_are_two(exercise_page):
    exercise_page.run(code=RIGHT)
    exercise_page.submit(code=RIGHT)
    exercise_page.submit(code=RIGHT)  # a double click
    exercise_page.run(code=RIGHT, scratch="print(1)")  # no double click: something else is to be run
    purposes = list(Submission.objects.order_by("created_at").values_list("purpose", flat=True))
    assert purposes == ["run", "submit", "run"]


# --- What the page says -----------------------------------------------------------------------


def test_a_try_never_says_that_it_passed_as_if_it_were_graded(exercise_page):
    exercise_page.run(code=RIGHT)
    grade_next("interactive")
    html = exercise_page.html()
    assert "Visible checks passed" in html
    assert "a run, not an attempt" in html
    assert "2 of 2 visible checks passed" in html
    assert "Submit to have all of them, 1 hidden one too, checked." in html
    assert 'data-try="passed"' in html
    assert "data-verdict" not in html
    assert "Every check passed." not in html


def test_the_newer_of_the_last_try_and_the_last_attempt_is_shown(exercise_page):
    exercise_page.run(code=HALF_RIGHT)
    assert "data-try" in exercise_page.html()
    exercise_page.submit(code=RIGHT)
    assert re.findall(r'<article[^>]* data-(try|verdict)="queued"', exercise_page.html()) == ["verdict"]
    exercise_page.run(code=HALF_RIGHT)
    html = exercise_page.html()
    assert re.findall(r'<article[^>]* data-(try|verdict)="queued"', html) == ["try"]
    assert "return n\n" in html  # the editor holds what was run


@pytest.mark.parametrize("press", ["run", "submit"])
def test_what_stood_on_the_scratch_pad_is_still_there(exercise_page, press):
    assert '<details class="scratch">' in exercise_page.html()
    getattr(exercise_page, press)(code=RIGHT, scratch=f"print('{EVIL}')")
    html = exercise_page.client.get(exercise_page.url).content.decode()
    assert '<details class="scratch" open>' in html
    assert EVIL not in html
    assert f"print('{EVIL}')" in unescape(html)
    assert f"print('{EVIL}')" in exercise_page.html(query_params={"starter": ""})


def test_a_scratch_pad_that_cannot_be_stored_comes_back_with_a_sentence(exercise_page):
    response = exercise_page.run(code=RIGHT, scratch="x = 1\n'\0'")
    assert response.status_code == 422
    assert "Line 2 of scratch.py holds a NUL" in response.content.decode()
    assert "x = 1" in response.content.decode()
    response = exercise_page.run(code=RIGHT, scratch="#" * 200_000)
    assert response.status_code == 413
    assert not Submission.objects.exists()


def test_without_javascript_it_leads_back_to_the_page(exercise_page):
    response = exercise_page.run(code=RIGHT, scratch="from solution import double\nprint('twice', double(4))")
    assert (response.status_code, response["Location"]) == (303, f"{exercise_page.url}#verdict")
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in exercise_page.html()
    grade_next("interactive")
    html = exercise_page.html()
    assert "http-equiv" not in html
    assert "twice 8" in html


def test_with_htmx_it_is_answered_with_the_panel_that_asks_until_it_is_done(exercise_page):
    html = exercise_page.run(htmx=True, code=RIGHT).content.decode()
    assert "<html" not in html
    assert 'data-try="queued"' in html
    assert 'hx-trigger="load delay:' in html
    grade_next("interactive")
    html = exercise_page.html(headers=HTMX)
    assert 'data-try="passed"' in html
    assert "hx-trigger" not in html


def test_while_it_runs_only_the_visible_checks_are_announced(exercise_page):
    exercise_page.run(code=RIGHT)
    Submission.objects.claim_next("interactive")
    assert exercise_page.html().count("has not had its turn yet") == 2


def test_scratch_code_that_was_stopped_is_said_to_be_so_beside_the_checks_that_passed(exercise_page):
    exercise_page.run(code=RIGHT, scratch="while True: pass")
    grade_next_with(Report(Ending.FINISHED, scratch="on and on", scratch_end="It used its 5 s.", **PASSED))
    html = exercise_page.html()
    assert "It was stopped, which changes nothing about the checks. It used its 5 s." in html
    assert "on and on" in html
    assert "Visible checks passed" in html


def test_scratch_code_that_printed_nothing_is_said_to(exercise_page):
    exercise_page.run(code=RIGHT, scratch="x = 1")
    assert "Nothing." not in exercise_page.html()
    grade_next("interactive")
    assert "Nothing." in exercise_page.html()


def test_the_page_costs_the_same_however_many_tries_there_are(exercise_page, learner, exercise):
    exercise_page.run(code=RIGHT, scratch="print(1)")
    grade_next("interactive")
    few = queries_of(exercise_page.client, exercise_page.url)
    Submission.objects.bulk_create(
        Submission(user=learner, exercise=exercise, files={"solution.py": RIGHT}, purpose="run")
        for _ in range(30)
    )
    while grade_next("interactive"):
        pass
    assert queries_of(exercise_page.client, exercise_page.url) == few <= 15


# --- As it happens ----------------------------------------------------------------------------

CHECKS = (Check("test_of_two", "Two"),)
PASSED = {"checks": CHECKS, "results": (grade.CheckDone("test_of_two", "passed"),)}
DRAWN = Drawn(b"\x89PNG...", 4, 3, "p99")


class Scripted:
    """A runner that says what it is told to, and looks at the page in between."""

    def __init__(self, report, *steps):
        self.report, self.steps = report, steps

    def run(self, job, on_event):
        for step in self.steps:
            if callable(step):
                step()
            else:
                on_event(step)
        return self.report


def grade_next_with(report, *steps):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grade, "LIVE_EVERY_S", -1)  # what would be stored in a moment is stored now
        patch.setattr(grade, "configured_runner", lambda: Scripted(report, *steps))
        assert grade_next("interactive")


def test_what_is_printed_and_drawn_is_on_the_page_while_it_runs_and_once_at_the_end(exercise_page):
    exercise_page.run(code=RIGHT, scratch="…")
    seen = []
    grade_next_with(
        Report(Ending.FINISHED, stdout="one\ntwo\nthree", scratch="mine", drawings=(DRAWN, DRAWN), **PASSED),
        Collected(list(CHECKS)),
        Printed(Stream.STDOUT, "one\n"),
        Printed(Stream.STDOUT, f"two {EVIL}\n"),
        Printed(Stream.STDERR, "a warning"),
        DRAWN,
        Printed(Stream.SCRATCH, "min"),
        lambda: seen.append(exercise_page.client.get(exercise_page.url).content.decode()),
        lambda: seen.append(exercise_page.client.get(exercise_page.url, headers=HTMX).content.decode()),
    )
    for html in seen:
        assert f"one\ntwo {EVIL}" in unescape(html)
        assert EVIL not in html
        assert "a warning" in html
        assert ">min</pre>" in html
        assert html.count("figures/0.png") == 1
        assert 'data-try="running"' in html
    html = exercise_page.html()
    assert "one\ntwo\nthree" in html
    assert ">mine</pre>" in html
    assert (html.count("figures/0.png"), html.count("figures/1.png")) == (1, 1)
    assert Figure.objects.count() == 2


def test_of_what_is_printed_no_more_is_kept_than_is_shown(exercise_page):
    exercise_page.submit(code=RIGHT)
    lengths = []
    grade_next_with(
        Report(Ending.FINISHED, stdout="short", **PASSED),
        *[Printed(Stream.STDOUT, "x" * 30_000)] * 4,
        lambda: lengths.append(len(Submission.objects.get().stdout)),
    )
    assert lengths == [SHOWN]
    assert Submission.objects.get().stdout == "short"


def test_a_figure_at_the_end_of_a_run_is_stored_once(exercise_page):
    """Most figures come just before the end; storing them twice would be for nobody."""
    exercise_page.submit(code=RIGHT)
    counts = []
    grade_next_with(
        Report(Ending.FINISHED, drawings=(DRAWN,), **PASSED),
        DRAWN,
        lambda: counts.append(Figure.objects.count()),
        Waiting(),
        lambda: counts.append(Figure.objects.count()),
    )
    assert counts == [0, 1]
    assert Figure.objects.count() == 1


def test_a_run_that_ends_at_once_is_written_twice_when_it_is_claimed_and_when_it_ends(exercise_page):
    exercise_page.submit(code=f"print('loading')\n{RIGHT}")
    with CaptureQueriesContext(connection) as captured:
        grade_next("interactive")
    written = [query["sql"] for query in captured if query["sql"].startswith('UPDATE "grading_submission"')]
    assert len(written) == 2
    assert not [query for query in captured if query["sql"].startswith("DELETE")]
    assert Submission.objects.get().stdout == "loading\n"


def test_what_a_broken_run_had_stored_is_gone_when_it_is_run_again(exercise_page):
    exercise_page.submit(code=RIGHT)
    row = Submission.objects.claim_next("interactive")
    live = grade.LiveResults(row)
    live.saved_at -= 1
    live.on_event(Collected(list(CHECKS)))
    live.on_event(DRAWN)
    live.on_event(Printed(Stream.STDOUT, "half a sen"))
    assert Figure.objects.count() == 1
    assert Submission.objects.get().stdout == "half a sen"
    Submission.objects.update(state="queued", claim=None)
    Submission.objects.claim_next("interactive")
    assert Submission.objects.get().stdout == ""
    assert not Figure.objects.exists()
    assert not CheckResult.objects.exists()
