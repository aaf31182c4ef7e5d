"""The page of one submission: who sees it, and that every way of ending has a page that helps."""

from __future__ import annotations

import re
from html import unescape

import msgspec
import pytest

from grading.models import CheckResult, Figure, Submission
from grading.review import review
from grading.sandbox.wire import Figures, Limits, MeasuredBy
from grading.verdict import Outcome, Verdict
from tests.grading.conftest import RIGHT
from tests.grading.queries import queries_of

EVIL = "<script>alert(1)</script>"
USED = Figures(
    measured_by=MeasuredBy.CGROUP_2,
    limits=Limits(cpu_s=2.5, memory_mb=99),
    cpu_ms=12,
    wall_ms=34,
    memory_bytes=5 << 20,
    processes=3,
    stdout_bytes=12 << 10,
)


@pytest.fixture
def ended(learner, exercise):
    def ended(verdict="passed", **other):
        values = {"files": {"solution.py": RIGHT}, "usage": msgspec.to_builtins(USED), **other}
        return Submission.objects.create(
            user=learner, exercise=exercise, state="done", verdict=verdict, **values
        )

    return ended


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_has_a_page_with_its_sentence_and_a_next_step(ended, verdict, browser_of, learner):
    submission = ended(verdict)
    html = unescape(browser_of(learner).get(submission.get_absolute_url()).content.decode())
    assert f'data-verdict="{verdict.value}"' in html
    assert verdict.words.sentence in html
    assert verdict.words.next_step in html


@pytest.mark.parametrize("outcome", list(Outcome))
def test_each_outcome_of_a_check_is_said_in_words(ended, outcome, browser_of, learner):
    submission = ended("failed")
    CheckResult.objects.create(submission=submission, position=0, name="t", title="T", outcome=outcome)
    html = browser_of(learner).get(submission.get_absolute_url()).content.decode()
    assert f'data-outcome="{outcome.value}"' in html
    assert f">{outcome.word}<" in html


def test_the_author_and_their_instructor_see_it(ended, browser_of, learner, instructor, admin_user):
    submission = ended()
    for person in (learner, instructor, admin_user):
        assert browser_of(person).get(submission.get_absolute_url()).status_code == 200


def test_a_fellow_learner_and_another_instructor_do_not(
    ended, browser_of, other_learner, other_instructor, stranger
):
    submission = ended()
    for person in (other_learner, other_instructor):
        assert browser_of(person).get(submission.get_absolute_url()).status_code == 404
    assert stranger.get(submission.get_absolute_url()).status_code == 302


def test_it_shows_what_the_run_used_against_the_limits_it_had(ended, browser_of, learner, exercise):
    """Those of the run, which the exercise may have changed since."""
    exercise.limits = {"cpu_s": 1, "memory_mb": 1}
    exercise.save()
    html = unescape(browser_of(learner).get(ended().get_absolute_url()).content.decode())
    assert "12 ms of 2.5 s processor time, 5.0 MB of 99 MB memory, 3 of 32 processes, 12 kB printed" in html
    assert "counted by the kernel's control group (v2)" in html


def test_what_cannot_be_measured_is_said_to_be_so(ended, browser_of, learner):
    by_proc = msgspec.structs.replace(
        USED, measured_by=MeasuredBy.PROC, memory_bytes=None, processes=None, cpu_ms=20
    )
    submission = ended(usage=msgspec.to_builtins(by_proc))
    html = unescape(browser_of(learner).get(submission.get_absolute_url()).content.decode())
    assert "20 ms of 2.5 s processor time, 12 kB printed" in html
    assert html.count("cannot be measured here") == 2


def test_where_nothing_ran_to_an_end_nothing_is_said_to_be_used(ended, browser_of, learner):
    submission = ended("platform-error", usage={})
    html = browser_of(learner).get(submission.get_absolute_url()).content.decode()
    assert "What this run used" not in html


def test_its_instructor_reads_the_figures_beside_the_review(ended, browser_of, instructor):
    url = f"/admin/grading/submission/{ended().pk}/change/"
    assert "12 ms of 2.5 s processor time" in browser_of(instructor).get(url).content.decode()


def test_a_picture_is_served_to_who_may_see_the_submission(ended, browser_of, learner, other_learner):
    submission = ended()
    Figure.objects.create(
        submission=submission, position=0, png=b"\x89PNG...", width=640, height=480, text="p99 over time"
    )
    html = browser_of(learner).get(submission.get_absolute_url()).content.decode()
    assert 'alt="p99 over time"' in html
    response = browser_of(learner).get(f"{submission.get_absolute_url()}figures/0.png")
    assert (response["Content-Type"], response.content) == ("image/png", b"\x89PNG...")
    assert browser_of(learner).get(f"{submission.get_absolute_url()}figures/1.png").status_code == 404
    assert browser_of(other_learner).get(f"{submission.get_absolute_url()}figures/0.png").status_code == 404


def test_what_comes_from_code_and_people_is_text_only(ended, browser_of, learner, instructor):
    submission = ended("failed", stdout=EVIL, stderr=EVIL, detail=EVIL, files={"solution.py": EVIL})
    CheckResult.objects.create(
        submission=submission,
        position=0,
        name="t",
        title=EVIL,
        outcome="failed",
        message=EVIL,
        explanation=EVIL,
        traceback=EVIL,
    )
    Figure.objects.create(submission=submission, position=0, png=b"", width=1, height=1, text=EVIL)
    review(submission, instructor, decision="comment", comment=EVIL)
    for name in (learner, instructor):
        name.name = EVIL
        name.save()
    for url in (submission.get_absolute_url(), f"/admin/grading/submission/{submission.pk}/change/"):
        html = browser_of(instructor).get(url).content.decode()
        assert EVIL not in html


def test_code_in_an_authors_sentence_is_shown_as_code(ended, browser_of, learner):
    submission = ended("failed")
    CheckResult.objects.create(
        submission=submission,
        position=0,
        name="t",
        title="A `-` is 0",
        outcome="failed",
        message="Define `f`.",
    )
    html = browser_of(learner).get(submission.get_absolute_url()).content.decode()
    assert "A <code>-</code> is 0" in html
    assert "Define <code>f</code>." in html


def test_the_learner_reads_the_review_beside_the_verdict(ended, browser_of, learner, instructor):
    submission = ended("partly-passed")
    review(
        submission, instructor, decision="changes", comment="Handle **zero**.", score=6, score_reason="Half."
    )
    html = browser_of(learner).get(submission.get_absolute_url()).content.decode()
    assert "<strong>zero</strong>" in html
    assert "changes wanted" in html
    assert "6 of 10 points" in html
    assert 'data-verdict="partly-passed"' in html


def test_the_page_costs_the_same_however_much_there_is(ended, browser_of, learner, instructor):
    submission = ended()
    client = browser_of(learner)

    def grow(start, stop):
        for n in range(start, stop):
            CheckResult.objects.create(
                submission=submission, position=n, name=f"t{n}", title="T", outcome="passed"
            )
            Figure.objects.create(submission=submission, position=n, png=b"", width=1, height=1)
            review(submission, instructor, decision="comment", comment="Good.")

    grow(0, 1)
    client.get(submission.get_absolute_url())  # the first look is noted, by one more
    few = queries_of(client, submission.get_absolute_url())
    grow(1, 12)
    assert queries_of(client, submission.get_absolute_url()) == few <= 10


# --- Check by check -----------------------------------------------------------------------------


@pytest.fixture
def check_html(ended, browser_of, learner):
    """The page of a submission with these checks, each a dict of what is not usual."""

    def check_html(*checks, verdict="partly-passed"):
        submission = ended(verdict)
        for position, other in enumerate(checks):
            usual = {"name": f"test_{position}", "title": f"Claim {position}", "outcome": "failed"}
            CheckResult.objects.create(submission=submission, position=position, **{**usual, **other})
        return browser_of(learner).get(submission.get_absolute_url()).content.decode()

    return check_html


def test_what_was_expected_stands_beside_what_came_back(check_html):
    html = check_html({"explanation": "assert [1, 2] == [1, 3]"})
    expected, got = html.index(">Expected<"), html.index(">Your code gave<")
    assert expected < got
    before = html.index('data-side="before"')
    assert "3</mark>" in html[before : html.index('data-side="after"')]
    assert "2</mark>" in html[html.index('data-side="after"') :]


def test_where_nothing_was_compared_no_table_is_shown(check_html):
    assert ">Expected<" not in check_html({"explanation": "assert False"})
    assert ">Expected<" not in check_html({"explanation": "", "hidden": True})


def test_values_of_the_code_are_text_only_in_the_table_too(check_html):
    html = check_html({"explanation": f"assert {EVIL!r} == 'other <b>'"})
    assert EVIL not in html
    assert "<b>" not in html


def test_what_failed_is_open_and_first_and_what_passed_is_folded_below(check_html):
    html = check_html({"outcome": "passed"}, {"outcome": "failed"}, {"outcome": "crashed"})
    order = re.findall(r'data-check="test_(\d)" data-outcome="[a-z]+">\s*<details( open)?>', html)
    assert order == [("1", " open"), ("2", " open"), ("0", "")]


def test_a_visible_check_leads_to_its_code_and_a_hidden_one_says_why_not(check_html, exercise):
    html = check_html({"name": "test_of_two[3]"}, {"name": "test_secret", "hidden": True})
    assert f'href="{exercise.get_absolute_url()}#code-test_of_two"' in html
    assert "#code-test_secret" not in html
    assert "The code of a hidden check is not shown." in html


def test_time_and_memory_stand_beside_their_limits_as_bars(check_html):
    html = check_html()
    bars = re.findall(r'<progress max="100" value="(\d+)" aria-labelledby="meter-\d">', html)
    assert bars == ["0", "0", "5"]  # 12 of 2,500 ms; 34 ms of 15 s; 5 of 99 MB
    assert "5.0 MB of 99 MB" in html
    assert "close to its limit" not in html
