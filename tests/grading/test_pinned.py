"""Which version of the checks grades a submission, what the row says of it, and what the page shows."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.utils import timezone

from course.models import Exercise, ExerciseVersion
from course.versions import keep_versions, version_of
from grading.grade import ClaimLost, grade, grade_next
from grading.job import job_for
from grading.models import Submission
from grading.submit import submit
from grading.verdict import Verdict
from tests.grading.conftest import RIGHT, TESTS, WRONG
from tests.grading.queries import queries_of

HIDDEN = '\n\n@pytest.mark.hidden\ndef test_hidden(solution):\n    """A secret"""\n    assert True, "no"\n'
STRICTER = TESTS.replace("solution.double(2) == 4", "solution.double(2) == 5")
HTMX = {"HX-Request": "true"}


def reload_course(exercise: Exercise, content_hash: str, **values: object) -> Exercise:
    """Another process loads the course, with another exercise of the same slug in it."""
    Exercise.objects.filter(pk=exercise.pk).update(content_hash=content_hash, **values)
    loaded = Exercise.objects.get(pk=exercise.pk)
    keep_versions([loaded], {"logs/a.csv": "of-" + content_hash})
    return loaded


@pytest.fixture
def sent(learner, exercise):
    return submit(learner, exercise, {"solution.py": RIGHT})


@pytest.fixture
def graded(sent):
    grade_next("interactive")
    sent.refresh_from_db()
    return sent


def test_a_course_loaded_between_submit_and_claim_does_not_grade_what_was_sent_before(sent, exercise):
    reload_course(exercise, "d" * 64, tests=STRICTER)
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.verdict, sent.content_hash) == ("passed", "c" * 64)
    assert sent.version.tests == TESTS


def test_a_course_loaded_while_the_page_is_open_leaves_hash_and_checks_together(learner, exercise):
    """The request has read the exercise, the course is loaded, the request goes on to submit."""
    reload_course(exercise, "d" * 64, tests=STRICTER)
    sent = submit(learner, exercise, {"solution.py": RIGHT})  # still the row as it was read before
    assert (sent.content_hash, sent.version.tests) == ("c" * 64, TESTS)
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.verdict, sent.content_hash) == ("passed", "c" * 64)


def test_a_course_loaded_while_it_runs_changes_neither_the_verdict_nor_the_hash(
    sent, exercise, fake_runner, monkeypatch
):
    run = fake_runner.run

    def loads_meanwhile(self, job, on_event):
        reload_course(exercise, "d" * 64, tests=STRICTER)
        return run(self, job, on_event)

    monkeypatch.setattr(fake_runner, "run", loads_meanwhile)
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.verdict, sent.content_hash, sent.version.content_hash) == ("passed", "c" * 64, "c" * 64)


def test_a_row_that_was_made_without_a_version_gets_todays_when_it_is_claimed(learner, exercise):
    made = Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    reload_course(exercise, "d" * 64, tests=STRICTER)
    grade_next("interactive")
    made.refresh_from_db()
    assert (made.verdict, made.content_hash, made.version.tests) == ("partly-passed", "d" * 64, STRICTER)


def test_a_version_whose_data_have_changed_on_disk_gives_way_to_todays(learner, exercise):
    before = reload_course(exercise, "d" * 64, data=["logs"])
    sent = submit(learner, before, {"solution.py": RIGHT})
    reload_course(exercise, "e" * 64)
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.content_hash, sent.version.data_files) == ("e" * 64, {"logs/a.csv": "of-" + "e" * 64})


def test_a_version_whose_data_are_the_same_today_is_kept(learner, exercise):
    before = reload_course(exercise, "d" * 64, data=["logs"])
    sent = submit(learner, before, {"solution.py": RIGHT})
    after = reload_course(exercise, "e" * 64, tests=STRICTER)
    ExerciseVersion.objects.filter(exercise=after).update(data_files={"logs/a.csv": "1"})
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.content_hash, sent.verdict) == ("d" * 64, "passed")


def test_a_worker_whose_claim_is_stale_pins_nothing(learner, exercise):
    made = Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    late = Submission.objects.claim_next("interactive")
    Submission.objects.update(state="queued", claim=None)
    with pytest.raises(ClaimLost):
        grade(late)
    made.refresh_from_db()
    assert (made.version, made.content_hash) == (None, "")


def test_what_broke_on_our_side_is_tried_again_with_todays_checks(sent, exercise):
    Submission.objects.update(state="done", verdict=Verdict.PLATFORM_ERROR, seen_at=timezone.now())
    reload_course(exercise, "d" * 64, tests=STRICTER)
    Submission.objects.retry()
    grade_next("interactive")
    sent.refresh_from_db()
    assert (sent.verdict, sent.content_hash, sent.seen_at) == ("partly-passed", "d" * 64, None)


def test_the_job_is_that_of_the_version(sent, exercise):
    version = sent.version
    ExerciseVersion.objects.filter(pk=version.pk).update(limits={"cpu_s": 3}, permissions=["loopback"])
    sent.refresh_from_db()
    job = job_for(sent)
    assert (job.tests, job.limits.cpu_s, [one.value for one in job.permissions]) == (TESTS, 3, ["loopback"])


# --- When each step came ------------------------------------------------------------------------


def test_each_step_is_stored_in_its_order(graded):
    steps = ["created_at", "claimed_at", "started_at", "checked_at", "finished_at"]
    times = [getattr(graded, step) for step in steps]
    assert None not in times
    assert times == sorted(times)


def test_code_that_never_came_to_a_check_has_no_beginning_of_one(learner, exercise):
    sent = submit(learner, exercise, {"solution.py": "def ("})
    grade_next("interactive")
    sent.refresh_from_db()
    assert sent.verdict == "does-not-compile"
    assert (sent.started_at, sent.checked_at is None) == (None, False)


@pytest.mark.parametrize("place", ["submission", "exercise", "poll"])
def test_the_first_look_of_its_author_is_noted_once(graded, browser_of, learner, place):
    url = graded.get_absolute_url() if place == "submission" else graded.exercise.get_absolute_url()
    headers = HTMX if place == "poll" else {}
    client = browser_of(learner)
    client.get(url, headers=headers)
    graded.refresh_from_db()
    first = graded.seen_at
    assert first > graded.finished_at
    client.get(url, headers=headers)
    graded.refresh_from_db()
    assert graded.seen_at == first


def test_others_looks_and_looks_before_the_verdict_are_not_its_authors(sent, browser_of, learner, instructor):
    browser_of(learner).get(sent.get_absolute_url())
    grade_next("interactive")
    browser_of(instructor).get(sent.get_absolute_url())
    sent.refresh_from_db()
    assert sent.seen_at is None


def test_a_look_at_what_was_seen_writes_nothing(graded, browser_of, learner):
    client, url = browser_of(learner), graded.get_absolute_url()
    first = queries_of(client, url)
    assert queries_of(client, url) < first


# --- What the page tells of it ------------------------------------------------------------------


def shown(client, submission) -> str:
    html = client.get(submission.get_absolute_url()).content.decode()
    return re.sub(r"\s+", " ", unescape(html))


def text_of(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_it_says_that_todays_checks_graded_it(graded, browser_of, learner):
    html = shown(browser_of(learner), graded)
    assert f"Graded by version <code>{'c' * 12}</code> of the checks" in html
    assert "which is today's" in html
    assert "solution.double(2) == 4" in text_of(html)


def test_years_later_it_shows_the_checks_that_graded_it(graded, exercise, browser_of, learner):
    ExerciseVersion.objects.update(first_seen="2026-03-12T12:00Z")
    reload_course(exercise, "d" * 64, tests=STRICTER, limits={"cpu_s": 9})
    html = shown(browser_of(learner), graded)
    assert f"Graded by version <code>{'c' * 12}</code> of the checks (of 12 Mar 2026), not today's." in html
    assert "Changed since: the checks, the limits." in html
    assert "solution.double(2) == 4" in text_of(html)
    assert "solution.double(2) == 5" not in text_of(html)


def test_where_only_the_bytes_of_a_data_set_changed_it_says_so(graded, exercise, browser_of, learner):
    reload_course(exercise, "d" * 64)
    assert "Changed since: the data." in shown(browser_of(learner), graded)


def test_hidden_checks_are_shown_to_who_teaches_and_not_to_the_author(
    learner, lesson, exercise, browser_of, instructor
):
    exercise.tests, exercise.content_hash = TESTS + HIDDEN, "e" * 64
    exercise.save()
    sent = submit(learner, exercise, {"solution.py": WRONG})
    Submission.objects.update(state="done", verdict="failed")
    assert "test_hidden" not in shown(browser_of(learner), sent)
    assert "test_hidden" in text_of(shown(browser_of(instructor), sent))
    url = f"/admin/grading/submission/{sent.pk}/change/"
    assert "test_hidden" in text_of(browser_of(instructor).get(url).content.decode())


def test_a_submission_from_before_versions_were_kept_says_what_is_known(learner, exercise, browser_of):
    old = Submission.objects.create(
        user=learner, exercise=exercise, files={"solution.py": RIGHT}, state="done", verdict="passed",
        content_hash="a" * 64,
    )  # fmt: skip
    html = shown(browser_of(learner), old)
    assert f"only the mark <code>{'a' * 12}</code> is known" in html
    assert "Today's have the same." not in html


def test_the_steps_are_a_table_in_milliseconds(graded, browser_of, learner):
    Submission.objects.update(
        **{
            step: f"2026-03-12T12:00:00.{ms:03}Z"
            for step, ms in [
                ("created_at", 0), ("claimed_at", 12), ("started_at", 52),
                ("checked_at", 92), ("finished_at", 95), ("seen_at", 115),
            ]
        }
    )  # fmt: skip
    html = shown(browser_of(learner), graded)
    assert re.findall(r'class="number">(\d+) ms', html.partition("When each step came")[2]) == [
        "12", "40", "40", "3", "20",
    ]  # fmt: skip


def test_one_version_is_kept_however_often_it_is_asked_for(exercise):
    assert version_of(exercise) == version_of(exercise)
    keep_versions([exercise], {})
    assert ExerciseVersion.objects.count() == 1
