from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import FIRM_ROLES, OFFICE_ROLES, OrganisationKind
from common.models import Journalled, JournalledManager


def normalise_email(email: str) -> str:
    return email.strip().lower()


class UserManager(JournalledManager, BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password the account cannot sign in until its owner sets one by mail."""
        user: User = self.model(email=normalise_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """For the first installation and emergencies; daily work needs a group of accounts.roles."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=normalise_email(email or ""))


class User(Journalled, AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """A person. What the person may do comes from groups and memberships, never from this row."""

    # What is personal cannot be taken out of the journal again, so it holds the number of the account alone.
    journal_hidden = ("password", "email", "name", "phone")
    journal_ignored = ("last_login",)
    journal_elsewhere = ("groups",)

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("full name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May open the administration pages."))
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting an account."))
    language = models.CharField(_("language of messages"), max_length=8, choices=settings.LANGUAGES, default="zh-hans")
    wants_email = models.BooleanField(_("e-mail"), default=True, help_text=_("Duties and deadlines come in any case."))
    wants_sms = models.BooleanField(_("text message"), default=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    date_joined = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        permissions = [
            ("assign_roles", _("Can put people into role groups")),
            ("act_for_whole_city", _("Can act for the whole city, not for one county or park alone")),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_in_any_case",
                violation_error_message=_("An account with this e-mail address exists already."),
            )
        ]

    def __str__(self) -> str:
        if self.closed_at:
            return gettext("Closed account %(number)d") % {"number": self.pk}
        return self.name or self.email

    def journal_label(self) -> str:
        return f"#{self.pk}"

    def clean(self) -> None:
        self.email = normalise_email(self.email)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.email = normalise_email(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def acts_for_whole_city(self) -> bool:
        return self.has_perm("accounts.act_for_whole_city")

    def divisions(self) -> set[str]:
        """Codes of the divisions this person is an officer for."""
        return self._own_divisions

    def parks(self) -> set[str]:
        """Codes of the parks this person is an officer for."""
        return self._own_parks

    @cached_property
    def roles(self) -> dict[int, str]:
        """Role by organisation, of the memberships in force; read once for this object."""
        return dict(self.memberships.filter(is_active=True).values_list("organisation_id", "role"))

    def firms(self) -> list[int]:
        """Organisations this person reads or writes for, as an applicant."""
        return [key for key, role in self.roles.items() if role in FIRM_ROLES]

    def offices(self) -> list[int]:
        """Organisations this person acts for as an officer or a leader: its recommendations are theirs to make."""
        return [key for key, role in self.roles.items() if role in OFFICE_ROLES]

    # One query each, kept with this object: a request reads the person anew, so rights are those of its beginning.
    @cached_property
    def _own_divisions(self) -> set[str]:
        offices = self._offices(OrganisationKind.GOVERNMENT)
        return set(offices.values_list("organisation__registered_division", flat=True)) - {None}

    @cached_property
    def _own_parks(self) -> set[str]:
        offices = self._offices(OrganisationKind.PARK_COMMITTEE)
        return set(offices.values_list("organisation__park", flat=True)) - {None}

    def _offices(self, kind: OrganisationKind) -> models.QuerySet:
        return self.memberships.filter(is_active=True, role__in=OFFICE_ROLES, organisation__kind=kind)
