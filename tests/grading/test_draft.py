"""Drafts: kept as they are typed, never overwritten by another page, nobody else's to see."""

from __future__ import annotations

import json
import re
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grading.drafts import PAGES_REMEMBERED, Draft, Mark, Text, save
from grading.models import Submission
from tests.grading.conftest import HALF_RIGHT, RIGHT, make_exercise

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
MINE, OTHERS = "# mine\n", "# from elsewhere\n"


class Tab:
    """One open page of the exercise: its hidden fields, and what its script sends."""

    def __init__(self, client: Client, exercise, query: str = "") -> None:
        self.client, self.exercise = client, exercise
        self.url = exercise.get_absolute_url()
        self.html = client.get(f"{self.url}{query}").content.decode()
        self.marks = dict(re.findall(r'name="draft_(\w+)" value="([^"]*)"', self.html))
        self.turn = int(self.marks["turn"])

    def fields(self, code: str, **other: str) -> dict[str, str]:
        self.turn += 1
        marks = {f"draft_{name}": value for name, value in {**self.marks, "turn": str(self.turn)}.items()}
        return {**marks, "code": code, "scratch": "", **other}

    def save(self, code: str, **other: str):
        """As the script does it; the page goes on from what the server says."""
        response = self.client.post(f"{self.url}draft/", self.fields(code, **other), headers=JSON)
        if response.status_code == 200:
            self.marks |= {"version": str(response.json()["version"]), "aside": ""}
        return response

    def press(self, path: str, code: str, **other):
        """As a button does it without JavaScript."""
        return self.client.post(f"{self.url}{path}", self.fields(code, **other))


@pytest.fixture
def tab(browser_of, learner, exercise):
    """`tab()` opens the learner's exercise once more."""
    client = browser_of(learner)
    return lambda query="": Tab(client, exercise, query)


def editor_of(html: str) -> str:
    return re.search(r'<textarea name="code"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)[1]


# --- Kept ------------------------------------------------------------------------------------------


def test_what_is_typed_in_one_place_is_there_in_another(tab, browser_of, learner, exercise):
    answer = tab().save(MINE, scratch="print(1)\n").json()
    assert answer["version"] == 1
    assert re.fullmatch(r"Saved \d\d:\d\d", answer["said"])

    elsewhere = Tab(browser_of(learner), exercise)
    assert editor_of(elsewhere.html) == MINE
    assert "print(1)" in elsewhere.html
    assert answer["said"] in elsewhere.html


def test_a_page_that_was_only_looked_at_keeps_nothing(tab):
    page = tab()
    assert page.marks["version"] == "0"
    assert not Draft.objects.exists()
    assert page.client.get(f"{page.url}draft/", headers=JSON).status_code == 404


def test_a_page_goes_on_saving_and_the_version_grows(tab):
    page = tab()
    versions = [page.save(f"{MINE}{n}").json()["version"] for n in range(4)]
    assert versions == [1, 2, 3, 4]
    assert Draft.objects.get().files == {"solution.py": f"{MINE}3"}


def test_line_ends_are_those_of_a_submission(tab):
    tab().save("a = 1\r\nb = 2\r")
    assert Draft.objects.get().files == {"solution.py": "a = 1\nb = 2\n"}


def test_the_draft_gives_way_to_what_was_sent_after_it(tab, learner, exercise):
    tab().save(MINE)
    Submission.objects.create(user=learner, exercise=exercise, files={"solution.py": RIGHT})
    page = tab()
    assert editor_of(page.html) == RIGHT
    page.save(HALF_RIGHT)
    assert Draft.objects.get().aside_text == Text({"solution.py": MINE})


def test_what_was_submitted_is_the_draft(tab):
    page = tab()
    page.save(MINE)
    response = page.client.post(page.url, page.fields(RIGHT, scratch="print(2)"), headers=HTMX)
    told = json.loads(response["HX-Trigger"])["draft:sent"]
    assert told["version"] == 2
    assert not told["differs"]
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": RIGHT}, "print(2)")
    assert draft.sent
    assert draft.aside is None
    assert page.save(f"{RIGHT}# more\n").status_code == 200


def test_a_file_that_is_sent_instead_leaves_the_typed_code_to_be_brought_back(tab):
    page = tab()
    page.save(MINE)
    page.press("", "# typed since\n", upload=SimpleUploadedFile("mine.py", RIGHT.encode()))
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": RIGHT})
    assert draft.aside_text == Text({"solution.py": "# typed since\n"})


def test_a_database_that_breaks_after_the_submission_is_safe_does_not_fail_the_answer(tab, monkeypatch):
    def break_down(*_args):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("grading.draft_form.keep_sent", break_down)
    assert tab().press("", RIGHT).status_code == 303
    assert Submission.objects.count() == 1


def test_each_file_of_several_is_kept(browser_of, learner, lesson):
    two = make_exercise(lesson, "two-files", 2, starter={"Dockerfile": "FROM x\n", "notes.txt": "n\n"})
    Tab(browser_of(learner), two).save("FROM y\n", **{"code:notes.txt": "mine\n"})
    assert Draft.objects.get().files == {"Dockerfile": "FROM y\n", "notes.txt": "mine\n"}
    html = Tab(browser_of(learner), two).html
    assert "FROM y" in html
    assert "mine\n" in html


def test_a_file_that_the_exercise_got_since_comes_from_the_starter(tab, exercise):
    tab().save(MINE)
    exercise.starter = {"solution.py": "", "new.txt": "begin here\n"}
    exercise.paths = list(exercise.starter)
    exercise.save()
    html = tab().html
    assert editor_of(html) == MINE
    assert "begin here" in html


def test_an_exercise_that_has_changed_since_is_said_until_it_is_sent(tab, exercise):
    said = "The exercise has changed since you began this text."
    tab().save(MINE)
    assert said not in tab().html
    exercise.content_hash = "d" * 64
    exercise.save()
    page = tab()
    assert said in page.html
    page.save(f"{MINE}more")
    assert said in tab().html
    page.press("", RIGHT)
    assert said not in tab().html


# --- Nobody else's -----------------------------------------------------------------------------------


def test_nobody_else_sees_a_draft_or_comes_to_it(
    tab, browser_of, other_learner, instructor, admin_user, exercise
):
    tab().save(MINE)
    for person in (other_learner, instructor, admin_user):
        client = browser_of(person)
        assert MINE not in Tab(client, exercise).html
        url = exercise.get_absolute_url()
        assert client.get(f"{url}draft/", headers=JSON).status_code == 404
        assert client.get(f"{url}merge/")["Location"] == f"{url}#submit"
    assert Draft.objects.count() == 1


def test_a_stranger_is_sent_to_sign_in_and_a_script_is_told(stranger, exercise):
    url = f"{exercise.get_absolute_url()}draft/"
    assert "/accounts/login/" in stranger.post(url, {"code": MINE})["Location"]
    assert stranger.post(url, {"code": MINE}, headers=JSON | HTMX).status_code == 401
    assert not Draft.objects.exists()


def test_a_retired_exercise_takes_no_drafts(tab, exercise):
    page = tab()
    exercise.retired_at = "2026-03-02T00:00:00Z"
    exercise.save()
    assert page.save(MINE).status_code == 404


def test_a_page_of_somebody_who_has_signed_out_writes_into_nobody_elses_draft(tab, browser_of, other_learner):
    page = tab()
    page.client = browser_of(other_learner)
    for path in ("draft/", "draft/start-over/", "draft/bring-back/"):
        assert page.press(path, MINE).status_code == 403
    assert not Draft.objects.exists()


def test_a_draft_goes_with_the_account(tab, learner):
    tab().save(MINE)
    learner.delete()
    assert not Draft.objects.exists()


# --- Refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("x" * (128 * 1024 + 1), 413, "a file may hold 128 kB"),
        ("a\0b", 422, "Line 1 of solution.py holds a NUL character"),
    ],
)
def test_what_no_submission_may_hold_is_not_kept_and_says_why(tab, code, status, words):
    page = tab()
    page.save(MINE)
    answer = page.save(code)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert Draft.objects.get().text == Text({"solution.py": MINE})


def test_without_javascript_what_is_refused_comes_back_in_the_form(tab):
    response = tab().press("draft/", "# five megabytes\n" * (5 * 1024 * 1024 // 17))
    assert response.status_code == 413
    html = response.content.decode()
    assert "a file may hold 128 kB" in html
    assert html.count("# five megabytes") > 300_000


def test_a_request_without_the_code_empties_no_draft(tab):
    page = tab()
    page.save(MINE)
    assert page.client.post(f"{page.url}draft/", {"scratch": ""}, headers=JSON).status_code == 422
    assert Draft.objects.get().text == Text({"solution.py": MINE})


@pytest.mark.parametrize(
    "nonsense", [{"version": "-1"}, {"version": "9" * 30}, {"page": "p" * 99}, {"turn": "x"}]
)
def test_marks_that_are_nonsense_lose_no_text(tab, nonsense):
    page = tab()
    page.save(MINE)
    page.marks |= nonsense
    data = page.fields(OTHERS) | {f"draft_{name}": value for name, value in nonsense.items()}
    assert page.client.post(f"{page.url}draft/", data, headers=JSON).status_code == 200
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": OTHERS})
    assert draft.aside_text == Text({"solution.py": MINE})


# --- Two pages ---------------------------------------------------------------------------------------


def test_two_pages_that_differ_keep_both_texts(tab):
    one, two = tab(), tab()
    one.save(OTHERS)
    answer = two.save(MINE)
    assert answer.status_code == 409
    assert answer.json()["files"] == {"solution.py": OTHERS}
    assert answer.json()["kept"]
    draft = Draft.objects.get()
    assert (draft.text, draft.other_text) == (Text({"solution.py": OTHERS}), Text({"solution.py": MINE}))

    two.save(f"{MINE}and on\n")
    one.save(f"{OTHERS}and on\n")
    draft.refresh_from_db()
    assert draft.text == Text({"solution.py": f"{OTHERS}and on\n"})
    assert draft.other_text == Text({"solution.py": f"{MINE}and on\n"})


def test_a_third_text_waits_in_its_browser_until_two_are_settled(tab):
    one, two, three = tab(), tab(), tab()
    one.save(OTHERS)
    two.save(MINE)
    answer = three.save("# a third\n")
    assert answer.status_code == 409
    assert not answer.json()["kept"]
    assert Draft.objects.get().other_text == Text({"solution.py": MINE})


def test_the_same_text_from_two_pages_is_no_difference(tab):
    one, two = tab(), tab()
    one.save(MINE)
    assert two.save(MINE).status_code == 200
    assert two.save(f"{MINE}more").status_code == 200
    assert Draft.objects.get().other is None


def test_an_answer_that_was_lost_on_the_way_makes_no_difference(tab):
    page = tab()
    page.save(MINE)
    page.client.post(f"{page.url}draft/", page.fields(f"{MINE}1"), headers=JSON)  # nobody hears the answer
    assert page.save(f"{MINE}12").status_code == 200
    assert Draft.objects.get().files == {"solution.py": f"{MINE}12"}


def test_an_older_text_that_arrives_after_a_newer_one_changes_nothing(tab):
    page = tab()
    page.save(MINE)
    older = page.fields(f"{MINE}1")
    page.save(f"{MINE}12")
    answer = page.client.post(f"{page.url}draft/", older, headers=JSON)
    assert answer.status_code == 200
    assert answer.json()["old"]
    assert Draft.objects.get().files == {"solution.py": f"{MINE}12"}


def test_a_copy_that_a_browser_still_has_of_what_was_saved_is_no_news(tab):
    """A page that is closed may not hear that its last text arrived; its browser then sends it once more."""
    laptop = tab()
    laptop.save(MINE)
    copy = laptop.fields(f"{MINE}1")
    laptop.client.post(f"{laptop.url}draft/", copy, headers=JSON)
    assert tab().save(OTHERS).status_code == 200
    answer = laptop.client.post(f"{laptop.url}draft/", copy, headers=JSON)
    assert (answer.status_code, answer.json()["old"]) == (200, True)
    assert Draft.objects.get().other is None


def test_a_text_that_never_arrived_is_news_however_late(tab):
    laptop = tab()
    laptop.save(MINE)
    unsent = laptop.fields(f"{MINE}unsent")
    tab().save(OTHERS)
    answer = laptop.client.post(f"{laptop.url}draft/", unsent, headers=JSON)
    assert answer.status_code == 409
    assert Draft.objects.get().other_text == Text({"solution.py": f"{MINE}unsent"})


def test_submitting_from_a_page_that_is_behind_keeps_what_the_other_had_typed(tab):
    one, two = tab(), tab()
    one.save(OTHERS)
    two.press("", RIGHT)
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": RIGHT})
    assert draft.other_text == Text({"solution.py": OTHERS})
    assert "Two versions" in tab().html


def test_submitting_over_what_was_submitted_elsewhere_asks_nothing(tab):
    one, two = tab(), tab()
    one.press("", HALF_RIGHT)
    two.press("", RIGHT)
    assert Draft.objects.get().other is None
    assert Submission.objects.count() == 2


def test_a_page_that_nobody_typed_into_can_ask_what_others_did(tab):
    one, two = tab(), tab()
    one.save(MINE)
    known = two.client.get(f"{two.url}draft/?page={two.marks['page']}", headers=JSON).json()
    assert (known["version"], known["files"], known["differs"]) == (1, {"solution.py": MINE}, False)
    two.save(OTHERS)
    known = two.client.get(f"{two.url}draft/?page={two.marks['page']}", headers=JSON).json()
    assert known["differs"]


def test_the_names_of_pages_do_not_pile_up(learner, exercise):
    for number in range(PAGES_REMEMBERED + 20):
        version = number or None
        save(learner, exercise, Text({"solution.py": str(number)}), Mark(version, f"page {number}", 1))
    assert len(Draft.objects.get().seen) == PAGES_REMEMBERED


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_pages_that_save_at_the_same_moment_lose_nothing(learner, exercise):
    outcomes = []

    def type_one(number: int) -> None:
        try:
            text = Text({"solution.py": f"text {number}"})
            outcomes.append(save(learner, exercise, text, Mark(0, f"page {number}", 1)))
        finally:
            connection.close()

    threads = [Thread(target=type_one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    draft = Draft.objects.get()
    texts = {draft.files["solution.py"], draft.other["files"]["solution.py"]}
    assert texts == {"text 0", "text 1"}
    assert all(outcome.kept for outcome in outcomes)


# --- Start again, and back -----------------------------------------------------------------------------


def test_the_starter_again_and_the_way_back(tab):
    page = tab()
    page.save(MINE)
    response = page.press("draft/start-over/", f"{MINE}typed since\n")
    assert response.status_code == 303
    page = tab()
    assert "# TODO" in editor_of(page.html)
    assert "Undo: bring back the earlier text" in page.html
    page.save("# something new\n")
    page.press("draft/bring-back/", "# something new\n")
    page = tab()
    assert editor_of(page.html) == f"{MINE}typed since\n"
    assert Draft.objects.get().aside_text == Text({"solution.py": "# something new\n"})


def test_the_starter_again_from_a_page_that_is_behind_compares_first(tab):
    one, two = tab(), tab()
    one.save(OTHERS)
    response = two.press("draft/start-over/", MINE)
    assert response["Location"] == f"{two.url}merge/?page={two.marks['page']}"
    draft = Draft.objects.get()
    assert (draft.text, draft.other_text) == (Text({"solution.py": OTHERS}), Text({"solution.py": MINE}))


def test_with_htmx_the_whole_page_comes_anew(tab):
    page = tab()
    page.save(MINE)
    response = page.client.post(f"{page.url}draft/start-over/", page.fields(MINE), headers=HTMX)
    assert response["HX-Redirect"] == page.url


def test_nothing_to_bring_back_changes_nothing(tab):
    page = tab()
    page.save(MINE)
    assert "bring back" not in tab().html
    page.press("draft/bring-back/", MINE)
    assert Draft.objects.get().text == Text({"solution.py": MINE})


def test_a_look_at_the_starter_changes_nothing_and_typing_there_puts_the_draft_aside(tab):
    tab().save(MINE)
    page = tab("?starter")
    assert "# TODO" in editor_of(page.html)
    assert Draft.objects.get().text == Text({"solution.py": MINE})
    page.save("# from the starter\n")
    page.save("# from the starter on\n")
    draft = Draft.objects.get()
    assert draft.text == Text({"solution.py": "# from the starter on\n"})
    assert draft.aside_text == Text({"solution.py": MINE})


# --- Without JavaScript ----------------------------------------------------------------------------------


def test_without_javascript_a_button_saves(tab):
    page = tab()
    response = page.press("draft/", MINE)
    assert response.status_code == 303
    assert response["Location"] == f"{page.url}#submit"
    html = tab().html
    assert editor_of(html) == MINE
    assert re.search(r'<li class="message" data-level="success">Saved \d\d:\d\d\.</li>', html)


def test_without_javascript_a_difference_leads_to_where_both_stand(tab):
    one, two = tab(), tab()
    one.press("draft/", OTHERS)
    response = two.press("draft/", MINE)
    html = two.client.get(response["Location"]).content.decode()
    assert MINE in html
    assert OTHERS in html


def test_without_javascript_a_third_text_comes_back_in_the_form(tab):
    one, two, three = tab(), tab(), tab()
    one.press("draft/", OTHERS)
    two.press("draft/", MINE)
    response = three.press("draft/", "# a third\n")
    html = response.content.decode()
    assert response.status_code == 422
    assert editor_of(html) == "# a third\n"
    assert "to be compared first" in html
    assert f'value="{three.marks["page"]}"' in html  # it is still behind, and says so when it is sent again


# --- Costs -----------------------------------------------------------------------------------------------


def test_a_save_costs_two_queries_beside_who_asks(tab, learner, exercise):
    page = tab()
    page.save(MINE)

    def cost(**other) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert page.save(**other).status_code == 200
        return len(captured)

    who = 3  # the session, the person, their place in the cohort
    assert cost(code=f"{MINE}1") - who == 2
    for number in range(40):
        save(learner, exercise, Text({"solution.py": str(number)}), Mark(None, f"page {number}", 1))
    page = tab()
    page.save(f"{MINE}2")
    assert cost(code=f"{MINE}23") - who == 2
