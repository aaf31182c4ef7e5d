"""The rows of the course: what is taught, who follows it, how far they are."""

from course.models.content import (
    Course,
    Exercise,
    Lesson,
    Module,
    Picture,
    Question,
    Resource,
    Week,
)
from course.models.deadlines import AttemptLimit, Deadline, Extension
from course.models.people import AttemptsPolicy, Cohort, Enrolment
from course.models.progress import ExercisePass, LessonProgress, QuizAnswer, WeekProgress
from course.models.review import ReviewCard, Sitting, SittingItem
from course.models.version import ExerciseVersion

__all__ = [
    "AttemptLimit",
    "AttemptsPolicy",
    "Cohort",
    "Course",
    "Deadline",
    "Enrolment",
    "Exercise",
    "ExercisePass",
    "ExerciseVersion",
    "Extension",
    "Lesson",
    "LessonProgress",
    "Module",
    "Picture",
    "Question",
    "QuizAnswer",
    "Resource",
    "ReviewCard",
    "Sitting",
    "SittingItem",
    "Week",
    "WeekProgress",
]
