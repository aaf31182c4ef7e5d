"""`docker compose up`, from nothing to a reviewed submission, and through restarts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.compose.conftest import ADMIN, EXERCISE, LEARNER, LESSON, PASSWORD, Learner
from tests.compose.excess import MAY_BE_ROOT, excess
from tests.compose.hosted import Hosted
from tests.compose.visitor import Refused, Visitor, eventually
from tests.containers.engine import EngineError

pytestmark = [pytest.mark.container, pytest.mark.compose]

SLOWLY = "import time\n\ntime.sleep(3)\n\n"  # long enough for a restart to fall into the run


def test_a_learner_reads_submits_and_is_reviewed(admin: Visitor, learner: Learner, solution: str):
    assert "Python" in learner.visitor.get(LESSON)
    submission = learner.submit(solution)
    assert verdict(learner, submission) == "passed"

    number = submission.split("/")[2]
    assert "Lena" in admin.get("/admin/grading/submission/?verdict=passed")
    admin.post(
        f"/admin/grading/submission/{number}/change/",
        decision="reviewed",
        comment="Read well, *Lena*.",
        score="",
        score_reason="",
    )
    assert "Read well, <em>Lena</em>." in learner.visitor.get(submission)


def test_a_wrong_solution_does_not_pass(learner: Learner):
    submission = learner.submit("def parse_duration(text):\n    return 1.0\n")
    assert verdict(learner, submission) in ("failed", "partly-passed")


def test_the_sandbox_protects_and_its_worker_says_so(admin: Visitor):
    page = eventually(
        lambda: seen if "self-attack" in (seen := admin.get("/operator/")) else None,
        within_s=30,
        why="a worker has asked the sandbox how it is",
    )
    assert "missing" not in re.sub(r"<[^>]+>", " ", page).lower()


def test_the_link_that_made_the_administrator_is_dead(site: Hosted, admin: Visitor):
    with pytest.raises(Refused, match="410"):
        site.visitor().get(site.first_admin_link())
    site.compose("up", "--detach", "--no-build", "migrate")
    said = eventually(
        lambda: seen if "already" in (seen := site.compose("logs", "migrate")) else None,
        within_s=60,
        why="the preparation has run again",
    )
    assert len(set(re.findall(r"first-admin/\S+", said))) == 1


def test_there_are_no_demo_accounts(site: Hosted, admin: Visitor):
    people = admin.get("/admin/accounts/user/")
    assert ADMIN in people
    for name in ("learner", "learner2", "instructor", "admin"):
        assert f"{name}@example.org" not in people
        assert not site.visitor().sign_in(f"{name}@example.org", "gradient")


def test_no_container_has_more_than_it_needs(site: Hosted):
    containers = site.containers()
    services = {one["Config"]["Labels"]["com.docker.compose.service"] for one in containers}
    assert services == {"secrets", "postgres", "redis", "migrate", "web", "worker", "beat", "sandbox"}
    assert [sentence for one in containers for sentence in excess(one)] == []


def test_the_kernel_holds_the_processes_to_it(site: Hosted):
    for one in (one for one in site.containers() if one["State"]["Running"]):
        service = one["Config"]["Labels"]["com.docker.compose.service"]
        status = Path(f"/proc/{one['State']['Pid']}/status").read_text()
        said = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert said["NoNewPrivs"] == "1", service
        assert said["Seccomp"] == "2", service
        with pytest.raises(EngineError, match="Read-only file system"):
            site.engine.docker("exec", "--user", "0", one["Id"], "touch", "/written")
        if service != MAY_BE_ROOT:
            assert said["Uid"].split()[0] in ("10001", "999"), service
            assert int(said["CapEff"], 16) == int(said["CapBnd"], 16) == 0, service


def test_no_secret_shows_from_outside_or_in_a_log(site: Hosted):
    shown = str(site.containers()) + site.logs()
    for name, secret in secrets_of(site).items():
        assert len(secret) > 50
        assert secret not in shown, name


def test_who_may_not_reach_rows_and_bells_does_not(site: Hosted):
    """Also with the password: beat does not find the database, the sandbox finds nothing."""
    ask = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=3)"
    (beat,), (worker,), (sandbox,) = (site.containers(name) for name in ("beat", "worker", "sandbox"))
    site.engine.docker("exec", worker["Id"], "python", "-c", ask, "postgres", "5432")
    with pytest.raises(EngineError, match="gaierror"):
        site.engine.docker("exec", beat["Id"], "python", "-c", ask, "postgres", "5432")
    assert list(sandbox["NetworkSettings"]["Networks"]) == ["none"]


def test_redis_and_postgres_ask_for_the_password(site: Hosted):
    (redis,), (web,) = site.containers("redis"), site.containers("web")
    assert "NOAUTH" in site.engine.docker("exec", redis["Id"], "redis-cli", "ping")
    ask = "import psycopg; psycopg.connect('postgresql://gradient@postgres/gradient', connect_timeout=3)"
    with pytest.raises(EngineError, match="no password supplied"):
        site.engine.docker("exec", web["Id"], "python", "-c", ask)


def test_two_workers_share_the_work(site: Hosted, learner: Learner, solution: str):
    site.up("--scale", "worker=2")
    names = set(re.findall(r"(worker@\w+) ready", site.compose("logs", "--no-color", "worker")))
    assert len(site.containers("worker")) == len(names) == 2
    for number in range(4):
        assert verdict(learner, learner.submit(f"{solution}\n# {number}\n")) == "passed"
    site.up("--scale", "worker=1")


@pytest.mark.parametrize("service", ["worker", "sandbox", "redis", "postgres", "beat", "web"])
def test_a_restart_loses_nothing(site: Hosted, learner: Learner, solution: str, service: str):
    submission = learner.submit(f"{SLOWLY}{solution}\n# {service} is restarted\n")
    assert learner.verdict_of(submission) == "", "it has to be in flight"
    site.compose("restart", "--timeout", "10", service)
    assert verdict(learner, submission) == "passed"
    site.wait_until_well()


def test_a_worker_that_is_killed_loses_nothing(site: Hosted, learner: Learner, solution: str):
    submission = learner.submit(f"{SLOWLY}{solution}\n# the worker is killed\n")
    assert learner.verdict_of(submission) == "", "it has to be in flight"
    site.compose("kill", "-s", "SIGKILL", "worker")
    site.up()
    assert verdict(learner, submission) == "passed"


def test_down_and_up_again_everything_is_there(site: Hosted, learner: Learner, solution: str):
    submission = learner.submit(f"{solution}\n# before\n")
    assert verdict(learner, submission) == "passed"
    site.compose("down", "--timeout", "10")
    assert site.containers() == []
    site.up()
    assert verdict(learner, submission) == "passed"  # still signed in: the key is the same
    again = site.visitor()
    assert again.sign_in(LEARNER, PASSWORD)
    assert "parse_duration" in again.get(EXERCISE)
    assert verdict(learner, learner.submit(f"{solution}\n# after\n")) == "passed"


def test_every_secret_can_be_drawn_anew(site: Hosted, learner: Learner, solution: str):
    """By the commands of docs/operations.md."""
    before = secrets_of(site)
    site.compose("run", "--rm", "secrets", "rm", *(f"/secrets/{name}" for name in before))
    site.compose("run", "--rm", "secrets")
    tell = """psql -U gradient -v new="$(cat /secrets/database/password)" """
    site.compose("exec", "-T", "postgres", "sh", "-c", tell, said="ALTER ROLE gradient PASSWORD :'new'")
    site.up("--force-recreate")
    after = secrets_of(site)
    assert not set(before.values()) & set(after.values())
    assert learner.visitor.sign_in(LEARNER, PASSWORD)
    assert verdict(learner, learner.submit(f"{solution}\n# with new secrets\n")) == "passed"


def secrets_of(site: Hosted) -> dict[str, str]:
    (web,) = site.containers("web")
    names = ("site/key", "database/password", "redis/password")
    return {name: site.engine.docker("exec", web["Id"], "cat", f"/secrets/{name}") for name in names}


def verdict(learner: Learner, submission: str) -> str:
    return eventually(lambda: learner.verdict_of(submission), within_s=90, why=f"a verdict on {submission}")
