"""A question of a quiz: every kind, answered right, wrong and not at all."""

from __future__ import annotations

import pytest

from course.models import Question, QuizAnswer
from tests.course.conftest import FIRST, SECOND

pytestmark = pytest.mark.django_db


def option(slug: str, text: str) -> str:
    """The id of the option whose text begins so."""
    options = Question.objects.get(slug=slug).body["options"]
    (found,) = [option["id"] for option in options if text in option["html"]]
    return found


def ask(lesson: str, slug: str) -> str:
    return f"{lesson}quiz/{slug}/"


def test_a_right_answer_is_kept_and_every_option_explained(tiny, learner, browser_of):
    browser = browser_of(learner)
    answer = browser.post(ask(FIRST, "which-is-an-error"), {"answer": option("which-is-an-error", "503")})
    assert answer["Location"] == f"{FIRST}#question-which-is-an-error"
    page = browser.get(FIRST).content.decode()
    assert "The server says that it cannot answer." in page
    assert "A redirect is healthy traffic." in page
    assert QuizAnswer.objects.get().correct


def test_a_wrong_answer_is_kept_too_and_may_be_given_again(tiny, learner, browser_of):
    browser = browser_of(learner)
    address = ask(FIRST, "which-is-an-error")
    browser.post(address, {"answer": option("which-is-an-error", "302")})
    assert not QuizAnswer.objects.get().correct
    assert "Not right." in browser.get(FIRST).content.decode()
    browser.post(address, {"answer": option("which-is-an-error", "503")})
    kept = QuizAnswer.objects.get()
    assert kept.correct
    assert kept.tries == 2


@pytest.mark.parametrize(
    ("slug", "posted"),
    [
        ("which-is-an-error", {"answer": "302"}),
        ("which-are-healthy", {"answer": "503"}),
        ("spot-the-eager-line", {"answer": "line-1"}),
        ("error-budget", {"answer": "100.8"}),
    ],
)
def test_a_wrong_answer_names_the_misconception_behind_it(tiny, learner, browser_of, slug, posted):
    question = Question.objects.get(slug=slug)
    if slug.startswith("which"):
        posted = {"answer": option(slug, posted["answer"])}
    browser = browser_of(learner)
    assert "What leads there is a common belief" not in browser.get(FIRST).content.decode()
    browser.post(ask(FIRST, slug), posted)
    slips = question.body.get("options") or question.body["mistakes"]
    sentences = {slip["misconception"] for slip in slips if slip.get("misconception")}
    page = browser.get(FIRST).content.decode()
    assert sum(f"What leads there is a common belief: “{sentence}”" in page for sentence in sentences) == 1


@pytest.mark.parametrize("slug", ["steps", "shell-and-python"])
def test_a_wrong_order_or_match_names_its_misconception(tiny, learner, browser_of, slug):
    body = Question.objects.get(slug=slug).body
    if slug == "steps":
        posted = {f"place-{item['id']}": place for place, item in enumerate(reversed(body["items"]), start=1)}
    else:
        rights = [pair["right_id"] for pair in body["pairs"]]
        posted = {f"match-{pair['left_id']}": rights[0] for pair in body["pairs"]}
    browser = browser_of(learner)
    browser.post(ask(SECOND, slug), posted)
    assert f"common belief: “{body['misconception']}”" in browser.get(SECOND).content.decode()


def test_the_result_takes_the_focus_where_it_is_swapped_in_and_nowhere_else(tiny, learner, browser_of):
    browser, posted = browser_of(learner), {"answer": option("which-is-an-error", "302")}
    address = ask(FIRST, "which-is-an-error")
    swapped = browser.post(address, posted, headers={"HX-Request": "true"}).content.decode()
    assert 'id="result-which-is-an-error"' in swapped
    assert 'tabindex="-1" autofocus' in swapped
    assert "autofocus" not in browser.get(FIRST).content.decode()


def test_a_finished_quiz_says_what_comes_next(tiny, learner, browser_of):
    browser = browser_of(learner)
    for question in Question.objects.filter(lesson__slug="counting-lines"):
        assert "You have answered all questions" not in browser.get(FIRST).content.decode()
        answer = question.body["options"][0]["id"] if question.kind != "numeric" else "1"
        page = browser.post(
            ask(FIRST, question.slug), {"answer": answer}, headers={"HX-Request": "true"}
        ).content.decode()
    assert 'id="quiz-end" hx-swap-oob="true"' in page
    assert "You have answered all questions of this lesson, 3 of 5 right." in page
    assert 'href="/docs/basics/week1/quiz/"' in page
    assert 'href="/review/"' in page


def test_before_an_answer_nothing_gives_it_away(tiny, learner, browser_of):
    page = browser_of(learner).get(FIRST).content.decode()
    assert "A redirect is healthy traffic." not in page
    assert "data-correct" not in page
    assert "10.08" not in page


@pytest.mark.parametrize("posted", [{}, {"answer": "no-such-option"}, {"answer": ""}])
def test_an_answer_that_is_none_costs_no_try_and_says_what_is_missing(tiny, learner, browser_of, posted):
    page = browser_of(learner).post(ask(FIRST, "which-is-an-error"), posted)
    assert page.status_code == 422
    assert "Choose an answer first." in page.content.decode()
    assert not QuizAnswer.objects.exists()


def test_htmx_gets_the_question_and_the_standing(tiny, learner, browser_of):
    page = browser_of(learner).post(
        ask(FIRST, "which-is-an-error"),
        {"answer": option("which-is-an-error", "503")},
        headers={"HX-Request": "true"},
    )
    text = page.content.decode()
    assert 'id="question-which-is-an-error"' in text
    assert 'id="lesson-standing" aria-labelledby="standing-title" hx-swap-oob="true"' in text
    assert "1 of 5" in text
    assert "<html" not in text


@pytest.mark.parametrize(
    ("chosen", "correct"), [(["200", "302"], True), (["200"], False), (["200", "302", "503"], False)]
)
def test_multi_wants_all_right_ones_and_no_other(tiny, learner, browser_of, chosen, correct):
    ids = [option("which-are-healthy", text) for text in chosen]
    browser_of(learner).post(ask(FIRST, "which-are-healthy"), {"answer": ids})
    assert QuizAnswer.objects.get().correct is correct


@pytest.mark.parametrize(
    ("typed", "correct"),
    [
        ("10.08", True),
        ("10.1 min", True),
        ("10,08", True),
        (" 10 ", True),
        ("100.8", False),
        ("-10.08", False),
        ("1e1", True),
    ],
)
def test_a_number_counts_within_its_tolerance_with_or_without_its_unit(
    tiny, learner, browser_of, typed, correct
):
    browser_of(learner).post(ask(FIRST, "error-budget"), {"answer": typed})
    assert QuizAnswer.objects.get().correct is correct


@pytest.mark.parametrize("typed", ["", "ten", "nan", "inf", "1e999", "10 20 s", "0x10", "1" * 5000 + "e"])
def test_what_is_no_number_is_not_judged(tiny, learner, browser_of, typed):
    page = browser_of(learner).post(ask(FIRST, "error-budget"), {"answer": typed})
    assert page.status_code == 422
    assert "Write one number, such as 12.5." in page.content.decode()
    assert not QuizAnswer.objects.exists()


def test_a_known_mistake_is_explained(tiny, learner, browser_of):
    browser = browser_of(learner)
    browser.post(ask(FIRST, "error-budget"), {"answer": "100.8"})
    assert "That is one percent." in browser.get(FIRST).content.decode()


def test_output_is_shown_as_it_would_be_printed(tiny, learner, browser_of):
    browser = browser_of(learner)
    assert "<code>[1, 2] []</code>" in browser.get(FIRST).content.decode()
    browser.post(ask(FIRST, "read-twice"), {"answer": option("read-twice", "[1, 2] []")})
    assert QuizAnswer.objects.get().correct


def test_lines_are_numbered_where_one_is_to_be_found(tiny, learner, browser_of):
    browser = browser_of(learner)
    assert '<span class="lineno">2 </span>' in browser.get(FIRST).content.decode()
    assert "Line 2: <code>lines = file.readlines()</code>" in browser.get(FIRST).content.decode()
    browser.post(ask(FIRST, "spot-the-eager-line"), {"answer": "line-2"})
    assert QuizAnswer.objects.get().correct


def steps() -> list[str]:
    return [item["id"] for item in Question.objects.get(slug="steps").body["items"]]


def test_steps_in_the_right_order(tiny, learner, browser_of):
    places = {f"place-{step}": place for place, step in enumerate(steps(), start=1)}
    browser_of(learner).post(ask(SECOND, "steps"), places)
    assert QuizAnswer.objects.get().correct


def test_steps_in_another_order_are_each_explained(tiny, learner, browser_of):
    first, second, third = steps()
    browser = browser_of(learner)
    browser.post(ask(SECOND, "steps"), {f"place-{first}": 2, f"place-{second}": 1, f"place-{third}": 3})
    assert not QuizAnswer.objects.get().correct
    page = browser.get(SECOND).content.decode()
    assert "Only counts can be ordered." in page
    assert page.count('data-correct="false"') == 2


def test_two_steps_cannot_share_a_place(tiny, learner, browser_of):
    page = browser_of(learner).post(ask(SECOND, "steps"), {f"place-{step}": 1 for step in steps()})
    assert page.status_code == 422
    assert "Give each step a place of its own, from 1 to 3." in page.content.decode()


@pytest.mark.parametrize("swapped", [False, True])
def test_pairs_match_or_do_not(tiny, learner, browser_of, swapped):
    pairs = Question.objects.get(slug="shell-and-python").body["pairs"]
    rights = [pair["right_id"] for pair in pairs]
    chosen = reversed(rights) if swapped else rights
    posted = {f"match-{pair['left_id']}": right for pair, right in zip(pairs, chosen, strict=True)}
    browser_of(learner).post(ask(SECOND, "shell-and-python"), posted)
    assert QuizAnswer.objects.get().correct is not swapped


def test_a_question_belongs_to_its_lesson(tiny, learner, browser_of):
    assert browser_of(learner).post(ask(SECOND, "which-is-an-error")).status_code == 404


def test_a_stranger_cannot_answer(tiny, stranger):
    assert stranger.post(ask(FIRST, "which-is-an-error"), {"answer": "x"}).status_code == 302
    assert not QuizAnswer.objects.exists()


KINDS = ["which-is-an-error", "which-are-healthy", "read-twice", "spot-the-eager-line", "error-budget"]


@pytest.mark.parametrize("slug", [*KINDS, "steps", "shell-and-python"])
@pytest.mark.parametrize("kept", ["gone", ["gone"], [{}], {"gone": "gone"}, 7.5, True])
def test_an_answer_to_what_was_asked_before_the_question_changed_breaks_no_page(
    tiny, learner, browser_of, slug, kept
):
    question = Question.objects.select_related("lesson").get(slug=slug)
    QuizAnswer.objects.create(user=learner, question=question, answer=kept, correct=True)
    lesson = FIRST if question.lesson.slug == "counting-lines" else SECOND
    page = browser_of(learner).get(lesson)
    assert page.status_code == 200
    fits = slug == "error-budget" and kept in (7.5, True)
    assert ("data-answered" in page.content.decode()) is fits


def test_a_corrected_question_judges_a_kept_answer_anew(tiny, learner, browser_of):
    browser = browser_of(learner)
    browser.post(ask(FIRST, "error-budget"), {"answer": "7.5"})
    assert 'data-answered="wrong"' in browser.get(FIRST).content.decode()
    question = Question.objects.get(slug="error-budget")
    question.body["answer"] = 7.5
    question.save()
    assert 'data-answered="right"' in browser.get(FIRST).content.decode()
