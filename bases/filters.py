"""What a list of bases can be narrowed by; page and API ask the same questions."""

import django_filters as filters
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.models import Base, Equipment, Industry, Service
from bases.models.queries import BaseQuerySet
from common.filters import CodeFilter, LevelFilter, OneOfFilter, WordsFilter
from common.models import Division, Park


class BaseFilter(filters.FilterSet):
    q = WordsFilter(method="found_by")
    kind = OneOfFilter(label=_("Kind"), choices=Kind)
    division = CodeFilter(label=_("County"), field_name="division_id", of=Division.objects.all, by="code")
    park = CodeFilter(label=_("Park"), field_name="park_id", of=Park.objects.all, by="code")
    industry = CodeFilter(label=_("Industry"), field_name="industries__slug", of=Industry.objects.all)
    service = OneOfFilter(label=_("Service"), choices=ServiceType, method="with_service")
    equipment = OneOfFilter(label=_("Equipment"), choices=EquipmentCategory, method="with_equipment")
    trl = LevelFilter(label=_("Readiness level"), method="at_level")
    openness = OneOfFilter(label=_("Outside work"), choices=Openness)

    class Meta:
        model = Base
        fields: list[str] = []

    def found_by(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.found_by(value)

    def with_service(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Service.objects.filter(base=OuterRef("pk"), type=value)))

    def with_equipment(self, queryset: BaseQuerySet, name: str, value: str) -> BaseQuerySet:
        return queryset.filter(Exists(Equipment.objects.in_use().filter(base=OuterRef("pk"), category=value)))

    def at_level(self, queryset: BaseQuerySet, name: str, value: int) -> BaseQuerySet:
        return queryset.filter(trl_min__lte=value, trl_max__gte=value)
