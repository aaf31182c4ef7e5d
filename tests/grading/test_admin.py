"""The admin: an instructor finds, reads and reviews the submissions of their own learners."""

from __future__ import annotations

import pytest

from course.models import Cohort, Enrolment
from grading.models import Review, Submission
from tests.grading.conftest import RIGHT
from tests.grading.queries import queries_of

LIST = "/admin/grading/submission/"


def make_submission(user, exercise, **other):
    return Submission.objects.create(
        user=user,
        exercise=exercise,
        files={"solution.py": RIGHT},
        state="done",
        **({"verdict": "failed"} | other),
    )


@pytest.fixture
def submission(learner, exercise):
    return make_submission(learner, exercise)


def page_of(submission):
    return f"{LIST}{submission.pk}/change/"


def test_an_instructor_sees_the_submissions_of_their_cohort(browser_of, instructor, submission):
    client = browser_of(instructor)
    assert "Lena Learner" in client.get(LIST).content.decode()
    html = client.get(page_of(submission)).content.decode()
    assert 'class="highlight"' in html
    assert 'data-verdict="failed"' in html


def test_another_instructor_sees_none_of_it(browser_of, other_instructor, submission):
    client = browser_of(other_instructor)
    html = client.get(LIST).content.decode()
    assert "Lena Learner" not in html
    assert "learner@example.org" not in html
    assert client.get(page_of(submission)).status_code == 404
    assert client.post(page_of(submission), {"decision": "reviewed"}).status_code == 404
    assert client.get(f"{LIST}{submission.pk}/delete/").status_code in (302, 403, 404)
    assert not Review.objects.exists()


def test_a_learner_is_not_let_in(browser_of, learner, submission):
    assert browser_of(learner).get(LIST).status_code == 302
    assert browser_of(learner).get(page_of(submission)).status_code == 302


def test_an_admin_sees_everybodys(browser_of, admin_user, submission):
    assert "Lena Learner" in browser_of(admin_user).get(LIST).content.decode()
    assert browser_of(admin_user).get(page_of(submission)).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "verdict__exact=failed",
        "exercise__lesson__week__id__exact={week}",
        "exercise__id__exact={exercise}",
        "user__id__exact={user}",
        "review=none",
        "q=Lena",
    ],
)
def test_the_list_can_be_narrowed(browser_of, instructor, submission, other_learner, exercise, query):
    other = make_submission(other_learner, exercise, verdict="passed")
    Review.objects.create(submission=other, reviewer=instructor, decision="reviewed")
    query = query.format(week=exercise.lesson.week_id, exercise=exercise.pk, user=submission.user_id)
    html = browser_of(instructor).get(f"{LIST}?{query}").content.decode()
    assert page_of(submission) in html
    if "exercise" not in query:
        assert page_of(other) not in html


def test_the_filters_name_only_learners_of_the_instructors_cohorts(
    browser_of, instructor, submission, course, exercise, other_instructor
):
    from accounts.models import User

    elsewhere = Cohort.objects.create(course=course, name="Elsewhere", starts_on="2026-01-05")
    foreign = User.objects.create_user("foreign@example.org", name="Fay Foreign")
    Enrolment.objects.create(cohort=elsewhere, user=foreign)
    make_submission(foreign, exercise)
    assert "Fay Foreign" not in browser_of(instructor).get(LIST).content.decode()


def test_a_review_is_added_and_its_markdown_is_made_safe(browser_of, instructor, submission):
    response = browser_of(instructor).post(
        page_of(submission),
        {
            "decision": "changes",
            "comment": "Good **start**. <script>alert(1)</script>",
            "score": "",
            "score_reason": "",
        },
        follow=True,
    )
    review = Review.objects.get()
    assert review.reviewer == instructor
    assert "<strong>start</strong>" in review.comment_html
    assert "<script" not in review.comment_html
    assert "Your review is beside the submission now" in response.content.decode()
    submission.refresh_from_db()
    assert submission.verdict == "failed"


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"decision": "comment", "comment": "Ok", "score": "5"}, "Say in a sentence why"),
        ({"decision": "comment", "comment": "Ok", "score": "11", "score_reason": "x"}, "worth 10 points"),
        ({"decision": "changes"}, "Say what the learner should know"),
        ({"decision": "nonsense", "comment": "Ok"}, "Select a valid choice"),
    ],
)
def test_a_review_that_lacks_something_is_not_stored(browser_of, instructor, submission, sent, says):
    html = browser_of(instructor).post(page_of(submission), sent).content.decode()
    assert says in html
    assert not Review.objects.exists()


def test_nothing_else_can_be_changed(browser_of, admin_user, submission):
    client = browser_of(admin_user)
    client.post(page_of(submission), {"decision": "reviewed", "verdict": "passed", "state": "queued"})
    submission.refresh_from_db()
    assert (submission.verdict, submission.state) == ("failed", "done")
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{submission.pk}/delete/", {"post": "yes"}).status_code == 403


def test_the_pages_run_no_inline_script_and_no_inline_style(browser_of, instructor, submission):
    client = browser_of(instructor)
    for url in (LIST, page_of(submission)):
        response = client.get(url)
        html = response.content.decode()
        assert "script-src 'self'" in response["Content-Security-Policy"]
        assert "<script>" not in html
        assert " style=" not in html
        assert " onclick=" not in html


def test_list_and_page_cost_the_same_however_many_there_are(
    browser_of, instructor, submission, learner, other_learner, exercise
):
    client = browser_of(instructor)
    Review.objects.create(submission=submission, reviewer=instructor, decision="comment")
    few = queries_of(client, LIST), queries_of(client, page_of(submission))
    for n in range(30):
        other = make_submission((learner, other_learner)[n % 2], exercise)
        Review.objects.create(submission=other, reviewer=instructor, decision="comment")
    assert (queries_of(client, LIST), queries_of(client, page_of(submission))) == few
