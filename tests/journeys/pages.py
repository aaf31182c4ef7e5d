"""Every page of the site by an example: where it is in the demo course, and who looks at it.

Every named route is either here or in NOT_PAGES with the reason; `tests/test_routes.py` says which is in
neither. What is here is opened in a browser (`test_every_page.py`) and read (`test_every_document.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse


class Visitor(Enum):
    """Who looks, by the e-mail address of the demo account."""

    NOBODY = ""
    LEARNER = "learner@example.org"
    INSTRUCTOR = "instructor@example.org"
    ADMIN = "admin@example.org"


class NotAPage(Enum):
    POST = "answers a POST only"
    FILE = "a picture, a script, JSON or plain text"
    REDIRECT = "leads elsewhere: what it is about is not under way with a demo account"
    SECOND_FACTOR = "is there only for an account with a second factor"
    SAME_FOR_ALL = "Django's own, the same for every model: the cohort's stands for all"
    NO_ROW = "the demo has no row of it"
    CLOSED = "nobody may add one by hand"


@dataclass(frozen=True)
class Example:
    """One page to look at.

    `address` is where it is; without one the route has no arguments. Where an address is known only to the
    running site, `link` is a pattern whose first group is that address in the HTML at `address`, as `finder`
    sees it, and `then` is what follows it.
    """

    route: str
    visitor: Visitor
    address: str = ""
    link: str = ""
    then: str = ""
    finder: Visitor | None = None
    status: int = 200
    whole: bool = True  # or a fragment, which htmx fetches

    @property
    def known_address(self) -> str:
        return self.address or reverse(self.route)

    @property
    def in_the_admin(self) -> bool:
        return self.route.startswith("admin:")

    @property
    def drawn(self) -> bool:
        """Opened in a browser too. Of Django's own pages that only those are which instructors work with."""
        return self.whole and (not self.in_the_admin or self.visitor is Visitor.INSTRUCTOR)

    def __str__(self) -> str:
        words = [self.route or self.address, self.visitor.name.lower()]
        return " ".join([*words, *([str(self.status)] if self.status != 200 else [])])


NOBODY, LEARNER, INSTRUCTOR, ADMIN = Visitor
_MODULE = "/docs/fundamentals/"
_WEEK = f"{_MODULE}week1/"
LESSON = f"{_WEEK}python-basics/"
_DIGITS, _UUID = r"\d+", "[0-9a-f-]{36}"

EXAMPLES = [
    Example("home", NOBODY),
    Example("syllabus", NOBODY),
    Example("syllabus", LEARNER),
    Example("module", LEARNER, _MODULE),
    Example("week", LEARNER, _WEEK),
    Example("week", LEARNER, f"{_MODULE}week2/"),
    Example("lesson", LEARNER, LESSON),
    Example("lesson", INSTRUCTOR, LESSON),
    Example("exercise", LEARNER, f"{LESSON}parse-duration/"),
    Example("exercise", LEARNER, f"{LESSON}parse-access-log/"),
    Example("exercise", INSTRUCTOR, f"{LESSON}parse-duration/"),
    Example("submission", LEARNER, "/dashboard/", link=f'href="(/submissions/{_UUID}/)'),
    Example("dashboard", LEARNER),
    Example("dashboard", INSTRUCTOR),
    Example("settings", LEARNER),
    Example("what-is-counted", NOBODY),
    Example("glossary", LEARNER),
    Example("concept-map", LEARNER),
    Example("review", LEARNER),
    Example("week-quiz", LEARNER, f"{_WEEK}quiz/"),
    Example("exercise", NOBODY, f"{LESSON}parse-duration/"),
    Example("exercise", LEARNER, f"{LESSON}parse-size/"),
    Example("solution", INSTRUCTOR, f"{LESSON}parse-duration/solution/"),
    Example("design", INSTRUCTOR),
    Example("operator", INSTRUCTOR),
    Example("operator", LEARNER, status=403),
    Example("regrades", INSTRUCTOR),
    Example("regrade_new", INSTRUCTOR),
    Example("regrade", INSTRUCTOR, "/regrades/", link=f'href="(/regrades/{_DIGITS}/)'),
    Example("", NOBODY, "/nowhere/", status=404),
    Example("", LEARNER, "/nowhere/", status=404),
    Example("first-admin", NOBODY, "/first-admin/nothing/", status=404),
    Example("account_login", NOBODY),
    Example("account_signup", NOBODY),
    Example("account_inactive", NOBODY),
    Example("account_email_verification_sent", NOBODY),
    Example("account_confirm_email", NOBODY, "/accounts/confirm-email/nothing/"),
    Example("account_reset_password", NOBODY),
    Example("account_reset_password_done", NOBODY),
    Example("account_reset_password_from_key", NOBODY, "/accounts/password/reset/key/1-nothing/"),
    Example("account_reset_password_from_key_done", NOBODY),
    Example("account_logout", LEARNER),
    Example("account_reauthenticate", LEARNER),
    Example("account_email", LEARNER),
    Example("account_change_password", LEARNER),
    Example("mfa_index", LEARNER),
    Example("join", LEARNER, "/admin/course/cohort/", link=r"(/join/[\w-]+/)", finder=ADMIN),
    Example("join", NOBODY, "/admin/course/cohort/", link=r"(/join/[\w-]+/)", finder=ADMIN),
    Example("admin:index", INSTRUCTOR),
    Example("admin:index", ADMIN),
    Example("admin:app_list", ADMIN, "/admin/grading/"),
    Example("admin:password_change", INSTRUCTOR),
    Example("admin:password_change_done", INSTRUCTOR),
]

NOT_PAGES = {
    "lesson-read": NotAPage.POST,
    "lesson-place": NotAPage.POST,
    "lesson-beat": NotAPage.POST,
    "hint": NotAPage.REDIRECT,
    "draft": NotAPage.REDIRECT,
    "draft_start_over": NotAPage.POST,
    "draft_bring_back": NotAPage.POST,
    "block_run": NotAPage.POST,
    "data": NotAPage.FILE,
    "merge": NotAPage.REDIRECT,
    "compare": NotAPage.REDIRECT,
    "checkpoint": NotAPage.NO_ROW,
    "sitting": NotAPage.REDIRECT,
    "sitting-item": NotAPage.REDIRECT,
    "block": NotAPage.REDIRECT,
    "question": NotAPage.POST,
    "grade_withdraw": NotAPage.POST,
    "retry": NotAPage.POST,
    "retry_all": NotAPage.POST,
    "regrade_choose": NotAPage.POST,
    "regrade_apply": NotAPage.POST,
    "regrade_cancel": NotAPage.POST,
    "regrade_again": NotAPage.POST,
    "regrade_revert": NotAPage.POST,
    "admin:logout": NotAPage.POST,
    "picture": NotAPage.FILE,
    "figure": NotAPage.FILE,
    "livez": NotAPage.FILE,
    "readyz": NotAPage.FILE,
    "admin:jsi18n": NotAPage.FILE,
    "admin:autocomplete": NotAPage.FILE,
    "admin:view_on_site": NotAPage.REDIRECT,
    "admin:login": NotAPage.REDIRECT,
    "account_set_password": NotAPage.REDIRECT,
    "account_confirm_login_code": NotAPage.REDIRECT,
    "mfa_authenticate": NotAPage.SECOND_FACTOR,
    "mfa_reauthenticate": NotAPage.SECOND_FACTOR,
    "mfa_activate_totp": NotAPage.REDIRECT,
    "mfa_deactivate_totp": NotAPage.SECOND_FACTOR,
    "mfa_view_recovery_codes": NotAPage.SECOND_FACTOR,
    "mfa_generate_recovery_codes": NotAPage.SECOND_FACTOR,
    "mfa_download_recovery_codes": NotAPage.SECOND_FACTOR,
    "admin:auth_user_password_change": NotAPage.SAME_FOR_ALL,
    "admin:mfa_authenticator_change": NotAPage.NO_ROW,
    "admin:account_emailaddress_change": NotAPage.NO_ROW,
    "admin:course_deadline_change": NotAPage.NO_ROW,
    "admin:course_attemptlimit_change": NotAPage.NO_ROW,
    "admin:course_extension_change": NotAPage.NO_ROW,
}
# What the course's files and learners make is only read in the admin.
_READ_ONLY = ("module", "week", "lesson", "exercise", "question", "resource", "gradeevent", "submission")
_INSTRUCTORS_OWN = ("submission", "gradeevent", "cohort", "deadline", "attemptlimit", "extension")


def _of_model(model: type[Model]) -> Iterator[Example | tuple[str, NotAPage]]:
    """The pages that the admin has for each model."""
    place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    name = model._meta.model_name or ""
    table = reverse(f"{place}_changelist")
    visitor = INSTRUCTOR if name in _INSTRUCTORS_OWN else ADMIN
    yield Example(f"{place}_changelist", visitor)
    yield (f"{place}_add", NotAPage.CLOSED) if name in _READ_ONLY else Example(f"{place}_add", ADMIN)
    if f"{place}_change" not in NOT_PAGES:
        yield Example(f"{place}_change", visitor, table, link=rf'href="({table}[^"/]+/change/)')
    for kind in ("history", "delete"):
        if name == "cohort":
            link = rf'href="({table}[^"/]+/)change/'
            yield Example(f"{place}_{kind}", ADMIN, table, link=link, then=f"{kind}/")
        else:
            yield f"{place}_{kind}", NotAPage.SAME_FOR_ALL


for _model in admin.site._registry:
    for _found in _of_model(_model):
        if isinstance(_found, Example):
            EXAMPLES.append(_found)
        else:
            NOT_PAGES[_found[0]] = _found[1]

PAGES = [example for example in EXAMPLES if example.drawn]


def named_routes(place: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route that has a name, as `reverse` wants it."""
    for found in (place or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from named_routes(found, f"{space}{found.namespace}:" if found.namespace else space)
        elif isinstance(found, URLPattern) and found.name:
            yield f"{space}{found.name}", found
