"""The code of checks, kept from run to run."""

from __future__ import annotations

import marshal

from grading.sandbox import checks
from grading.sandbox.compiled import MOST_BYTES, CompiledTests


def test_the_first_code_of_a_file_is_kept_for_its_environment_alone() -> None:
    kept = CompiledTests()
    kept.keep("base", "assert True", b"first")
    kept.keep("base", "assert True", b"second")
    assert kept.get("base", "assert True") == b"first"
    assert kept.get("torch", "assert True") == b""
    assert kept.get("base", "assert False") == b""


def test_what_was_not_used_for_longest_makes_room() -> None:
    kept = CompiledTests(most_kept=3)
    for name in "abc":
        kept.keep("base", name, b"1")
    assert kept.get("base", "a") == b"1"
    kept.keep("base", "d", b"1")
    assert [kept.get("base", name) for name in "abcd"] == [b"1", b"", b"1", b"1"]


def test_what_is_forgotten_makes_room_too() -> None:
    kept = CompiledTests(most_kept=2)
    kept.keep("base", "a", b"12")
    kept.forget("base", "a")
    kept.forget("base", "never there")
    kept.keep("base", "b", b"12")
    assert [kept.get("base", name) for name in "ab"] == [b"", b"12"]


def test_a_file_that_is_too_long_is_compiled_each_time() -> None:
    kept = CompiledTests()
    kept.keep("base", "a", bytes(MOST_BYTES + 1))
    assert kept.get("base", "a") == b""


def test_tests_that_are_no_python_have_no_code() -> None:
    assert checks.compiled("def test_it(:") == b""


def test_the_code_explains_its_asserts() -> None:
    code = marshal.loads(checks.compiled("def test_it():\n    assert 1 + 1 == 3\n"))
    names = {
        name for constant in code.co_consts if hasattr(constant, "co_names") for name in constant.co_names
    }
    assert "_call_reprcompare" in names
