from __future__ import annotations

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Role, User

LOGIN = "/accounts/login/"


def sign_in(client: Client, email: str, password: str):
    return client.post(LOGIN, {"login": email, "password": password})


@pytest.fixture
def lena(db) -> User:
    return User.objects.create_user("Lena@Example.org", "a good pass phrase", name="Lena")


def test_a_person_signs_in_with_their_address_in_any_case(stranger, lena):
    answer = sign_in(stranger, "LENA@example.ORG", "a good pass phrase")
    assert answer.status_code == 302
    assert answer["Location"] == "/dashboard/"
    assert stranger.session["_auth_user_id"] == str(lena.pk)


def test_a_wrong_password_is_told_in_a_sentence_with_a_way_out(stranger, lena):
    page = sign_in(stranger, lena.email, "something else").content.decode()
    assert "No account has this e-mail address and password." in page
    assert "/accounts/password/reset/" in page
    assert "_auth_user_id" not in stranger.session


def test_an_unknown_address_gets_the_same_sentence_as_a_wrong_password(stranger, lena):
    assert "No account has this e-mail address and password." in (
        sign_in(stranger, "nobody@example.org", "a good pass phrase").content.decode()
    )


def test_someone_who_may_not_sign_in_does_not(stranger, lena):
    lena.is_active = False
    lena.save()
    sign_in(stranger, lena.email, "a good pass phrase")
    assert "_auth_user_id" not in stranger.session


@pytest.fixture
def one_moment():
    """Limits are counted within a span of time: here none passes, however busy the machine is."""
    with time_machine.travel(timezone.now(), tick=False):
        yield


def test_five_wrong_passwords_for_one_address_lock_it_for_a_while(stranger, lena, one_moment):
    told = [sign_in(stranger, lena.email, "wrong").content.decode() for _ in range(5)]
    assert ["No account has this e-mail address" in page for page in told] == [True] * 5
    answer = sign_in(stranger, lena.email, "a good pass phrase")
    assert (answer.status_code, "Wait five minutes" in answer.content.decode()) == (200, True)
    assert "_auth_user_id" not in stranger.session


@override_settings(ACCOUNT_RATE_LIMITS={"login": "3/m/ip"})
def test_too_many_tries_from_one_network_are_refused_with_the_reason(stranger, lena, one_moment):
    told = [sign_in(stranger, "nobody@example.org", "wrong").status_code for _ in range(3)]
    assert told == [200] * 3
    answer = sign_in(stranger, lena.email, "a good pass phrase")
    assert answer.status_code == 429
    assert "GRADIENT_LOGIN_LIMIT" in answer.content.decode()


def test_a_classroom_behind_one_address_signs_in(db):
    pupils = [User.objects.create_user(f"p{n}@example.org", "a good pass phrase") for n in range(25)]
    for pupil in pupils:
        assert sign_in(Client(), pupil.email, "a good pass phrase").status_code == 302


def test_the_limits_are_counted_where_all_processes_see_them(stranger, lena, settings):
    assert "locmem" not in settings.CACHES["default"]["BACKEND"]
    sign_in(stranger, lena.email, "wrong")
    cache.clear()  # what another process would have written is gone, and so is the count
    for _ in range(4):
        sign_in(stranger, lena.email, "wrong")
    assert sign_in(stranger, lena.email, "a good pass phrase").status_code == 302


def test_signing_out_asks_first(browser_of, lena):
    browser = browser_of(lena)
    assert "Sign out?" in browser.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in browser.session
    browser.post("/accounts/logout/")
    assert "_auth_user_id" not in browser.session


def test_a_password_is_set_anew_by_a_letter(stranger, lena, mailoutbox):
    stranger.post("/accounts/password/reset/", {"email": lena.email})
    [letter] = mailoutbox
    assert letter.to == [lena.email]
    link = next(word for word in letter.body.split() if "/password/reset/key/" in word)
    form = stranger.get(link.replace("http://testserver", ""), follow=True)
    new = {"password1": "quite another phrase", "password2": "quite another phrase"}
    stranger.post(form.request["PATH_INFO"], new)
    assert sign_in(Client(), lena.email, "quite another phrase").status_code == 302


def test_passwords_are_kept_with_argon2():
    from config import settings as configured

    assert "Argon2" in configured.PASSWORD_HASHERS[0]


def test_a_new_account_is_a_learner(db):
    assert User.objects.create_user("new@example.org").role == Role.LEARNER


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(stranger, db):
    answer = stranger.get("/operator/")
    assert answer["Location"] == "/accounts/login/?next=/operator/"


def test_a_session_that_ended_does_not_put_the_sign_in_page_into_a_fragment(stranger, db):
    answer = stranger.get("/operator/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "Location" not in answer
    assert not answer.content
