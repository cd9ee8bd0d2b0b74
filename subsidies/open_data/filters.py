"""What a list of awards can be narrowed by; page, downloads and API ask the same questions."""

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bases.models import Base, Industry
from common.filters import CodeFilter, NamedRefusal, WordsFilter
from common.models import Division, Park
from projects.models import Project
from subsidies.models import Award, Scheme
from subsidies.open_data.awards import HAS_PUBLIC_BASE, HAS_PUBLIC_PROJECT

FIRST_YEAR, LAST_YEAR = 1990, 2199


class _Year(NamedRefusal, forms.DecimalField):
    refusal = _("%(label)s: “%(value)s” is no year such as 2026.")


class YearFilter(filters.NumberFilter):
    field_class = _Year

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=FIRST_YEAR, max_value=LAST_YEAR, decimal_places=0, **kwargs)


class AwardFilter(filters.FilterSet):
    q = WordsFilter(method="found_by")
    year = YearFilter(label=pgettext_lazy("of an award", "Year"), method="of_year")
    scheme = CodeFilter(label=_("Scheme"), field_name="scheme__slug", of=Scheme.objects.all)
    division = CodeFilter(label=_("County"), field_name="division_code", of=Division.objects.all, by="code")
    park = CodeFilter(label=_("Park"), field_name="park_code", of=Park.objects.all, by="code")
    industry = CodeFilter(label=_("Industry"), method="of_industry", of=Industry.objects.all)
    base = CodeFilter(label=_("Host base"), method="of_base", of=lambda: Base.objects.on_public_site())
    project = CodeFilter(
        label=pgettext_lazy("of an award", "Project"),
        method="of_project",
        of=lambda: Project.objects.on_public_site(),
    )

    class Meta:
        model = Award
        fields: list[str] = []

    def found_by(self, queryset: Any, name: str, value: str) -> QuerySet[Award]:
        return queryset.found_by(value)

    def of_year(self, queryset: QuerySet[Award], name: str, value: Any) -> QuerySet[Award]:
        return queryset.filter(awarded_on__year=int(value))

    def of_industry(self, queryset: QuerySet[Award], name: str, value: str) -> QuerySet[Award]:
        return queryset.filter(HAS_PUBLIC_PROJECT, project__industry__slug=value)

    def of_base(self, queryset: QuerySet[Award], name: str, value: str) -> QuerySet[Award]:
        return queryset.filter(HAS_PUBLIC_BASE, project__base__slug=value)

    def of_project(self, queryset: QuerySet[Award], name: str, value: str) -> QuerySet[Award]:
        return queryset.filter(HAS_PUBLIC_PROJECT, project__slug=value)
