"""A block of a lesson that is run in place: what is sent, what is shown, and what does not count."""

from __future__ import annotations

import pytest
from django.utils import timezone

from course.load import load
from course.models import Exercise, ExercisePass, Lesson
from grading.access import submissions_taught_by
from grading.grade import grade_next
from grading.job import job_for
from grading.models import Submission
from grading.runner import Report
from grading.sandbox.wire import Check, CheckDone, Drawn, Ending, Figures
from tests.course.conftest import FIRST, tiny_content
from tests.grading.queries import queries_of

__all__ = ["tiny_content"]
pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def tiny(course, tiny_content):
    load(tiny_content)
    return Lesson.objects.select_related("week__module").get(slug="counting-lines")


@pytest.fixture
def lesson_page(tiny, learner, browser_of):
    class Page:
        client = browser_of(learner)

        def run(self, number: int, *, htmx: bool = True, **blocks: str):
            sent = {name.replace("_", "-"): code for name, code in blocks.items()}
            headers = HTMX if htmx else {}
            return self.client.post(f"{FIRST}blocks/{number}/run/", sent, headers=headers)

    return Page()


@pytest.fixture
def says(fake_runner, monkeypatch):
    """Have the sandbox say that the block printed this."""

    def says(printed: str = "", end: str = "", drawings: list[Drawn] | None = None) -> None:
        check = Check("test_your_file_can_be_loaded", "Your file can be loaded", False)
        report = Report(
            Ending.FINISHED,
            figures=Figures(wall_ms=210),
            checks=[check],
            results=[CheckDone(check.name, "passed")],
            scratch=printed,
            scratch_end=end,
            drawings=drawings or [],
        )
        monkeypatch.setattr(fake_runner, "run", lambda self, job, on_event: report)

    return says


def made() -> Submission:
    return Submission.objects.get()


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def test_a_run_sends_every_block_and_the_reader_s_own_in_place_of_the_authors(lesson_page):
    page = lesson_page.run(2, block_1="print('mine')\r\n", block_2="int('x')", other="x")

    assert page.status_code == 200
    assert set(made().files) == {"blocks.py", "block-1", "block-2", "block-3"}
    assert made().files["block-1"] == "print('mine')\n"
    assert made().files["block-3"] == 'print("drawn")', "the author's, where nothing else came"
    assert made().files["blocks.py"].endswith("RAISES = {'block-2': 'ValueError'}\n")
    assert made().scratch == "from solution import run\nrun(2)\n"


def test_what_decides_how_it_runs_cannot_be_sent(lesson_page):
    lesson_page.client.post(f"{FIRST}blocks/1/run/", {"blocks.py": "mine", "scratch": "mine"}, headers=HTMX)

    assert "mine" not in made().files["blocks.py"]
    assert "mine" not in made().scratch
    job = job_for(made())
    assert not job.permissions
    assert job.limits.wall_s == 20


def test_what_it_printed_stands_below_the_block_and_is_only_text(lesson_page, says):
    says(f"1\n{EVIL}\n", drawings=[Drawn(png=b"png", width=4, height=2, text="p99")])
    lesson_page.run(1)
    assert grade_next("interactive")

    page = lesson_page.client.get(f"{FIRST}blocks/1/{made().pk}/", headers=HTMX)

    assert "Ran for 0.21 s." in text_of(page)
    assert "&lt;script&gt;" in text_of(page)
    assert EVIL not in text_of(page)
    assert f'src="/submissions/{made().pk}/figures/0.png" width="4" height="2" alt="p99"' in text_of(page)
    assert "hx-trigger" not in text_of(page), "what has ended asks no more"


def test_one_that_waits_asks_again(lesson_page):
    page = lesson_page.run(1)

    assert f'hx-get="{FIRST}blocks/1/{made().pk}/"' in text_of(page)
    assert "Queued." in text_of(page)


def test_one_that_was_stopped_says_why(lesson_page, says):
    says("1\n", end="It was not done after 20 s.")
    lesson_page.run(1)
    grade_next("interactive")

    assert "It was stopped: It was not done after 20 s." in text_of(
        lesson_page.client.get(f"{FIRST}blocks/1/{made().pk}/", headers=HTMX)
    )


def test_without_javascript_the_lesson_comes_again_with_the_result_and_what_was_typed(lesson_page, says):
    says("1\n")
    page = lesson_page.run(1, htmx=False, block_1="print(1)  # mine", block_3="# mine too")
    assert (page.status_code, page["Location"]) == (303, f"{FIRST}blocks/1/{made().pk}/#block-1")
    assert 'http-equiv="refresh"' in text_of(lesson_page.client.get(page["Location"]))

    grade_next("interactive")
    text = text_of(lesson_page.client.get(page["Location"]))

    assert "http-equiv" not in text
    assert "<h1>Counting lines</h1>" in text
    assert text.count("Your run") == 1 + text.count("Your run of block 1")
    assert "print(1) # mine</textarea>" in text
    assert "# mine too</textarea>" in text
    assert '<img alt="One bar of three is an error' in text
    assert f'src="{FIRST}statuses.svg"' in text, "the page stands deeper than the lesson"
    assert f'href="{FIRST}count-errors/"' in text
    assert 'href="#when-it-goes-wrong"' in text


@pytest.mark.parametrize("htmx", [True, False])
def test_too_many_within_a_minute_are_refused_and_nothing_typed_is_lost(lesson_page, settings, htmx):
    settings.GRADIENT_SUBMISSION_LIMIT = 1
    lesson_page.run(1, block_1="1")

    page = lesson_page.run(1, htmx=htmx, block_1="print('typed')")

    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "Wait 60 seconds" in text_of(page) or "within a minute" in text_of(page)
    assert htmx or "print(&#x27;typed&#x27;)</textarea>" in text_of(page)
    assert Submission.objects.count() == 1


def test_a_later_run_takes_the_place_of_one_that_waits(lesson_page):
    first = lesson_page.run(1, block_1="1")
    lesson_page.run(2)

    assert first.status_code == 200
    assert sorted(Submission.objects.values_list("state", flat=True)) == ["queued", "superseded"]


def test_it_is_no_attempt_and_no_progress_and_in_no_list(lesson_page, instructor, says):
    says("1\n")
    lesson_page.run(1)
    grade_next("interactive")

    assert made().is_try
    assert not Submission.objects.attempts().exists()
    assert not submissions_taught_by(instructor).exists()
    assert not ExercisePass.objects.exists()
    dashboard = lesson_page.client.get("/dashboard/").content.decode()
    assert str(made().pk) not in dashboard


@pytest.mark.parametrize("address", ["blocks/9/run/", "blocks/0/run/"])
def test_a_block_that_is_not_there_is_not_found(lesson_page, address):
    assert lesson_page.client.post(FIRST + address, headers=HTMX).status_code == 404


def test_a_lesson_without_blocks_has_none_to_run(lesson_page):
    Exercise.objects.filter(kind=Exercise.Kind.BLOCKS).update(retired_at=timezone.now())
    assert lesson_page.run(1).status_code == 404
    assert "tool--run" not in text_of(lesson_page.client.get(FIRST))


def test_a_run_is_seen_by_who_sent_it_alone(lesson_page, other_learner, instructor, stranger, browser_of):
    lesson_page.run(1)
    address = f"{FIRST}blocks/1/{made().pk}/"

    assert lesson_page.client.get(address).status_code == 200
    assert lesson_page.client.get(address.replace("/1/", "/2/")).status_code == 404, "it is of another block"
    for person in (other_learner, instructor):
        assert browser_of(person).get(address, headers=HTMX).status_code == 404
    assert stranger.get(address).status_code == 302
    assert stranger.post(f"{FIRST}blocks/1/run/").status_code == 302


def test_sending_is_a_post_and_asking_is_a_get(lesson_page):
    lesson_page.run(1)
    assert lesson_page.client.get(f"{FIRST}blocks/1/run/").status_code == 405
    assert lesson_page.client.post(f"{FIRST}blocks/1/{made().pk}/").status_code == 405


def test_asking_costs_the_same_however_much_was_run(lesson_page, says):
    says("1\n")
    lesson_page.run(1, block_1="0")
    grade_next("interactive")
    address = f"{FIRST}blocks/1/{made().pk}/"
    lesson_page.client.get(address)
    before = queries_of(lesson_page.client, address)
    for number in range(8):
        lesson_page.run(1, block_1=str(number + 1))
        grade_next("interactive")

    assert queries_of(lesson_page.client, address) == before


def test_our_failure_is_said_to_be_ours(lesson_page):
    lesson_page.run(1)
    Submission.objects.update(state="done", verdict="platform-error")

    text = text_of(lesson_page.client.get(f"{FIRST}blocks/1/{made().pk}/", headers=HTMX))

    assert "We failed, not you. Something of ours broke while your code ran." in text
    assert "Run it again in a minute" in text
    assert "hx-trigger" not in text
