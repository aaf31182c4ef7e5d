"""What the blocks of a lesson that run are called; see `course.load_blocks`."""

from __future__ import annotations

PROMISES = "blocks.py"  # says what each is expected to raise


def slug_of_blocks(lesson: str) -> str:
    """No author can give an exercise this slug: it has two hyphens in a row."""
    return f"{lesson}--blocks"


def file_of_block(number: int) -> str:
    """The name that a traceback shows. Without .py: one that cannot be compiled must not end the others."""
    return f"block-{number}"
