from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bases.enums import EquipmentCategory, EquipmentState
from bases.models.base import READINESS, Base
from bases.models.sourced import Sourced
from bases.models.verification import verified_when_and_by_whom
from common.models import JournalledQuerySet
from common.money import YuanField
from common.validators import not_in_the_future

LARGE_FROM_YUAN = 500_000  # one set of this original value counts as large, 湘科发〔2023〕5号 and Wuhan's rule of 2024


class EquipmentQuerySet(JournalledQuerySet):
    def in_use(self) -> "EquipmentQuerySet":
        """What a seeker can count on: neither retired nor under repair."""
        return self.filter(state=EquipmentState.IN_USE)


class Equipment(Sourced):
    """An instrument or a machine of a base."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="equipment")
    name = models.CharField(_("name"), max_length=120)
    model = models.CharField(_("model"), max_length=120, blank=True)
    maker = models.CharField(_("maker"), max_length=120, blank=True)
    origin = models.CharField(_("origin"), max_length=60, blank=True)
    category = models.CharField(_("category"), max_length=10, choices=EquipmentCategory)
    bought_on = models.DateField(_("bought on"), null=True, blank=True, validators=[not_in_the_future])
    original_value_yuan = YuanField(_("original value (yuan)"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    specifications = models.JSONField(
        _("specifications"), default=list, blank=True, help_text=_("Rows of name, value and unit.")
    )
    location = models.CharField(_("location"), max_length=120, blank=True)
    is_shareable = models.BooleanField(_("open to sharing"), null=True, blank=True)
    fee = models.CharField(_("fee"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=EquipmentState, default=EquipmentState.IN_USE)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        ordering = ["base_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="equipment_value_not_negative",
                condition=Q(original_value_yuan=None) | Q(original_value_yuan__gte=0),
                violation_error_message=_("A figure cannot be below zero."),
            ),
            models.CheckConstraint(
                name="equipment_counts_one_or_more",
                condition=Q(quantity__gte=1),
                violation_error_message=_("The quantity is one or more."),
            ),
            verified_when_and_by_whom("equipment"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.model}".strip()

    @property
    def is_large(self) -> bool:
        return self.original_value_yuan is not None and self.original_value_yuan >= LARGE_FROM_YUAN


class PilotLine(Sourced):
    """A line on which a process is run at pilot scale."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="lines")
    name = models.CharField(_("name"), max_length=120)
    process = models.CharField(_("process"), max_length=200, blank=True)
    capacity = models.DecimalField(_("capacity"), max_digits=14, decimal_places=3, null=True, blank=True)
    capacity_unit = models.CharField(_("unit of capacity"), max_length=20, blank=True, help_text=_("For example kg/h."))
    batch_size = models.CharField(_("batch size"), max_length=60, blank=True)
    hazard_class = models.CharField(_("hazard class"), max_length=60, blank=True)
    trl_min = models.PositiveSmallIntegerField(_("readiness level from"), null=True, blank=True)
    trl_max = models.PositiveSmallIntegerField(_("readiness level to"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)

    class Meta:
        verbose_name = _("pilot line")
        verbose_name_plural = _("pilot lines")
        ordering = ["base_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="line_readiness_in_order",
                condition=READINESS,
                violation_error_message=_("Give both readiness levels, from 1 to 9, the second not below the first."),
            ),
            models.CheckConstraint(
                name="line_capacity_has_a_unit",
                condition=Q(capacity=None) | (Q(capacity__gt=0) & ~Q(capacity_unit="")),
                violation_error_message=_("A capacity is above zero and has a unit."),
            ),
            verified_when_and_by_whom("line"),
        ]

    def __str__(self) -> str:
        return self.name
