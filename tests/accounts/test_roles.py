from __future__ import annotations

from accounts.access import has_role
from accounts.models import Role


def test_a_role_may_do_all_that_the_ones_before_it_may(learner, instructor, admin_user):
    assert has_role(learner, Role.LEARNER)
    assert not has_role(learner, Role.INSTRUCTOR)
    assert has_role(instructor, Role.LEARNER)
    assert has_role(instructor, Role.INSTRUCTOR)
    assert not has_role(instructor, Role.ADMIN)
    assert has_role(admin_user, Role.INSTRUCTOR)
    assert has_role(admin_user, Role.ADMIN)


def test_someone_who_may_not_sign_in_has_no_role(learner):
    learner.is_active = False
    assert not has_role(learner, Role.LEARNER)
