"""What pages of the course send that is more than an answer to a question."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class BeatForm(forms.Form):
    """For how long a page was in use since it last said so."""

    seconds = forms.IntegerField(
        min_value=0,
        error_messages={
            "required": _("Say for how many seconds the page was in use."),
            "invalid": _("Say for how many seconds the page was in use, as a whole number."),
            "min_value": _("A page cannot have been in use for less than 0 seconds."),
        },
    )
