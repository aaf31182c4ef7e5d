from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User

PEOPLE = "/admin/accounts/user/"


def test_the_admin_sends_strangers_to_the_one_sign_in_page(stranger, db):
    for address in ("/admin/", "/admin/login/", PEOPLE):
        answer = stranger.get(address, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next="), address


def test_the_admins_own_form_takes_no_password(stranger, admin_user):
    stranger.post("/admin/login/", {"username": admin_user.email, "password": "gradient"})
    assert "_auth_user_id" not in stranger.session


def test_a_learner_does_not_enter_the_admin(browser_of, learner):
    assert browser_of(learner).get("/admin/", follow=True).status_code == 403


def test_an_instructor_enters_and_does_not_see_people(browser_of, instructor):
    browser = browser_of(instructor)
    assert browser.get("/admin/").status_code == 200
    assert browser.get(PEOPLE).status_code == 403


def test_an_administrator_makes_an_instructor(browser_of, admin_user):
    browser = browser_of(admin_user)
    person = {
        "email": "Ida@example.org",
        "name": "Ida",
        "role": "instructor",
        "usable_password": "true",
        "password1": "a good pass phrase",
        "password2": "a good pass phrase",
    }
    answer = browser.post(f"{PEOPLE}add/", person, follow=True)
    assert answer.status_code == 200
    ida = User.objects.get(email__iexact="ida@example.org")
    assert ida.role == Role.INSTRUCTOR
    assert ida.check_password("a good pass phrase")


def test_a_role_taken_away_takes_the_rights_with_it(browser_of, admin_user):
    browser = browser_of(admin_user)
    User.objects.filter(pk=admin_user.pk).update(role=Role.LEARNER)
    assert browser.get("/admin/", follow=True).status_code == 403


def test_the_list_of_people_asks_the_database_as_often_for_many(
    browser_of, admin_user, django_assert_num_queries
):
    browser = browser_of(admin_user)
    browser.get(PEOPLE)
    with CaptureQueriesContext(connection) as few:
        browser.get(PEOPLE)
    for number in range(40):
        User.objects.create_user(f"p{number}@example.org")
    with django_assert_num_queries(len(few)):
        assert browser.get(PEOPLE).status_code == 200
