"""A term of the glossary: made by `load_course` from concepts.yaml and from what lessons teach and need."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from course.models.content import Lesson


class Concept(models.Model):
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    definition = models.CharField(max_length=300)
    lesson = models.ForeignKey(
        Lesson,
        null=True,
        on_delete=models.SET_NULL,
        related_name="teaches",
        help_text=_("the one lesson that teaches it"),
    )
    place = models.PositiveSmallIntegerField(default=0, help_text=_("among what that lesson teaches"))
    needed_by = models.ManyToManyField(Lesson, related_name="needs")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('glossary')}#{self.slug}"
