from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind

VERIFICATION = ("verified_on", "verified_by")  # of a record, a figure or a part; see permissions.can_verify

# Desk, import and model hold to it.
OFFICES_ALONE = {"kind__in": (OrganisationKind.GOVERNMENT, OrganisationKind.PARK_COMMITTEE)}


def verifying_office() -> "models.ForeignKey[Any, Any]":
    """The field `verified_by` of a record, a figure or a part."""
    return models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        verbose_name=_("verified by"),
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to=OFFICES_ALONE,
    )


def verified_when_and_by_whom(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{name}_verified_when_and_by_whom",
        condition=Q(verified_on=None, verified_by=None) | Q(verified_on__isnull=False, verified_by__isnull=False),
        violation_error_message=_("Give the day of the verification and the office that verified together."),
    )
