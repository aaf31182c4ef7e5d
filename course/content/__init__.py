"""The course's files, read to plain frozen values. No Django, no database.

How this works: `read_course` walks the folders (`tree`, `lesson_files`, `exercise_files`). A `Reader`
reads each file, checks its keys against the models of `matter` and `quiz_matter`, and collects every
problem instead of stopping at the first. What goes beyond one file, such as a link or a concept that
nobody teaches, is checked by `course.content_rules`. The format in words: `docs/content-format.md`.
"""

from course.content.fences import Fence, fences, plot_names
from course.content.problems import ContentErrors, Problem
from course.content.shape import (
    CheckContent,
    CourseContent,
    ExerciseContent,
    Expectation,
    HintContent,
    LessonContent,
    ModuleContent,
    PlannedContent,
    QuestionContent,
    WeekContent,
    WrongContent,
)
from course.content.tree import read_course, read_what_can_be_read

__all__ = [
    "CheckContent",
    "ContentErrors",
    "CourseContent",
    "ExerciseContent",
    "Expectation",
    "Fence",
    "HintContent",
    "LessonContent",
    "ModuleContent",
    "PlannedContent",
    "Problem",
    "QuestionContent",
    "WeekContent",
    "WrongContent",
    "fences",
    "plot_names",
    "read_course",
    "read_what_can_be_read",
]
