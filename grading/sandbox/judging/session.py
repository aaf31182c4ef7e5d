"""pytest's session for one run of the checks, made before there are any checks.

How this works: starting pytest costs more than five small checks do. So the zygote starts it once, with
no arguments of a job in it, and every child forked from there finds a session that waits for its tests.
This asks for some of pytest's inner parts (`_prepareconfig`, `genitems`, `rewrite_asserts`); the lock pins
pytest, and tests/sandbox/test_checks.py fails where a new one moves them.
"""

from __future__ import annotations

import ast
import os
import sys
import traceback
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from _pytest.assertion.rewrite import rewrite_asserts
from _pytest.config import Config, _prepareconfig

from grading.sandbox.judging.lending import TESTS_MODULE

_UNUSED = (
    "cacheprovider capture debugging doctest faulthandler junitxml legacypath logging pastebin recwarn "
    "reports setuponly setupplan skipping stepwise subtests terminal threadexception tmpdir unittest "
    "unraisableexception warnings"
)
_OPTIONS = [
    *(word for name in _UNUSED.split() for word in ("-p", f"no:{name}")),
    "--rootdir=/",
    "--config-file=/dev/null",
    "--noconftest",
    "--assert=plain",  # only tests.py is rewritten, and by us
    "--strict-markers",
]


class Session:
    """A started pytest that runs one file, once; `code` is the file's, where it was compiled before."""

    def __init__(self, plugin: object) -> None:
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            os.environ.pop(name, None)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        self._config: Config = _prepareconfig(list(_OPTIONS), [plugin])
        self._config._do_configure()
        self._session = pytest.Session.from_config(self._config)
        self._config.hook.pytest_sessionstart(session=self._session)
        self.code: CodeType | None = None

    def read(self, tests: Path) -> None:
        """Compile the file ahead of `run`, which says what is wrong with it."""
        with suppress(Exception):
            self.code = _compiled(tests, self._config)

    def run(self, tests: Path) -> None:
        """Collect and run the checks of the file; the plugin hears of everything."""
        session = self._session
        module = _TestsModule.from_parent(session, path=tests)
        module.code = self.code
        session.items = list(session.genitems(module))
        hook = self._config.hook
        hook.pytest_collection_modifyitems(session=session, config=self._config, items=session.items)
        hook.pytest_collection_finish(session=session)
        following: Iterable[pytest.Item | None] = [*session.items[1:], None]
        for item, nextitem in zip(session.items, following, strict=False):
            hook.pytest_runtest_protocol(item=item, nextitem=nextitem)


class _TestsModule(pytest.Module):
    """tests.py, imported here: its asserts explained, and nothing on the disk but itself."""

    code: CodeType | None = None

    def _getobj(self) -> ModuleType:
        module = ModuleType(TESTS_MODULE)
        module.__file__ = str(self.path)
        sys.modules[TESTS_MODULE] = module
        exec(self.code or _compiled(self.path, self.config), vars(module))
        return module

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str:
        return "".join(traceback.format_exception(excinfo.value))


def _compiled(tests: Path, config: Config) -> CodeType:
    source = tests.read_bytes()
    tree = ast.parse(source, filename=str(tests))
    rewrite_asserts(tree, source, str(tests), config)
    return compile(tree, str(tests), "exec", dont_inherit=True)
