"""How points are shown."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """Without a decimal place where there is nothing in it: 7, 6.5, and a dash for no grade."""
    if value is None:
        return "–"
    return number_format(value, decimal_pos=0 if value == value.to_integral_value() else 1)
