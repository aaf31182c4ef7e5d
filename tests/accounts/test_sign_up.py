from __future__ import annotations

import pytest
from django.test import override_settings

from accounts.models import Role, User

SIGNUP = "/accounts/signup/"
NEW = {"email": "new@example.org", "password1": "a good pass phrase", "name": "Nora New"}


def test_without_an_invitation_nobody_makes_an_account(stranger, cohort):
    page = stranger.get(SIGNUP).content.decode()
    assert "An account needs an invitation" in page
    stranger.post(SIGNUP, NEW)
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_cohorts_link_opens_the_way_to_an_account_and_a_place(stranger, cohort):
    stranger.get(cohort.get_join_url())
    answer = stranger.post(SIGNUP, {**NEW, "next": cohort.get_join_url()})
    assert answer.status_code == 302
    assert answer["Location"] == cohort.get_join_url()
    new = User.objects.get(email="new@example.org")
    assert (new.name, new.role) == ("Nora New", Role.LEARNER)
    stranger.post(cohort.get_join_url())
    assert cohort.enrolments.filter(user=new).exists()


def test_a_link_of_no_cohort_opens_nothing(stranger, cohort):
    assert stranger.get("/join/not-a-code/").status_code == 404
    assert "An account needs an invitation" in stranger.get(SIGNUP).content.decode()


def test_a_cohort_that_is_closed_for_joining_opens_nothing(stranger, cohort):
    cohort.open_for_joining = False
    cohort.save()
    stranger.get(cohort.get_join_url())
    assert "An account needs an invitation" in stranger.get(SIGNUP).content.decode()


@override_settings(GRADIENT_SIGNUP_OPEN=True)
def test_a_site_may_let_anybody_make_an_account(stranger, db):
    stranger.post(SIGNUP, NEW)
    assert User.objects.filter(email="new@example.org").exists()


@override_settings(GRADIENT_SIGNUP_OPEN=True)
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": "learner@example.org"}, "There is already an account with this e-mail address"),
        ({"email": "not an address"}, "valid email"),
        ({"password1": "password"}, "too common"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_is_wrong_with_the_form_is_said_beside_it(stranger, learner, change, sentence):
    page = stranger.post(SIGNUP, NEW | change).content.decode()
    assert sentence in page
    assert User.objects.filter(role=Role.LEARNER).count() == 1


@override_settings(GRADIENT_SIGNUP_OPEN=True)
def test_nobody_chooses_their_own_role(stranger, db):
    stranger.post(SIGNUP, NEW | {"role": "admin", "is_superuser": "on"})
    assert User.objects.get(email="new@example.org").role == Role.LEARNER
