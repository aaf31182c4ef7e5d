"""`./lms`: it says what is missing, starts everything, and leaves nothing behind."""

from __future__ import annotations

import ast
import http.client
import importlib.machinery
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import psutil
import pytest

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
LMS = ROOT / "lms"


@pytest.fixture
def lms(tmp_path: Path) -> Iterator[ModuleType]:
    """The launcher as a module, with its own `var`."""
    loader = importlib.machinery.SourceFileLoader("lms_under_test", str(LMS))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    module.VAR = tmp_path
    yield module
    del sys.modules[loader.name]


# --- What it asks of the machine --------------------------------------------------------------


def test_an_old_python_can_read_the_file_far_enough_to_be_told():
    ast.parse(LMS.read_text(), feature_version=(3, 7))


def test_an_old_python_is_told_in_one_sentence():
    pretend = (
        "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    run = subprocess.run([sys.executable, "-c", pretend, LMS], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert run.stderr.splitlines()[-1].startswith("Gradient needs Python 3.11 or newer; this is Python 3.9.")


def test_a_python_without_venv_is_told_what_to_install(lms, monkeypatch):
    monkeypatch.setattr(lms.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(lms.Problem, match="apt install python3-venv"):
        lms.check_machine()


def test_a_full_disk_is_said_before_anything_is_downloaded(lms, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=1024**3)
    monkeypatch.setattr(lms.shutil, "disk_usage", lambda place: usage)
    with pytest.raises(lms.Problem, match=r"1\.0 GiB free; installing needs 2\.5 GiB"):
        lms.check_machine()
    with pytest.raises(lms.Problem, match=r"installing needs 5\.0 GiB"):
        lms.check_machine(2)


def test_a_taken_port_is_said_with_another_to_try(lms):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(lms.Problem, match=f"--port {port + 1}"):
            lms.check_port("127.0.0.1", port)


def test_an_unknown_host_is_said(lms):
    with pytest.raises(lms.Problem, match=r"The host 'no\.such\.host\.invalid' is not known here"):
        lms.check_port("no.such.host.invalid", 8000)


def test_variables_that_bend_python_or_pip_do_not_reach_the_programs(lms, monkeypatch):
    for name in ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PIP_USER", "PIP_TARGET", "VIRTUAL_ENV"):
        monkeypatch.setenv(name, "/nonsense")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    clean = lms.clean_environment()
    assert not [name for name, value in clean.items() if value == "/nonsense"]
    assert clean["PIP_INDEX_URL"] == "https://mirror.example/simple"


def test_a_module_of_the_callers_does_not_shadow_the_standard_library(tmp_path):
    (tmp_path / "argparse.py").write_text("raise SystemExit('shadowed')")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    run = subprocess.run([LMS, "--help"], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "install what is missing" in run.stdout


# --- What it installs -------------------------------------------------------------------------


def test_what_was_made_from_this_lock_is_not_made_again(lms, tmp_path):
    part = lms.Installation("x", ROOT / "requirements.lock", tmp_path / "digest", tmp_path)
    assert not part.is_there
    part.stamp.write_text(lms.digest_of(part.lock))
    assert part.is_there


def test_what_was_made_from_another_lock_is_made_again(lms, tmp_path):
    lock = tmp_path / "some.lock"
    lock.write_text("django==5.2")
    part = lms.Installation("x", lock, tmp_path / "digest", tmp_path)
    part.stamp.write_text(lms.digest_of(lock))
    lock.write_text("django==5.3")
    assert not part.is_there


def test_a_failed_installation_shows_its_log_and_leaves_what_was_there(lms, tmp_path):
    lock = tmp_path / "broken.lock"
    lock.write_text("this is not a requirement\n")
    target = tmp_path / "environments" / "broken"
    (target / "site-packages").mkdir(parents=True)
    part = lms.Installation("something", lock, target / "digest", target)
    part.begin()
    with pytest.raises(lms.Problem, match=r"(?s)something could not be installed.*this is not a requirement"):
        part.finish()
    assert (target / "site-packages").is_dir()


def test_only_the_environment_that_is_proven_is_built_beside_base(lms, monkeypatch):
    built: list[tuple[str, ...]] = []
    monkeypatch.setattr(lms, "install", lambda *names: built.append(names))
    monkeypatch.setattr(lms, "become", lambda *command: built.append(command))
    lms.prove(["week04", "--environment", "torch"])
    lms.prove(["parse-access-log"])
    assert built == [
        ("base", "torch"),
        ("manage.py", "prove", "week04", "--environment", "torch"),
        ("base",),
        ("manage.py", "prove", "parse-access-log"),
    ]
    with pytest.raises(SystemExit):
        lms.prove(["--environment", "torhc"])


def test_the_locks_hold_what_the_project_asks_for():
    from tests.checks import lock_problems

    assert lock_problems() == []


# --- The site it starts -----------------------------------------------------------------------


class Site:
    """A running `./lms up` with a tiny course and a `var` of its own."""

    def __init__(self, var: Path, *words: str, **variables: str) -> None:
        var.mkdir(exist_ok=True)
        if not (var / "environments").exists():
            (var / "environments").symlink_to(ROOT / "var" / "environments")
        self.var, self.port = var, free_port()
        own = {"GRADIENT_VAR": str(var), "GRADIENT_CONTENT": str(ROOT / "tests" / "tiny_course")}
        self.log = var / "lms.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [LMS, "up", "--port", str(self.port), *words],
                env=os.environ | own | variables,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def wait_until_it_says(self, words: str, within: float = 120) -> None:
        self.wait(lambda: words in self.said or self.process.poll() is not None, within)
        assert words in self.said, self.said

    def wait(self, condition: Callable[[], object], within: float = 40) -> None:
        over = time.monotonic() + within
        while not condition():
            assert time.monotonic() < over, self.said
            time.sleep(0.1)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process | None:
        """The program with this word in its command, if it runs."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if word in " ".join(child.cmdline()):
                    return child
        return None

    def replaced(self, before: psutil.Process, word: str) -> bool:
        now = self.child(word)
        return now is not None and now.pid != before.pid

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a first start leaves behind, for tests to go on from."""
    var = tmp_path_factory.mktemp("prepared") / "var"
    first = Site(var)
    first.wait_until_it_says("Ctrl-C stops it")
    first.stop()
    return var


@pytest.fixture
def var(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "var", symlinks=True)
    return tmp_path / "var"


@pytest.fixture
def site(var: Path) -> Iterator[Site]:
    site = Site(var)
    site.wait_until_it_says("Ctrl-C stops it")
    yield site
    if site.process.poll() is None:
        site.stop()


def gone(processes: list[psutil.Process]) -> bool:
    return not [process for process in processes if process.is_running() and process.status() != "zombie"]


@pytest.mark.slow
def test_ctrl_c_stops_everything_in_order_and_leaves_nothing(site):
    assert site.get("/readyz") == 200
    assert "instructor@example.org   password gradient" in site.said
    family = site.family()
    assert len(family) >= 6  # sandbox, worker, clock, web server with two workers
    assert site.stop() == 0
    assert site.said.endswith("Stopped; nothing is left running.\n")
    assert gone(family)


@pytest.mark.slow
def test_a_killed_launcher_leaves_nothing_either(site):
    family = site.family()
    site.stop(signal.SIGKILL)
    site.wait(lambda: gone(family))


@pytest.mark.chaos
def test_a_part_that_dies_is_started_again_without_its_offspring(site):
    for word in ("gunicorn", "celery:app worker", "celery:app beat", "supervisor"):
        before = site.child(word)
        offspring = before.children(recursive=True)
        before.kill()
        site.wait(lambda before=before, word=word: site.replaced(before, word))
        site.wait(lambda offspring=offspring: gone(offspring))
    assert site.said.count("ended (-9) and is started again") == 4
    site.wait(lambda: answers(site))


def answers(site: Site) -> bool:
    try:
        return site.get("/readyz") == 200
    except OSError:
        return False


@pytest.mark.slow
def test_a_second_start_here_says_that_one_is_running(site):
    own = {"GRADIENT_VAR": str(site.var)}
    run = subprocess.run([LMS, "up"], env=os.environ | own, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert f"Gradient is already running here: http://127.0.0.1:{site.port}/" in run.stderr


@pytest.mark.slow
def test_a_second_start_is_quick_and_keeps_what_was_there(prepared, var):
    began = time.monotonic()
    again = Site(var)
    again.wait_until_it_says("Ctrl-C stops it")
    took = time.monotonic() - began
    again.stop()
    assert (var / "secret-key").read_text() == (prepared / "secret-key").read_text()
    assert "static files" not in again.said
    assert "course: Nothing changed." in again.said
    assert took < 10 or os.getloadavg()[0] > 3, f"the second start took {took:.1f} s"


@pytest.mark.slow
def test_where_others_can_reach_it_the_passwords_are_drawn_and_shown_once(var):
    said = []
    for _ in range(2):
        site = Site(var, "--host", "0.0.0.0")
        site.wait_until_it_says("Ctrl-C stops it")
        site.stop()
        said.append(site.said)
    assert "These passwords are shown this once" in said[0]
    assert "learner2@example.org" in said[0]
    assert "password gradient" not in said[0]
    assert "example.org" not in said[1]


@pytest.mark.slow
def test_nobody_else_reads_what_it_keeps(prepared):
    for name in ("secret-key", "gradient.sqlite3"):
        assert (prepared / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.slow
def test_the_sandbox_is_given_no_secret(var):
    site = Site(var, GRADIENT_SECRET_KEY="s" * 40, SOME_TOKEN="hush")
    site.wait_until_it_says("Ctrl-C stops it")
    environment = site.child("supervisor").environ()
    site.stop()
    assert not {name for name in environment if name.startswith("GRADIENT_") or name == "SOME_TOKEN"}


@pytest.mark.slow
def test_a_course_with_a_mistake_is_not_served_and_the_mistake_is_named(var, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(ROOT / "tests" / "tiny_course", course)
    (course / "course.md").write_text("no front matter")
    site = Site(var, GRADIENT_CONTENT=str(course))
    assert site.process.wait(120) == 1
    assert "course.md:1: " in site.said
    assert "Traceback" not in site.said


@pytest.mark.slow
def test_a_variable_that_makes_no_sense_stops_the_start_with_a_sentence(var):
    site = Site(var, GRADIENT_LOGIN_LIMIT="many")
    assert site.process.wait(120) == 1
    assert "GRADIENT_LOGIN_LIMIT is 'many'; it must be a whole number" in site.said
