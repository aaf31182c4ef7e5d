"""Exceptions arrive as their type; a value that cannot arrive says why."""

from __future__ import annotations

from typing import Any

import pytest


def test_exceptions_arrive_as_their_type(judge: Any) -> None:
    code = """
        import json
        import subprocess
        import numpy as np

        class AppError(Exception):
            def __init__(self, status, *, hint):
                super().__init__(status)
                self.status = status
                self.hint = hint
            def __str__(self): return f"status {self.status}"
        class NotFound(AppError, KeyError): pass
        class Odd(Exception):
            def __str__(self): raise RuntimeError

        def fail(kind):
            if kind == "json": json.loads("{")
            if kind == "linalg": np.linalg.inv(np.zeros((2, 2)))
            if kind == "unicode": b"\\xff".decode()
            if kind == "os": open("/no/such/file")
            if kind == "own": raise NotFound(404, hint="look")
            if kind == "odd": raise Odd
            if kind == "group": raise ExceptionGroup("several", [ValueError(1)])
            if kind == "exit": raise SystemExit(2)
            if kind == "process": raise subprocess.CalledProcessError(3, "ls")
            if kind == "deep": fail("deep")
            if kind == "base": raise BaseException("b")
            raise kind
        def catches(f):
            try:
                f()
            except AppError:
                return "caught"
        def raises(kind):
            try:
                raise kind("x")
            except kind:
                return "raised"
        def caught(): return [ValueError("x", 1), KeyError]
    """
    tests = """
        import json
        import subprocess
        import numpy as np
        import pytest

        def test_types(solution):
            with pytest.raises(json.JSONDecodeError): solution.fail("json")
            with pytest.raises(np.linalg.LinAlgError): solution.fail("linalg")
            with pytest.raises(UnicodeDecodeError): solution.fail("unicode")
            with pytest.raises(subprocess.CalledProcessError) as called: solution.fail("process")
            assert called.value.returncode == 3
            with pytest.raises(FileNotFoundError) as missing: solution.fail("os")
            assert missing.value.errno == 2
            with pytest.raises(RecursionError): solution.fail("deep")
            with pytest.raises(Exception, match="several"): solution.fail("group")
            with pytest.raises(Exception): solution.fail("base")
            with pytest.raises(Exception): solution.fail("odd")

        def test_own(solution):
            with pytest.raises(solution.NotFound) as found: solution.fail("own")
            assert (found.value.status, found.value.hint, str(found.value)) == (404, "look", "status 404")
            with pytest.raises(solution.AppError): solution.fail("own")
            with pytest.raises(KeyError): solution.fail("own")
            assert type(found.value).__name__ == "NotFound"

        def test_exit(solution):
            with pytest.raises(SystemExit) as ended: solution.fail("exit")
            assert ended.value.code == 2

        def test_passed_in(solution):
            with pytest.raises(TimeoutError): solution.fail(TimeoutError)
            with pytest.raises(solution.AppError): solution.fail(solution.AppError(1, hint=""))

        def test_raised_by_a_fake(solution):
            class Unlucky(Exception): pass
            def fake(): raise solution.NotFound(404, hint="x")
            assert solution.catches(fake) == "caught"
            assert solution.raises(Unlucky) == "raised"
            with pytest.raises(Unlucky): solution.fail(Unlucky)

        def test_as_values(solution):
            error, kind = solution.caught()
            assert type(error) is ValueError and error.args == ("x", 1) and kind is KeyError
    """
    judge.passes(code, tests)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("def f(): return 10 ** 5000", "Your code gave back a `int` that a check cannot take"),
        ("def f():\n    x = []\n    x.append(x)\n    return x", "nested more than 100 deep"),
        ("import numpy as np\ndef f(): return np.array([object()])", "its dtype is object"),
        ("def f(): return bytes(70_000_000)", "larger than 64 MB"),
        ("import pandas as pd\ndef f(): return pd.Series([1], dtype='Sparse[int]')", "Sparse"),
    ],
)
def test_a_value_that_cannot_cross_fails_with_its_reason(judge: Any, code: str, sentence: str) -> None:
    judged = judge(code, "def test_it(solution): solution.f()\ndef test_next(solution): solution.f")
    assert judged.outcomes == {"test_it": "failed", "test_next": "passed"}
    assert sentence in judged.check("test_it")["message"]
