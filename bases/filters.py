"""What a list of bases can be narrowed by; page and API ask the same questions."""

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.models import Base, Equipment, Service
from bases.models.queries import BaseQuerySet


class CodeFilter(filters.CharFilter):
    """A key of another table, taken as text: an unknown one finds nothing and costs no query."""

    field_class = forms.SlugField


class BaseFilter(filters.FilterSet):
    q = filters.CharFilter(label=_("Words"), method="found_by", max_length=200)
    kind = filters.ChoiceFilter(label=_("Kind"), choices=Kind)
    division = CodeFilter(label=_("County"), field_name="division_id")
    park = CodeFilter(label=_("Park"), field_name="park_id")
    industry = CodeFilter(label=_("Industry"), field_name="industries__slug")
    service = filters.ChoiceFilter(label=_("Service"), choices=ServiceType, method="with_service")
    equipment = filters.ChoiceFilter(label=_("Equipment"), choices=EquipmentCategory, method="with_equipment")
    trl = filters.NumberFilter(
        label=_("Readiness level"), method="at_level", min_value=1, max_value=9, decimal_places=0
    )
    openness = filters.ChoiceFilter(label=_("Outside work"), choices=Openness)

    class Meta:
        model = Base
        fields: list[str] = []

    def found_by(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.found_by(value)

    def with_service(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Service.objects.filter(base=OuterRef("pk"), type=value)))

    def with_equipment(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Equipment.objects.filter(base=OuterRef("pk"), category=value)))

    def at_level(self, queryset: BaseQuerySet, name: str, value: int) -> BaseQuerySet:
        return queryset.filter(trl_min__lte=value, trl_max__gte=value)
