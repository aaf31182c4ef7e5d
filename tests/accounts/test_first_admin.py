from __future__ import annotations

import re
import threading
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.first_admin import new_link
from accounts.models import FirstAdminLink, Role, User

PASSWORD = "a good pass phrase"
ADA = {"email": "Ada@example.org", "name": "Ada", "password1": PASSWORD, "password2": PASSWORD}


def administrators() -> list[str]:
    return list(User.objects.filter(role=Role.ADMIN).values_list("email", flat=True))


@pytest.fixture
def link(db) -> str:
    path = new_link()
    assert path
    return path


def test_the_link_makes_an_administrator_who_signs_in(stranger, link):
    page = stranger.get(link).content.decode()
    assert "Nobody administers this site yet" in page
    answer = stranger.post(link, ADA, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert "You are this site&#x27;s administrator" in answer.content.decode()
    assert administrators() == ["ada@example.org"]
    stranger.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    assert stranger.get("/admin/accounts/user/").status_code == 200


def test_a_link_that_was_used_is_dead_for_good(stranger, link):
    stranger.post(link, ADA)
    again = Client().post(link, ADA | {"email": "eve@example.org"})
    assert again.status_code == 410
    assert "This link has been used" in again.content.decode()
    assert "<form class" not in again.content.decode()
    User.objects.filter(role=Role.ADMIN).delete()
    assert Client().get(link).status_code == 410
    assert administrators() == []


def test_a_link_is_good_for_a_day(stranger, link):
    with time_machine.travel(timezone.now() + timedelta(hours=23, minutes=59)):
        assert stranger.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1)):
        answer = stranger.post(link, ADA)
    assert answer.status_code == 410
    assert "its log has a new one" in answer.content.decode()
    assert administrators() == []


def forgeries(link: str) -> list[str]:
    prefix, token, _ = re.split(r"(?<=admin/)|/$", link)
    nonce, made_at, signature = token.split(":")
    turned = signature[:-5] + ("A" if signature[-5] != "A" else "B") + signature[-4:]
    tokens = [
        "anything",
        nonce,
        f"{nonce}:{made_at}",
        f"{nonce}:{made_at}:{turned}",
        f"{nonce}:zzzzzz:{signature}",
        f"{'0' * 32}:{made_at}:{signature}",
    ]
    return [f"{prefix}{forged}/" for forged in tokens]


def test_a_forged_link_leads_nowhere(stranger, link):
    for forged in forgeries(link):
        assert stranger.get(forged).status_code == 404, forged
        assert stranger.post(forged, ADA).status_code == 404, forged
    assert administrators() == []
    assert stranger.get(link).status_code == 200


def test_a_link_of_another_site_leads_nowhere(stranger, db):
    with override_settings(SECRET_KEY="of another site " * 4):
        link = new_link()
    assert stranger.get(link).status_code == 404


def test_a_link_is_dead_where_there_is_an_administrator_by_another_way(stranger, link, admin_user):
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, ADA).status_code == 410
    assert administrators() == [admin_user.email]


def test_a_newer_link_ends_the_one_before(stranger, link):
    newer = new_link()
    assert stranger.post(link, ADA).status_code == 410
    assert stranger.post(newer, ADA).status_code == 302
    assert FirstAdminLink.objects.count() == 1


def test_an_instructor_is_no_administrator(stranger, instructor, link):
    assert stranger.post(link, ADA).status_code == 302
    assert administrators() == ["ada@example.org"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password1": "gradient1", "password2": "gradient2"}, "The two password fields didn’t match."),
        ({"password1": "password", "password2": "password"}, "too common"),
        ({"password1": "short7", "password2": "short7"}, "too short"),
        ({"password1": "8315702946", "password2": "8315702946"}, "entirely numeric"),
        (
            {"password1": "ada@example.org", "password2": "ada@example.org"},
            "too similar to the e-mail address",
        ),
        ({"password1": ""}, "This field is required"),
        ({"email": "nobody"}, "Enter a valid email address"),
        ({"email": "LEARNER@example.org"}, "already exists"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_and_the_link_stays_good(
    stranger, learner, link, change, sentence
):
    answer = stranger.post(link, ADA | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'value="Ada' in page or "email" in change, "what was typed is lost"
    assert PASSWORD not in page
    assert administrators() == []
    assert stranger.post(link, ADA).status_code == 302


def test_nobody_chooses_more_than_the_form_asks(stranger, link):
    stranger.post(link, ADA | {"is_active": "", "role": "learner"})
    ada = User.objects.get()
    assert (ada.role, ada.is_active) == (Role.ADMIN, True)


def test_a_form_from_another_site_is_refused(link):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link, ADA).status_code == 403
    assert administrators() == []


def test_the_page_is_not_kept_and_does_not_tell_others_its_address(stranger, link):
    answer = stranger.get(link)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_browsers_at_once_one_becomes_the_administrator():
    link = new_link()
    together = threading.Barrier(2)
    answers: dict[str, int] = {}

    def race(name: str) -> None:
        browser = Client()
        browser.get(link)
        together.wait(10)
        answers[name] = browser.post(link, ADA | {"email": f"{name}@example.org"}).status_code
        connection.close()

    racers = [threading.Thread(target=race, args=(name,)) for name in ("ada", "eve")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(30)
    assert sorted(answers.values()) == [302, 410]
    assert administrators() == [f"{name}@example.org" for name, code in answers.items() if code == 302]


@override_settings(GRADIENT_ADDRESS="https://learn.example.org")
def test_the_command_prints_a_link_while_there_is_no_administrator(stranger, db):
    said = StringIO()
    call_command("first_admin", stdout=said)
    (link,) = re.findall(r"https://learn\.example\.org(/first-admin/\S+/)", said.getvalue())
    assert stranger.post(link, ADA).status_code == 302
    said = StringIO()
    call_command("first_admin", stdout=said)
    assert "There is an administrator already" in said.getvalue()
    assert "/first-admin/" not in said.getvalue()
