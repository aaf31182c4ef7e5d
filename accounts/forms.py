"""What signing up asks beyond an address and a password, and what the first administrator is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    CreationForm = BaseUserCreationForm[User]  # generic for the type checker only
else:
    CreationForm = BaseUserCreationForm


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


class FirstAdminForm(CreationForm):
    """Asks for the password twice: no letter may reach whoever mistypes the first one."""

    class Meta:
        model = User
        fields = ("email", "name")
        widgets = {  # noqa: RUF012 (as Django reads it)
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
