"""What signing up asks beyond an address and a password."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class NameForm(forms.Form):
    """allauth's sign-up form inherits from this and calls `signup` before the user is stored."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("Instructors see it beside what you submit."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
