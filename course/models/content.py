"""What is taught. Every row here is made by `load_course` from a file; nobody edits it elsewhere.

Identity is the slug: a lesson that is renumbered or moved keeps everyone's progress. What
disappears from the files is retired (`retired_at`), never deleted with someone's work.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class ContentQuerySet(models.QuerySet[Row]):
    def current(self) -> Self:
        """What the files hold today; without what was retired."""
        return self.filter(retired_at=None)


def name_of_weeks(first: int, last: int) -> str:
    """“Week 3”, or “Weeks 25–26”."""
    if first == last:
        return gettext("Week %(number)s") % {"number": first}
    return gettext("Weeks %(first)s–%(last)s") % {"first": first, "last": last}


class Course(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    welcome_html = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, help_text=_("SHA-256 over all its files"))
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.title


class Module(models.Model):
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    aim = models.CharField(max_length=300)
    outcomes = models.JSONField(default=list, help_text=_("what you can do afterwards"))
    capstone = models.BooleanField(default=False)
    body_html = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Module]] = ContentQuerySet["Module"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("module", args=[self.slug])


class Week(models.Model):
    """One week, or the capstone's two (`number` 25, `last_number` 26)."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="weeks")
    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField()
    last_number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    aim = models.CharField(max_length=300)
    outcomes = models.JSONField(default=list)
    hours = models.PositiveSmallIntegerField(default=0)
    body_html = models.TextField(blank=True, help_text=_("introduction and mini-project"))
    # Totals of what is written today, kept by the loader so that no page has to count.
    lesson_total = models.PositiveSmallIntegerField(default=0)
    exercise_total = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Week]] = ContentQuerySet["Week"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["number"], condition=models.Q(retired_at=None), name="one_week_per_number"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("week", args=[self.module.slug, self.number])

    @property
    def when(self) -> str:
        return name_of_weeks(self.number, self.last_number)


class Lesson(models.Model):
    """A topic of the syllabus: `planned` until its folder is written."""

    week = models.ForeignKey(Week, on_delete=models.PROTECT, related_name="lessons")
    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    planned = models.BooleanField(default=False)
    promise = models.CharField(max_length=110, blank=True)
    objectives = models.JSONField(default=list)
    sources = models.JSONField(default=list, help_text=_("[{title, url}]"))
    level = models.PositiveSmallIntegerField(default=1)
    minutes_read = models.PositiveSmallIntegerField(default=0)
    minutes_exercise = models.PositiveSmallIntegerField(default=0)
    minutes_quiz = models.PositiveSmallIntegerField(default=0)
    environment = models.CharField(max_length=20, default="base")
    reviewed = models.DateField(null=True, blank=True)
    body_html = models.TextField(blank=True)
    contents = models.JSONField(default=list, help_text=_("[{id, title, level}] for the table of contents"))
    mathematics = models.BooleanField(default=False, help_text=_("has formulas to set"))
    content_hash = models.CharField(max_length=64, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Lesson]] = ContentQuerySet["Lesson"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["week__number", "number"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("lesson", args=[self.week.module.slug, self.week.number, self.slug])

    @property
    def minutes(self) -> int:
        return self.minutes_read + self.minutes_exercise + self.minutes_quiz


class Picture(models.Model):
    """An SVG file of a lesson. Served by a view that lets nothing in it run; see `course.views.picture`."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="pictures")
    name = models.SlugField(help_text=_("the file's name without .svg"))
    svg = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lesson", "name"], name="one_picture_per_name")
        ]

    def __str__(self) -> str:
        return f"{self.name}.svg"


class ExerciseQuerySet(ContentQuerySet["Exercise"]):
    def listed(self) -> Self:
        """What a lesson asks for, in its list; without what is met elsewhere."""
        return self.current().filter(kind=Exercise.Kind.EXERCISE)


class Exercise(models.Model):
    """Something to write and submit. `content_hash` is over all that decides a verdict.

    What is not of the kind `EXERCISE` stands in no list and is always optional: no progress counts it.
    """

    class Kind(models.TextChoices):
        EXERCISE = "exercise", _("an exercise")
        VARIANT = "variant", _("an exercise asked anew, for when it comes back")
        BLOCKS = "blocks", _("the code blocks of a lesson, to run in place")

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="exercises")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.EXERCISE)
    variant_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="variants"
    )
    slug = models.SlugField(unique=True)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    optional = models.BooleanField(default=False, help_text=_("a stretch; not needed to finish the lesson"))
    level = models.PositiveSmallIntegerField(default=1)
    minutes = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveSmallIntegerField(default=0)
    environment = models.CharField(max_length=20, default="base")
    task_html = models.TextField()
    mathematics = models.BooleanField(default=False, help_text=_("has formulas to set, in task or hints"))
    starter = models.JSONField(help_text=_("path → text"))
    # Said apart: PostgreSQL keeps no order of the keys in a JSON object.
    paths = models.JSONField(default=list, help_text=_("the files of a submission, the main one first"))
    tests = models.TextField()
    checks = models.JSONField(default=list, help_text=_("[{name, title, hidden}] in the order they run"))
    hints = models.JSONField(default=list, help_text=_("[{check, html}] gentlest first"))
    data = models.JSONField(default=list, help_text=_("names of data sets mounted at data/"))
    limits = models.JSONField(default=dict, help_text=_("see grading.sandbox.wire.Limits"))
    permissions = models.JSONField(default=list, help_text=_("see grading.sandbox.wire.Permission"))
    content_hash = models.CharField(max_length=64)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Exercise]] = ExerciseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["lesson__week__number", "lesson__number", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="what_is_not_listed_is_optional",
                condition=models.Q(kind="exercise") | models.Q(optional=True),
            ),
            models.CheckConstraint(
                name="a_variant_is_of_an_exercise",
                condition=models.Q(kind="variant", variant_of__isnull=False)
                | (~models.Q(kind="variant") & models.Q(variant_of__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        if self.kind == self.Kind.BLOCKS:
            return self.lesson.get_absolute_url()
        return self.address_of("exercise")

    def address_of(self, page: str) -> str:
        """The address of a page at or below the exercise's own: "hint", "compare", "solution" …"""
        week = self.lesson.week
        return reverse(page, args=[week.module.slug, week.number, self.lesson.slug, self.slug])


class Question(models.Model):
    """One question of a lesson's quiz. `body` is what `course.quiz` reads, by `kind`."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("one answer")
        MULTI = "multi", _("every right answer")
        NUMERIC = "numeric", _("a number")
        ORDER = "order", _("put in order")
        MATCH = "match", _("match the pairs")
        OUTPUT = "output", _("what does it print")
        SPOT_THE_LINE = "spot-the-line", _("find the line")

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="questions")
    slug = models.SlugField(unique=True, max_length=100)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    prompt_html = models.TextField()
    mathematics = models.BooleanField(default=False, help_text=_("has formulas to set"))
    body: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Question]] = ContentQuerySet["Question"].as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["lesson__week__number", "lesson__number", "number"]

    def __str__(self) -> str:
        return self.slug


class Resource(models.Model):
    """A line of the syllabus's own lists: a book, a course, a tool, a hands-on lab."""

    class Kind(models.TextChoices):
        BOOK = "book", _("Books")
        COURSE = "course", _("Online Courses")
        TOOL = "tool", _("Tools to Master")
        LAB = "lab", _("Hands-on Labs")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="resources")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    number = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=60, blank=True, help_text=_("of tools: Monitoring, Cloud …"))
    title = models.CharField(max_length=160)
    by = models.CharField(max_length=120, blank=True)
    url = models.URLField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "number"]

    def __str__(self) -> str:
        return self.title
