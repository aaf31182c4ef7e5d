"""Other environments than base: brought up by the first job that asks, and fit for what they are for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.case import Case, cases_elsewhere
from tests.hostile.supervised import ENVIRONMENTS, shapes, supervised

pytestmark = pytest.mark.hostile

_RUNS = 3  # the first one waits for the imports


@pytest.mark.parametrize("shape", shapes())
@pytest.mark.parametrize("case", cases_elsewhere(), ids=str)
def test_an_honest_submission_passes_where_its_libraries_are(case: Case, shape: str, tmp_path: Path) -> None:
    name = case.job.environment
    if not (ENVIRONMENTS / name / "site-packages").is_dir():
        pytest.skip(f"an environment of gigabytes: {name} is not built here; ./lms up --all builds it")
    for parent in list(tmp_path.parents)[:3]:
        parent.chmod(0o755)  # the unprivileged shape must reach its folder
    with supervised(shape, tmp_path) as sandbox:
        reports = [sandbox.run(case.job) for _ in range(_RUNS)]
    for report in reports:
        told = [
            f"{one.name}: {one.message} {one.traceback}" for one in report.results if one.outcome != "passed"
        ]
        assert report.verdict.value in case.verdicts, f"{report.detail}\n{told}\n{report.stderr}"
