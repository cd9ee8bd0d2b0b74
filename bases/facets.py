"""How many bases each choice of a filter would leave, the other filters staying as they are."""

from collections.abc import Mapping
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count
from django.utils.translation import get_language

from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.filters import BaseFilter
from bases.models import Industry
from bases.models.queries import BaseQuerySet
from common import versions
from common.models import Division, Park

GROUPED_BY = {
    "kind": "kind",
    "division": "division_id",
    "park": "park_id",
    "industry": "industries__slug",
    "service": "services__type",
    "equipment": "equipment__category",
    "openness": "openness",
}
KEPT_SECONDS = 3600


class Choice(NamedTuple):
    value: str
    label: str
    number: int


def facets(queryset: BaseQuerySet, chosen: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Choices and counts of every facet; kept until the registry changes. One query a facet when not kept."""
    key = f"facets:{versions.current('registry')}:{get_language()}:{sorted(chosen.items())!r}"
    return cache.get_or_set(key.replace(" ", ""), lambda: _count(queryset, chosen), KEPT_SECONDS)  # type: ignore[return-value]


def _count(queryset: BaseQuerySet, chosen: Mapping[str, str]) -> dict[str, list[Choice]]:
    labels = _labels()
    counted = {}
    for name, field in GROUPED_BY.items():
        others = {key: value for key, value in chosen.items() if key != name}
        counts = _group(BaseFilter(others, queryset).qs, field)
        counted[name] = [Choice(value, label, counts[value]) for value, label in labels[name] if value in counts]
    return counted


def _group(queryset: BaseQuerySet, field: str) -> dict[str, int]:
    rows = queryset.order_by().values_list(field).annotate(number=Count("pk", distinct="__" in field))
    return {value: number for value, number in rows if value}


def _labels() -> dict[str, list[tuple[str, str]]]:
    return {
        "kind": [(value, str(label)) for value, label in Kind.choices],
        "division": [(row.code, row.name) for row in Division.objects.all()],
        "park": [(row.code, row.name) for row in Park.objects.all()],
        "industry": [(row.slug, row.name) for row in Industry.objects.all()],
        "service": [(value, str(label)) for value, label in ServiceType.choices],
        "equipment": [(value, str(label)) for value, label in EquipmentCategory.choices],
        "openness": [(value, str(label)) for value, label in Openness.choices],
    }
