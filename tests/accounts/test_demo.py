from __future__ import annotations

from django.test import override_settings

from accounts.demo import all_have_known_password, make_demo_accounts
from accounts.models import Role, User


def test_demo_accounts_are_made_once(db):
    made = make_demo_accounts(known_password=True)
    assert set(made.values()) == {"gradient"}
    assert make_demo_accounts(known_password=True) == {}
    assert {user.role for user in User.objects.all()} == set(Role)


def test_a_password_that_somebody_changed_stays(db):
    make_demo_accounts(known_password=True)
    user = User.objects.get(email="admin@example.org")
    user.set_password("my own phrase")
    user.save()
    assert "admin@example.org" not in make_demo_accounts(known_password=False)
    user.refresh_from_db()
    assert user.check_password("my own phrase")


def test_a_site_that_others_can_reach_has_no_known_password(db):
    made = make_demo_accounts(known_password=False)
    assert len(set(made.values())) == 4
    assert not all_have_known_password()


def test_going_public_replaces_the_known_password(db):
    make_demo_accounts(known_password=True)
    assert all_have_known_password()
    made = make_demo_accounts(known_password=False)
    assert len(made) == 4
    for email, password in made.items():
        user = User.objects.get(email=email)
        assert user.check_password(password)
        assert not user.check_password("gradient")


@override_settings(GRADIENT_LOCAL=True, GRADIENT_DEMO_PASSWORD_SHOWN=True)
def test_in_the_local_shape_each_footer_names_the_demo_accounts(stranger, db):
    page = stranger.get("/accounts/login/").content.decode()
    for word in (
        "learner@example.org",
        "instructor@example.org",
        "admin@example.org",
        "<code>gradient</code>",
    ):
        assert word in page


@override_settings(GRADIENT_LOCAL=True, GRADIENT_DEMO_PASSWORD_SHOWN=False)
def test_a_password_that_was_drawn_is_not_in_the_footer(stranger, db):
    page = stranger.get("/accounts/login/").content.decode()
    assert "learner@example.org" in page
    assert "<code>gradient</code>" not in page


def test_elsewhere_the_footer_names_no_account(stranger, db):
    assert "learner@example.org" not in stranger.get("/accounts/login/").content.decode()
