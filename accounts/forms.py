"""What signing up asks beyond an address and a password, the first administrator's, and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.http import HttpRequest
from django.utils.choices import CallableChoiceIterator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.time_zone import check_time_zone, time_zone_choices

if TYPE_CHECKING:
    CreationForm = BaseUserCreationForm[User]  # generic for the type checker only
    UserForm = forms.ModelForm[User]
else:
    CreationForm = BaseUserCreationForm
    UserForm = forms.ModelForm


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


class TimeZoneField(forms.CharField):
    """A zone's name, chosen from a list; any name of the IANA's is taken, also one that is not in it."""

    widget = forms.Select

    def __init__(self, *, nobody: str | Promise, **other: Any) -> None:
        super().__init__(required=False, **other)
        self.widget.choices = CallableChoiceIterator(lambda: time_zone_choices(str(nobody)))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            check_time_zone(value)


class SettingsForm(UserForm):
    time_zone = TimeZoneField(
        label=_("Time zone"),
        nobody=_("that of my cohort"),
        help_text=_("Times, and when something is due, are written in it."),
    )

    class Meta:
        model = User
        fields = ("time_zone",)
