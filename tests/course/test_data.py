"""The files of a data set, to be kept: those of the manifest, for members, and nothing else."""

from __future__ import annotations

import pytest
from django.http import Http404

from course.data_sets import data_file, data_sets
from course.models import Exercise
from tests.course.conftest import FIRST, SECOND, TINY

pytestmark = pytest.mark.django_db
FILE = "/data/tiny-log-v1/access.log"


@pytest.fixture(autouse=True)
def content(settings):
    settings.GRADIENT_CONTENT = TINY


def test_a_member_keeps_a_file(tiny, learner, browser_of):
    answer = browser_of(learner).get(FILE)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == 'attachment; filename="tiny-log-v1-access.log"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == (TINY / "data/tiny-log-v1/access.log").read_bytes()


def test_strangers_and_people_without_a_place_do_not(tiny, stranger, learner, browser_of):
    assert stranger.get(FILE).status_code == 302
    learner.enrolments.all().delete()
    assert browser_of(learner).get(FILE).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/data/tiny-log-v1/other.log",
        "/data/tiny-log-v1/..%2f..%2fcourse.md",
        "/data/tiny-log-v1/../MANIFEST.sha256",
        "/data/tiny-log-v1/%2e%2e",
        "/data/other/access.log",
        "/data/MANIFEST.sha256",
        "/data/tiny-log-v1/",
    ],
)
def test_what_the_manifest_does_not_name_is_not_found(tiny, learner, browser_of, address):
    assert browser_of(learner).get(address).status_code == 404


@pytest.mark.parametrize("name", ["../MANIFEST.sha256", "", ".", "..", "access.log/"])
def test_a_name_is_looked_up_and_never_a_path(name):
    with pytest.raises(Http404):
        data_file("tiny-log-v1", name)
    with pytest.raises(Http404):
        data_file("..", "course.md")


def test_lesson_and_exercise_say_which_data_there_are_and_how_large(tiny, learner, browser_of):
    Exercise.objects.filter(slug="count-errors").update(data=["tiny-log-v1"])
    for address in (FIRST, f"{FIRST}count-errors/"):
        text = browser_of(learner).get(address).content.decode()
        assert f'<a href="{FILE}" download>access.log</a>' in text
        assert "bytes</span>" in text
    assert "data-sets" not in browser_of(learner).get(SECOND).content.decode()


def test_a_site_without_the_files_says_nothing_of_them(tmp_path, settings):
    settings.GRADIENT_CONTENT = tmp_path
    assert data_sets(["tiny-log-v1"]) == []
    with pytest.raises(Http404):
        data_file("tiny-log-v1", "access.log")
