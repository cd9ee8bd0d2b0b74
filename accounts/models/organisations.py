from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models.fields import CreditCodeField
from accounts.models.people import User
from common import slugs
from common.models import BilingualName, Division, Journalled, JournalledQuerySet, Park, StoredFile
from common.money import YuanField


class OrganisationQuerySet(JournalledQuerySet):
    def of_member(self, user: User) -> "OrganisationQuerySet":
        """Those this person belongs to now, in any role."""
        return self.filter(pk__in=user.roles)

    def public(self) -> "OrganisationQuerySet":
        """Those in the public list; a public record names its organisations whether they are in it or not."""
        return self.filter(is_published=True)


class Organisation(BilingualName, Journalled):
    """A legal body: enterprise, university, institute, office or park committee."""

    journal_version = "registry"

    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    slug = models.SlugField(_("public address"), max_length=slugs.LONGEST, unique=True, blank=True)

    credit_code = CreditCodeField(_("unified social credit code"), unique=True, null=True, blank=True)
    credit_code_override_reason = models.CharField(
        _("reason to accept a wrong check digit"),
        max_length=200,
        blank=True,
        help_text=_("Only for a licence that really shows such a code."),
    )
    credit_code_override_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("check digit accepted by"),
        editable=False,
    )

    registered_division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="registered_organisations",
        verbose_name=_("registered in"),
    )
    registered_address = models.CharField(_("registered address"), max_length=200, blank=True)
    operating_division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="operating_organisations",
        verbose_name=_("operates in"),
    )
    operating_address = models.CharField(_("operating address"), max_length=200, blank=True)
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="organisations", verbose_name=_("park")
    )

    recommender = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommends",
        verbose_name=_("recommending unit"),
        help_text=_("The county bureau, park committee, department or university that recommends its applications."),
    )
    licence = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("business licence")
    )

    established_on = models.DateField(_("established on"), null=True, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=80, blank=True)
    registered_capital_yuan = YuanField(verbose_name=_("registered capital (yuan)"), null=True, blank=True)
    note_zh = models.TextField(_("note in Chinese"), blank=True)
    note_en = models.TextField(_("note in English"), blank=True)

    is_published = models.BooleanField(_("in the public list of organisations"), default=False)
    is_demo = models.BooleanField(_("demo record"), default=False)
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verified by (person)")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name_zh", "pk"]
        permissions = [
            ("override_credit_code", _("Can accept a credit code with a wrong check digit")),
            ("verify_organisation", _("Can verify an organisation with its licence")),
        ]
        constraints = [
            models.CheckConstraint(
                name="organisation_override_has_reason_and_author",
                condition=Q(credit_code_override_reason="", credit_code_override_by=None)
                | (
                    ~Q(credit_code_override_reason="")
                    & Q(credit_code_override_by__isnull=False, credit_code__isnull=False)
                ),
                violation_error_message=_("Say why the check digit is accepted; your name is kept with it."),
            ),
            models.CheckConstraint(
                name="organisation_capital_not_negative",
                condition=Q(registered_capital_yuan=None) | Q(registered_capital_yuan__gte=0),
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.CheckConstraint(
                name="organisation_verified_by_has_time",
                condition=Q(verified_by=None) | Q(verified_at__isnull=False),
                violation_error_message=_("Give the time of the verification."),
            ),
        ]

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None

    def administrators(self) -> models.QuerySet[User]:
        """Those in force: neither the membership nor the account is suspended."""
        role = MembershipRole.ADMINISTRATOR
        return User.objects.filter(
            is_active=True, memberships__organisation=self, memberships__role=role, memberships__is_active=True
        )

    def change_code(self, code: str | None) -> None:
        """An exception made for one code does not go over to another."""
        if code != self.credit_code:
            self.credit_code, self.credit_code_override_reason, self.credit_code_override_by = code, "", None

    def clean(self) -> None:
        """A wrong check digit passes only with a reason, see constraint *_override_has_reason_and_author."""
        if not self.credit_code:
            return
        try:
            check = credit_code.validate_form if self.credit_code_override_reason else credit_code.validate
            check(self.credit_code)
        except ValidationError as error:
            raise ValidationError({"credit_code": error}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.slug = self.slug or slugs.free_slug(Organisation, self.name_en, self.name_zh)
        super().save(*args, **kwargs)
