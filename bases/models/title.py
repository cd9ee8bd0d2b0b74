from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bases.enums import Programme, TitleLevel, TitleStatus
from bases.models.base import Base
from bases.models.sourced import Sourced
from bases.models.verification import verified_when_and_by_whom
from common.document_numbers import clean_document_number
from common.validators import not_in_the_future


class BaseTitle(Sourced):
    """A title or accreditation a base holds; several at once are usual."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="titles")
    level = models.CharField(_("level"), max_length=12, choices=TitleLevel)
    programme = models.CharField(_("programme"), max_length=16, choices=Programme, default=Programme.OTHER)
    name_zh = models.CharField(_("name"), max_length=120)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, validators=[not_in_the_future])
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=TitleStatus, default=TitleStatus.IN_FORCE)

    class Meta:
        verbose_name = _("title of a base")
        verbose_name_plural = _("titles")
        ordering = ["base_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="title_valid_after_issue",
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=F("issued_on")),
                violation_error_message=_("A title cannot end before it was issued."),
            ),
            verified_when_and_by_whom("title"),
        ]

    def __str__(self) -> str:
        return self.name_zh

    def clean(self) -> None:
        self.document_number = clean_document_number(self.document_number)


class SafetyPermit(Sourced):
    """A safety, environment or fire permit of a base."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="permits")
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=60, blank=True)
    issuer = models.CharField(_("issuer"), max_length=120, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, validators=[not_in_the_future])
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("safety permit")
        verbose_name_plural = _("safety permits")
        ordering = ["base_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="permit_valid_after_issue",
                condition=Q(valid_until=None) | Q(issued_on=None) | Q(valid_until__gte=F("issued_on")),
                violation_error_message=_("A permit cannot end before it was issued."),
            ),
            verified_when_and_by_whom("permit"),
        ]

    def __str__(self) -> str:
        return self.name
