from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bases.enums import ServiceType
from bases.models.base import Base
from bases.models.sourced import Sourced
from bases.models.verification import verified_when_and_by_whom
from common.money import YuanField


class Service(Sourced):
    """What a base does for others, at what price and how soon."""

    journal_version = "registry"

    base = models.ForeignKey(Base, models.CASCADE, verbose_name=_("pilot base"), related_name="services")
    type = models.CharField(_("type"), max_length=20, choices=ServiceType)
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    deliverables = models.CharField(_("deliverables"), max_length=200, blank=True)
    price_min_yuan = YuanField(_("price from (yuan)"), null=True, blank=True)
    price_max_yuan = YuanField(_("price to (yuan)"), null=True, blank=True)
    is_negotiable = models.BooleanField(_("price on request"), default=False)
    price_unit = models.CharField(_("priced per"), max_length=20, blank=True)
    lead_time_days = models.PositiveIntegerField(_("lead time (days)"), null=True, blank=True)
    prerequisites = models.CharField(_("what to bring"), max_length=200, blank=True)
    qualification = models.CharField(_("qualification"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["base_id", "id"]
        indexes = [models.Index(fields=["type", "base"], name="service_type_base")]
        constraints = [
            models.CheckConstraint(
                name="service_price_in_order",
                condition=(Q(price_min_yuan=None) | Q(price_min_yuan__gte=0))
                & (Q(price_max_yuan=None) | Q(price_max_yuan__gte=0))
                & (Q(price_max_yuan=None) | Q(price_min_yuan=None) | Q(price_max_yuan__gte=F("price_min_yuan"))),
                violation_error_message=_("A price is not negative, and the higher one not below the lower one."),
            ),
            verified_when_and_by_whom("service"),
        ]

    def __str__(self) -> str:
        return self.title
