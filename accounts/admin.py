"""People, in the admin. Administrators see this; instructors do not (they hold no permission here)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from accounts.models import User

if TYPE_CHECKING:
    Base = DjangoUserAdmin[User]  # generic for the type checker only
else:
    Base = DjangoUserAdmin

admin.site.unregister(Group)  # what someone may do is their role


@admin.register(User)
class UserAdmin(Base):
    list_display = ("email", "name", "role", "is_active", "last_login", "date_joined")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "name", "role", "password")}),
        (_("Account"), {"fields": ("is_active", "time_zone", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "name", "role", "usable_password", "password1", "password2")}),
    )
