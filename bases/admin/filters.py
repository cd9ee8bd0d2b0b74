from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bases.completeness import some_figure_missing
from bases.models import Base, Industry
from common.calendar import shanghai_today

DAYS_A_YEAR = 365


class IndustryFilter(admin.SimpleListFilter):
    """By EXISTS: a join would need DISTINCT over the whole table."""

    title = _("industry")
    parameter_name = "industry"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(industry.slug, industry.name) for industry in Industry.objects.all()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if not self.value():
            return queryset
        tags = Base.industries.through.objects.filter(base=OuterRef("pk"), industry__slug=self.value())
        return queryset.filter(Exists(tags))


class VerifiedFilter(admin.SimpleListFilter):
    title = _("verification")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("old", _("Never, or over a year ago")), ("fresh", _("Within a year"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        a_year_ago = shanghai_today().toordinal() - DAYS_A_YEAR
        day = shanghai_today().fromordinal(a_year_ago)
        if self.value() == "old":
            return queryset.in_registry().filter(Q(verified_on=None) | Q(verified_on__lt=day))
        return queryset.filter(verified_on__gte=day) if self.value() == "fresh" else queryset


class FiguresFilter(admin.SimpleListFilter):
    title = _("figures")
    parameter_name = "figures"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("missing", _("Some not yet published"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.in_registry().filter(some_figure_missing()) if self.value() == "missing" else queryset
