"""The blocks of a lesson in the real sandbox: one namespace, and those before leave only what is in it."""

from __future__ import annotations

from importlib.resources import files

import pytest

from grading.job import IT_LOADS
from grading.sandbox.wire import Drawn, Job, Limits, Printed

pytestmark = pytest.mark.slow

LIMITS = Limits(cpu_s=2, wall_s=20, memory_mb=512, output_kb=256)
PROGRAM = files("grading.inside").joinpath("blocks.py").read_text(encoding="utf-8")


@pytest.fixture
def run(sandbox):
    """Run the last of these blocks; `raises` is what the lesson says that some of them raise."""

    def run(*blocks, raises=None, on_event=lambda event: None, number=0):
        named = {f"block-{at}": code for at, code in enumerate(blocks, start=1)}
        main = {"blocks.py": f"{PROGRAM}\nRAISES = {raises or {}!r}\n"}
        scratch = f"from solution import run\nrun({number or len(blocks)})\n"
        job = Job("blocks", "base", main | named, IT_LOADS, limits=LIMITS, scratch=scratch)
        return sandbox.run(job, on_event)

    return run


def test_a_block_sees_what_those_before_it_made_and_they_print_nothing(run):
    report = run(
        "import sys\nprint('first')\nprint('aside', file=sys.stderr)\nx = 1\n",
        "def y():\n    return x + 1\nprint('second')",
        "x = 41\nprint(y())",
    )
    assert report.scratch == "42\n"
    assert (report.stdout, report.stderr, report.verdict) == ("", "", "passed")


def test_blocks_after_it_do_not_matter_even_if_they_are_no_python(run):
    assert run("print(1)", "print(2)", "this is not Python", number=2).scratch == "2\n"


def test_an_error_is_told_with_the_line_of_its_block(run):
    report = run("def half(n):\n    return n / 0\n", "x = 1\nhalf(x)")
    assert report.scratch == (
        "Traceback (most recent call last):\n"
        '  File "block-2", line 2, in <module>\n'
        "    half(x)\n"
        '  File "block-1", line 2, in half\n'
        "    return n / 0\n"
        "ZeroDivisionError: division by zero\n"
    )
    assert report.verdict == "passed"


def test_a_mistake_of_syntax_is_told_with_its_line(run):
    said = run("x = 1", "y = (\n").scratch
    assert said.startswith('  File "block-2", line 1\n    y = (\n')
    assert "SyntaxError: '(' was never closed" in said


def test_what_a_block_before_is_expected_to_raise_ends_nothing(run):
    blocks = ("x = 1", "x = 2\nint('five')", "print(x)")
    assert run(*blocks, raises={"block-2": "ValueError"}).scratch == "2\n"


@pytest.mark.parametrize("raises", [None, {"block-1": "KeyError"}])
def test_what_it_is_not_expected_to_raise_is_told_instead(run, raises):
    said = run("print(1)\nint('five')", "print('never')", raises=raises).scratch
    assert said.startswith("Block 1, which runs before this one, did not come to its end.\nTraceback")
    assert 'File "block-1", line 2, in <module>' in said
    assert "never" not in said


def test_a_block_that_raises_as_promised_shows_it_when_it_is_run(run):
    assert "ValueError: invalid literal" in run("int('five')", raises={"block-1": "ValueError"}).scratch


def test_figures_of_blocks_before_are_not_shown_and_its_own_are_with_their_words(run):
    draw = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1)).suptitle('{}')\n"
    report = run(f"{draw.format('before')}plt.show()", draw.format("open before"), draw.format("its own"))
    assert [drawing.text for drawing in report.drawings] == ["its own"]


def test_a_figure_is_seen_as_soon_as_it_is_shown_also_after_blocks_that_show(run):
    draw = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1)).suptitle('{}')\nplt.show()\n"
    seen = []
    run(
        draw.format("before"),
        f"{draw.format('shown')}print('drawn')\nimport time\ntime.sleep(0.5)\nprint('slept')",
        on_event=lambda event: seen.append(event),
    )
    assert [type(event) for event in seen if isinstance(event, Drawn | Printed)][:2] == [Drawn, Printed]


def test_classes_of_a_block_behave_as_in_a_module(run):
    blocks = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Host:\n    name: str\n",
        "import pickle\nprint(pickle.loads(pickle.dumps(Host('a'))), __name__)",
    )
    assert run(*blocks).scratch == "Host(name='a') lesson\n"


def test_who_leaves_or_takes_too_long_is_told_so(run):
    assert "exit code 3" in run("import os\nos._exit(3)", "print(1)").scratch_end
    assert run("import sys\nsys.exit(3)").scratch == "exit code 3\n"
    assert "2 s of processor time" in run("x = 1", "print('begun')\nwhile True: pass").scratch_end
