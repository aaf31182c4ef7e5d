"""What the environment may say, and that each variable is told in one place."""

from __future__ import annotations

import ast
import itertools
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parent.parent
OURS = [ROOT / app for app in ("accounts", "course", "grading", "config")]


def variables_read() -> set[str]:
    """The names that settings.py hands to the readers of env.py."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text()))
        if isinstance(node, ast.Call)
    ]
    names = [
        call.args[0].value
        for call in calls
        if ast.unparse(call.func).startswith("env.") and call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert len(names) == len(set(names)), "a variable is read twice"
    return set(names)


def variables_of_compose() -> set[str]:
    """The names that docker-compose.yml asks for, in the operator's environment or in .env."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))


def test_the_example_lists_every_variable_and_no_other():
    example, only_compose = (
        (ROOT / ".env.example").read_text().split("# --- Read by docker-compose.yml alone")
    )
    listed = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    of_compose = re.findall(r"^([A-Z_]+)=", only_compose, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()
    assert set(of_compose) == variables_of_compose() - variables_read()
    listed += of_compose
    assert all(name.startswith(env.PREFIX) for name in listed)


def test_the_example_says_something_about_each_variable():
    lines = (ROOT / ".env.example").read_text().splitlines()
    for before, line in itertools.pairwise(lines):
        if re.match(r"[A-Z_]+=", line):
            assert before.startswith("# "), f"{line} has no words"


# These run where there is no Django: the launcher becomes config/serve.py before anything is set up.
MAY_ASK_THE_ENVIRONMENT = {"config/env.py", "config/serve.py"}


def test_nobody_else_asks_the_environment():
    for file in (file for place in OURS for file in place.rglob("*.py")):
        name = str(file.relative_to(ROOT))
        if name in MAY_ASK_THE_ENVIRONMENT or name.startswith("grading/sandbox/"):
            continue
        asked = [
            ast.unparse(node) for node in ast.walk(ast.parse(file.read_text())) if reads_environment(node)
        ]
        assert not asked, f"{name} reads the environment, which settings.py does: {asked}"


def reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.getenv", "os.environ.get"):
        return True
    # Handing PATH on to a child is no decision.
    asked = isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ"
    return asked and ast.unparse(node) != "os.environ['PATH']"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"GRADIENT_DEBUG": "maybe"}, "GRADIENT_DEBUG is 'maybe'; it must be yes or no."),
        ({"GRADIENT_LOGIN_LIMIT": "many"}, "it must be a whole number from 1 to 100000."),
        ({"GRADIENT_LOGIN_LIMIT": "0"}, "it must be a whole number from 1 to 100000."),
        ({"GRADIENT_RUNNER": "docker"}, "it must be one of sandbox, fake."),
        (
            {"GRADIENT_DATABASE_URL": "mysql://a:hush@b/c"},
            "it must be an address that begins with postgres://",
        ),
        ({"GRADIENT_SECRET_KEY": "short"}, "give it 32 characters or more"),
        ({"GRADIENT_VAR": "/proc/nothing"}, "The folder /proc/nothing cannot be made"),
        (
            {"GRADIENT_SECRET_KEY_FILE": "/nowhere/key"},
            "GRADIENT_SECRET_KEY_FILE names /nowhere/key, which cannot be read: No such file or directory.",
        ),
        ({"GRADIENT_REDIS_PASSWORD_FILE": "/dev/null"}, "/dev/null, which is empty: put the secret into it."),
        (
            {"GRADIENT_SECRET_KEY": "k" * 32, "GRADIENT_SECRET_KEY_FILE": str(ROOT / "README.md")},
            "GRADIENT_SECRET_KEY and GRADIENT_SECRET_KEY_FILE are both set: keep one.",
        ),
        (
            {
                "GRADIENT_DATABASE_URL": "postgresql://a:hush@b/c",
                "GRADIENT_DATABASE_PASSWORD_FILE": str(ROOT / "README.md"),
            },
            "GRADIENT_DATABASE_URL holds a password, and a file is named for it too: keep one.",
        ),
    ],
)
def test_nonsense_stops_the_program_with_a_sentence(words, sentence, tmp_path):
    run = settings_in_a_process({"GRADIENT_VAR": str(tmp_path)} | words)
    assert run.returncode != 0
    assert sentence in run.stderr
    assert "hush" not in run.stderr.splitlines()[-1]


def test_a_misspelt_variable_is_pointed_out(tmp_path):
    run = settings_in_a_process(
        {"GRADIENT_VAR": str(tmp_path), "GRADIENT_LOGIN_LIMITS": "5"}, "manage.py", "check"
    )
    assert run.returncode == 0
    assert "GRADIENT_LOGIN_LIMITS" in run.stderr
    assert "GRADIENT_LOGIN_LIMIT?" in run.stderr


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    file = tmp_path / "secret-key"
    first = env.kept_secret("GRADIENT_SECRET_KEY", file)
    assert len(first) >= 50
    assert env.kept_secret("GRADIENT_SECRET_KEY", file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [left.name for left in tmp_path.iterdir()] == ["secret-key"]


def test_a_secret_that_is_there_is_not_drawn_again(tmp_path):
    file = tmp_path / "password"
    assert env.draw_once(file, mode=0o640)
    drawn = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert not env.draw_once(file, mode=0o640)
    assert file.read_text() == drawn


def test_a_secret_may_stand_in_a_file(monkeypatch, tmp_path):
    file = tmp_path / "password"
    file.write_text("p@ss/word:1\n")
    monkeypatch.setenv("A_PASSWORD_FILE", str(file))
    password = env.secret("A_PASSWORD_FILE")
    assert password == "p@ss/word:1"
    monkeypatch.setenv("A_DATABASE", "postgresql://me@db.example/lms")
    described = env.database("A_DATABASE", otherwise={}, pool_size=2, password=password)
    assert (described["USER"], described["PASSWORD"], described["HOST"]) == ("me", password, "db.example")
    monkeypatch.setenv("A_BROKER", "redis://broker.example:6379/0")
    assert env.url("A_BROKER", ("redis",), password=password) == (
        "redis://:p%40ss%2Fword%3A1@broker.example:6379/0"
    )
    monkeypatch.setenv("A_SERVER", "smtp://me@mail.example")
    server = env.mail_server("A_SERVER", password=password)
    assert (server.user, server.password, server.starttls) == ("me", password, True)


def test_a_file_that_is_not_text_is_no_secret(monkeypatch, tmp_path):
    (tmp_path / "password").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("A_PASSWORD_FILE", str(tmp_path / "password"))
    with pytest.raises(ImproperlyConfigured, match="it is not text"):
        env.secret("A_PASSWORD_FILE")


def test_a_password_for_the_mail_server_needs_a_user(monkeypatch):
    monkeypatch.setenv("A_SERVER", "smtp://mail.example")
    with pytest.raises(ImproperlyConfigured, match="names no user"):
        env.mail_server("A_SERVER", password="a word")


def test_an_unreadable_secret_file_says_so_to_its_user(monkeypatch, tmp_path):
    monkeypatch.setenv("A_PASSWORD_FILE", str(tmp_path))  # a folder: unreadable for root as well
    with pytest.raises(ImproperlyConfigured, match="cannot be read: Is a directory"):
        env.secret("A_PASSWORD_FILE")


def test_a_database_address_is_read_in_full(monkeypatch):
    monkeypatch.setenv("A_DATABASE", "postgresql://me:p%40ss@db.example:5433/lms?sslmode=verify-full")
    described = env.database("A_DATABASE", otherwise={}, pool_size=7)
    assert (described["HOST"], described["PORT"], described["NAME"]) == ("db.example", "5433", "lms")
    assert (described["USER"], described["PASSWORD"]) == ("me", "p@ss")
    assert described["OPTIONS"]["sslmode"] == "verify-full"
    assert described["OPTIONS"]["pool"]["max_size"] == 7


def test_a_database_may_listen_on_a_unix_socket(monkeypatch):
    monkeypatch.setenv("A_DATABASE", "postgresql://postgres:@/lms?host=/run/postgresql")
    assert env.database("A_DATABASE", otherwise={}, pool_size=2)["HOST"] == "/run/postgresql"


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("A_WORD", "  ")
    assert env.text("A_WORD", "default") == "default"
    assert env.flag("A_WORD", default=True) is True


def test_a_mail_server_is_reached_with_tls(monkeypatch):
    monkeypatch.setenv("A_SERVER", "smtp://me:secret@mail.example:25")
    server = env.mail_server("A_SERVER")
    assert (server.host, server.port, server.starttls, server.tls) == ("mail.example", 25, True, False)
    monkeypatch.setenv("A_SERVER", "smtps://mail.example")
    server = env.mail_server("A_SERVER")
    assert (server.port, server.starttls, server.tls) == (465, False, True)
    monkeypatch.setenv("A_SERVER", "")
    assert not env.mail_server("A_SERVER")


def test_a_choice_takes_nothing_else(monkeypatch):
    monkeypatch.setenv("A_CHOICE", "c")
    with pytest.raises(ImproperlyConfigured, match="one of a, b"):
        env.choice("A_CHOICE", ("a", "b"))


def settings_in_a_process(words: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"} | words
    command = command or ("-c", "import config.settings")
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
