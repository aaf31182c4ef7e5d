"""The picture of the weeks."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from course.models import Lesson, WeekProgress
from course.progress import mark_read, week_progress
from course.weekmap import BAR_HEIGHT, weekmap

pytestmark = pytest.mark.django_db


def test_each_week_is_a_bar_and_the_last_two_share_one(tiny, learner):
    map_ = weekmap(week_progress(learner))
    assert [bar.numbers for bar in map_.bars] == ["1", "2", "3–4"]
    assert [bar.state for bar in map_.bars] == ["open", "open", "planned"]
    ends = [bar.x + bar.width for bar in map_.bars]
    assert all(end < later.x for end, later in zip(ends, map_.bars[1:], strict=False)), "bars do not touch"
    assert ends[-1] == map_.width
    assert map_.bars[2].width > 2 * map_.bars[0].width


def test_a_bar_fills_with_the_lessons_done(tiny, learner):
    lesson = Lesson.objects.get(slug="counting-lines")
    mark_read(learner, lesson)
    assert weekmap(week_progress(learner)).bars[0].state == "started"
    assert weekmap(week_progress(learner)).bars[0].filled == 0
    WeekProgress.objects.update(lessons_done=1)
    (bar, *_) = weekmap(week_progress(learner)).bars
    assert (bar.state, bar.filled, bar.fill_top) == ("done", BAR_HEIGHT, 14)


def test_the_cohorts_week_is_marked_also_in_the_second_of_two(tiny, learner):
    weeks = week_progress(learner)
    assert [bar.now for bar in weekmap(weeks, now=4).bars] == [False, False, True]
    assert not any(bar.now for bar in weekmap(weeks).bars)


def test_the_picture_says_the_same_in_words_and_in_a_table(tiny, learner):
    html = render_to_string("parts/weekmap.html", {"weekmap": weekmap(week_progress(learner), now=1)})
    assert "0 of 2 written lessons in all" in html
    assert html.count("<tr>") == 4
    assert '<td class="planned" colspan="2">planned</td>' in html
    assert "style=" not in html


def test_no_course_is_an_empty_picture():
    assert weekmap([]).bars == []
