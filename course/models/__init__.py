"""The rows of the course: what is taught, who follows it, how far they are."""

from course.models.activity import LatestBeat, LearningDay, TimeSpent
from course.models.concept import Concept
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
from course.models.solution import KnownSolution
from course.models.version import ExerciseVersion

__all__ = [
    "AttemptLimit",
    "AttemptsPolicy",
    "Cohort",
    "Concept",
    "Course",
    "Deadline",
    "Enrolment",
    "Exercise",
    "ExercisePass",
    "ExerciseVersion",
    "Extension",
    "KnownSolution",
    "LatestBeat",
    "LearningDay",
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
    "TimeSpent",
    "Week",
    "WeekProgress",
]
