"""What the page of a lesson or an exercise says of its data."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from course.data_sets import DataSet, data_sets

register = template.Library()


@register.simple_tag
def data_sets_named(names: Iterable[str]) -> list[DataSet]:
    return data_sets(names)
