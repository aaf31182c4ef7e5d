"""A lesson's blocks → the values of the one row that holds them, so that they can be run in place.

The row is an `Exercise` that stands in no list and has no checks: its files are the blocks, and a run
of one is a run of these files (`grading.blocks`).
"""

from __future__ import annotations

from course.blocks import PROMISES, file_of_block
from course.content import LessonContent
from course.content.blocks import LIMITS, data_of, run_blocks
from course.content.reader import digest_of
from course.load_rows import Values
from course.models import Exercise, Lesson


def blocks_values(row: Lesson, lesson: LessonContent, data_files: dict[str, str]) -> Values | None:
    """The values of the row; None where no block of the lesson runs."""
    blocks = run_blocks(lesson.body)
    if not blocks:
        return None
    named = [(file_of_block(number), block) for number, block in enumerate(blocks, start=1)]
    starter = {PROMISES: f"RAISES = { {name: block.raises for name, block in named if block.raises}!r}\n"}
    starter |= {name: block.code for name, block in named}
    decides = {
        "paths": list(starter),
        "tests": "",
        "environment": lesson.environment,
        "limits": dict(LIMITS),
        "permissions": [],
        "data": data_of(blocks, data_files),
    }
    used = {path: digest for path, digest in data_files.items() if path.partition("/")[0] in decides["data"]}
    return {
        "lesson": row,
        "kind": Exercise.Kind.BLOCKS,
        "number": 0,
        "title": lesson.title,
        "optional": True,
        "level": lesson.level,
        "task_html": "",
        "starter": starter,
        **decides,
        "content_hash": digest_of([decides, starter, used]),
    }
