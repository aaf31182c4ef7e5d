"""Checks meet a learner's code: outcomes, whose words are shown to whom, and whose fault it was."""

from __future__ import annotations

from typing import Any

import pytest

UNFIT = "What your code gave back does not fit what this check does with it: is it of the type asked for?"
FINE = """
    def add(a, b):
        return a + b
"""
CRASHING = """
    def outer(value):
        return inner(value)

    def inner(value):
        raise ValueError(f"cannot use {value}")
"""


def test_a_right_solution_passes_every_check(judge: Any) -> None:
    judged = judge(
        FINE,
        '''
        import pytest

        def test_two_numbers(solution):
            """Two numbers are added

            More that no learner reads.
            """
            assert solution.add(1, 2) == 3, "add(1, 2) is not the sum"

        @pytest.mark.parametrize("text", ["a", "größer"])
        def test_texts_are_joined(solution, text):
            assert solution.add(text, "b") == text + "b"

        class TestMore:
            @pytest.mark.hidden
            def test_lists(self, solution):
                assert solution.add([1], [2]) == [1, 2]
        ''',
    )
    assert judged.outcomes == {
        "test_two_numbers": "passed",
        "test_texts_are_joined[a]": "passed",
        "test_texts_are_joined[gr\\xf6\\xdfer]": "passed",
        "TestMore::test_lists": "passed",
    }
    (collected,) = judged.all("Collected")
    assert collected["checks"][0] == {
        "name": "test_two_numbers",
        "title": "Two numbers are added",
        "hidden": False,
    }
    assert collected["checks"][1]["title"] == "texts are joined[a]"
    assert collected["checks"][3]["hidden"]
    assert judged.ended["ending"] == "finished"
    assert [event["type"] for event in judged.events[:3]] == ["Collected", "CheckStarted", "CheckDone"]


def test_the_authors_words_are_told_from_pytests_explanation(judge: Any) -> None:
    judged = judge(
        FINE,
        """
        def test_words(solution):
            got = solution.add(1, 2)
            assert got == 4, f"add(1, 2) came back as {got}:\\nis 100% of it there? {{x}}"
        """,
    )
    assert judged.only["outcome"] == "failed"
    assert judged.only["message"] == "add(1, 2) came back as 3:\nis 100% of it there? {x}"
    assert judged.only["explanation"] == "assert 3 == 4"


@pytest.mark.parametrize(
    ("body", "message", "explanation"),
    [
        ("assert got == 4", "", "assert 3 == 4"),
        ("assert got == 4, 5", "5", "assert 3 == 4"),
        ("pytest.fail('said by the author')", "said by the author", ""),
        ("raise AssertionError('said by the author')", "said by the author", ""),
        ("helper(got)", "from a helper", "assert 3 == 4"),
        ("np.testing.assert_allclose(got, 4)", "", "Not equal to tolerance"),
        ("assert got == pytest.approx(4), 'near'", "near", "assert 3 == 4 ± 4.0e-06"),
        (
            "pytest.raises(ValueError, solution.add, 1, 2)",
            "Your code should have raised an exception here, and did not.",
            "DID NOT RAISE ValueError",
        ),
        (
            "assert f'{None:.1f}'",
            UNFIT,
            "TypeError: unsupported format string",
        ),
    ],
)
@pytest.mark.parametrize("hidden", [False, True])
def test_each_kind_of_failure_has_its_words(
    judge: Any, body: str, message: str, explanation: str, hidden: bool
) -> None:
    tests = f"""
import numpy as np
import pytest

def helper(value):
    assert value == 4, "from a helper"

{"@pytest.mark.hidden" if hidden else ""}
def test_it(solution):
    got = solution.add(1, 2)
    {body}
"""
    check = judge(FINE, tests).only
    assert check["outcome"] == "failed"
    assert check["message"] == message
    if hidden:
        assert check["explanation"] == ""
    else:
        assert explanation in check["explanation"]


def test_a_crash_shows_the_learners_own_frames_only(judge: Any) -> None:
    judged = judge(CRASHING, "def test_it(solution):\n    solution.outer('input 7')")
    assert judged.only["outcome"] == "crashed"
    assert judged.only["exception"] == "ValueError"
    assert judged.only["message"] == "Your code raised ValueError: cannot use input 7"
    assert judged.only["traceback"].splitlines() == [
        "Traceback (most recent call last):",
        '  File "solution.py", line 3, in outer',
        "    return inner(value)",
        '  File "solution.py", line 6, in inner',
        '    raise ValueError(f"cannot use {value}")',
        "ValueError: cannot use input 7",
    ]


def test_a_crash_in_a_hidden_check_keeps_its_input_to_itself(judge: Any) -> None:
    tests = """
        import pytest

        @pytest.mark.hidden
        def test_it(solution):
            solution.outer("input 7")
    """
    judged = judge(CRASHING, tests)
    assert judged.only["outcome"] == "crashed"
    assert judged.only["message"] == "Your code raised ValueError"
    assert "input 7" not in str(judged.events)


def test_a_missing_name_is_asked_for(judge: Any) -> None:
    judged = judge("# nothing yet", "def test_it(solution):\n    assert solution.p99([1]) == 1")
    assert judged.only["outcome"] == "failed"
    assert judged.only["message"] == "Define `p99`: your file has nothing of that name."


def test_wrong_arguments_are_the_learners_own_error(judge: Any) -> None:
    judged = judge("def add(a): return a", "def test_it(solution):\n    solution.add(1, 2)")
    assert judged.only["outcome"] == "crashed"
    assert judged.only["message"].startswith("Your code raised TypeError: add() takes 1 positional argument")


@pytest.mark.parametrize(
    "tests",
    [
        "def test_it(solution):\n    undefined_name",
        "def test_it(solution):\n    solution.add(1, 2)\n    undefined_name",
        "def test_it(solution):\n    import no_such_library",
        "def test_it(solution):\n    1 / 0",
        "def test_it(no_such_fixture):\n    pass",
        "def test_it(solution):\n    solution.add(object(), 1)",
        "def test_it(solution):\n    solution.beside(lambda s: 1)",
        "import pytest\ndef test_it(solution):\n    pytest.skip('not today')",
        "import pytest\ndef test_it(solution):\n    pytest.exit('enough')",
        "import pytest\npytest.exit('enough')\ndef test_it(solution): pass",
        "raise SystemExit",
        "import no_such_library\ndef test_it(solution): pass",
        "def test_it(solution:\n    pass",
        "",
        "x = 1",
        "import pytest\n@pytest.mark.no_such_mark\ndef test_it(solution): pass",
        "import pytest\n@pytest.fixture\ndef broken(): return 1 / 0\ndef test_it(solution, broken): pass",
        "import pytest\n@pytest.fixture\ndef late():\n    yield\n    1 / 0\ndef test_it(late): pass",
    ],
)
def test_an_authors_mistake_is_never_the_learners(judge: Any, tests: str) -> None:
    judged = judge(FINE, tests)
    assert judged.ended["ending"] == "platform-error"
    assert judged.ended["author_log"]
    assert judged.ended["detail"] == ""
    assert set(judged.outcomes.values()) <= {"skipped"}


def test_a_mistake_ends_the_run_and_the_rest_is_skipped(judge: Any) -> None:
    judged = judge(
        FINE,
        """
        def test_first(solution): assert solution.add(1, 1) == 2
        def test_broken(solution): undefined_name
        def test_last(solution): assert solution.add(1, 1) == 2
        """,
    )
    assert judged.outcomes == {"test_first": "passed", "test_broken": "skipped", "test_last": "skipped"}
    assert "NameError: name 'undefined_name' is not defined" in judged.ended["author_log"]


def test_what_the_checks_print_is_for_their_author(judge: Any) -> None:
    judged = judge(
        FINE,
        "import sys\ndef test_it(solution):\n    print('a note')\n    print('x' * 10**6, file=sys.stderr)",
    )
    assert judged.ended["ending"] == "finished"
    assert judged.ended["author_log"].startswith("a note\nxxx")
    assert len(judged.ended["author_log"]) <= 16_000


def test_what_the_learner_prints_arrives_before_the_verdict(judge: Any) -> None:
    judged = judge(
        "def talk():\n    print('spoken', end='')",
        "def test_it(solution): solution.talk()",
    )
    assert judged.printed == "spoken"
