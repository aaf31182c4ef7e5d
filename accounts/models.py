"""Who learns and who teaches."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.time_zone import NAME_LENGTH, check_time_zone


class Role(models.TextChoices):
    """What a person may do; each role may do all that the one before it may."""

    LEARNER = "learner", _("learner")
    INSTRUCTOR = "instructor", _("instructor")
    ADMIN = "admin", _("admin")


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, name: str = "", role: Role = Role.LEARNER
    ) -> User:
        """Make a user; without a password the account cannot sign in until one is set."""
        if not email:
            raise ValueError("A user needs an e-mail address: it is what they sign in with.")
        user = self.model(email=email.strip().lower(), name=name, role=role)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, *, name: str = "") -> User:
        return self.create_user(email, password, name=name, role=Role.ADMIN)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by e-mail address. The role decides what they may do; see `Role`."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.LEARNER)
    is_active = models.BooleanField(_("may sign in"), default=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=NAME_LENGTH,
        blank=True,
        default="",
        validators=[check_time_zone],
        help_text=_("such as Europe/Berlin; empty: that of the cohort"),
    )
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering: ClassVar[list[str]] = ["email"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address")
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_superuser(self) -> bool:  # type: ignore[override]  # a column in Django, a matter of role here
        """Whether Django's admin lets this person do everything."""
        return self.role == Role.ADMIN

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets this person in; what they see there is decided per row."""
        return self.role in (Role.INSTRUCTOR, Role.ADMIN)

    @property
    def teaches(self) -> bool:
        return self.role == Role.INSTRUCTOR

    @property
    def administers(self) -> bool:
        return self.role == Role.ADMIN


class FirstAdminLink(models.Model):
    """The link that makes the first administrator: see `accounts.first_admin`.

    There is one row at the most, so that all who try a link at the same time wait for the same row.
    """

    nonce = models.UUIDField(_("what the latest link is signed over"), null=True)
    """None once the link has been used."""

    def __str__(self) -> str:
        return "open" if self.nonce else "used"
