"""The site, once for all of these tests, and who uses it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.compose.hosted import Hosted, compose_command, hosted
from tests.compose.visitor import Visitor
from tests.containers.engine import ROOT, EngineError, engine, unavailable

PASSWORD = "three wise penguins"  # of everybody in these scenes
ADMIN = "ada@example.org"
LEARNER = "lena@example.org"
JOIN = "/join/the-link-of-the-cohort/"
LESSON = "/docs/fundamentals/week1/python-basics/"
EXERCISE = f"{LESSON}parse-duration/"
KEPT = ROOT / "var" / "test-results" / "compose"

_site: Hosted | None = None


@pytest.fixture(scope="session")
def site() -> Iterator[Hosted]:
    global _site
    if reason := unavailable():
        pytest.skip(reason)
    try:
        with engine() as running:
            running.docker("version")
            KEPT.mkdir(parents=True, exist_ok=True)
            with hosted(running, KEPT) as _site:
                yield _site
    except FileNotFoundError:
        pytest.skip(f"needs {' '.join(compose_command())}: apt-get install docker-compose")
    except EngineError as error:
        if str(error).startswith("this kernel"):
            pytest.skip(str(error))
        raise


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Whatever fails here is explained by the logs of the services."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and _site:
        report.sections.append(("logs of all services", _site.logs()[-60_000:]))


@dataclass(frozen=True)
class Learner:
    """Somebody with a place in the cohort, signed in."""

    visitor: Visitor

    def submit(self, code: str) -> str:
        """Send code to the exercise; the path of the submission."""
        page = self.visitor.post(EXERCISE, code=code)
        found = re.search(r'href="(/submissions/[0-9a-f-]+/)"', page)
        assert found, page[-3000:]
        return found[1]

    def verdict_of(self, submission: str) -> str:
        """The verdict's word; empty as long as there is none."""
        found = re.search(r'id="verdict" data-verdict="([a-z-]+)"', self.visitor.get(submission))
        return "" if not found or found[1] in ("queued", "running") else found[1]


@pytest.fixture(scope="session")
def admin(site: Hosted) -> Visitor:
    """The administrator whom the link in the log made, signed in."""
    visitor = site.visitor()
    link = site.first_admin_link()
    page = visitor.post(link, email=ADMIN, name="Ada", password1=PASSWORD, password2=PASSWORD)
    assert "administrator" in page
    assert visitor.sign_in(ADMIN, PASSWORD)
    return visitor


@pytest.fixture(scope="session")
def learner(site: Hosted, admin: Visitor) -> Learner:
    """Somebody who made an account by a cohort's link."""
    form = admin.get("/admin/course/cohort/add/")
    course = re.search(r'<option value="(\d+)"', form)
    assert course
    cohort = {"course": course[1], "name": "Autumn", "starts_on": f"{datetime.now(UTC):%Y-%m-%d}"}
    cohort |= {"join_code": JOIN.split("/")[2], "open_for_joining": "on"}
    cohort |= {"time_zone": "Europe/Berlin", "attempts_policy": "best"}
    cohort |= {"enrolments-TOTAL_FORMS": "0", "enrolments-INITIAL_FORMS": "0"}
    assert "was added successfully" in admin.post("/admin/course/cohort/add/", **cohort)
    visitor = site.visitor()
    visitor.get(JOIN)
    visitor.post("/accounts/signup/", email=LEARNER, password1=PASSWORD, name="Lena", next=JOIN)
    visitor.post(JOIN)
    return Learner(visitor)


@pytest.fixture(scope="session")
def solution() -> str:
    (folder,) = Path(ROOT, "fixtures").glob("1-*/week01-*/01-python-basics/parse-duration")
    return (folder / "solution.py").read_text()
