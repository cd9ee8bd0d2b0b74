"""How many bases each choice of a filter would leave, the other filters staying as they are."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from bases.enums import EquipmentCategory, Kind, Openness, ServiceType
from bases.filters import BaseFilter
from bases.models import Industry
from bases.models.queries import BaseQuerySet
from common.models import Division, Park

LEVELS = range(1, 10)
GROUPED_BY = {
    "kind": "kind",
    "division": "division_id",
    "park": "park_id",
    "industry": "industries__slug",
    "service": "services__type",
    "equipment": "equipment__category",
    "openness": "openness",
}


class Choice(NamedTuple):
    value: str
    label: str
    number: int


def facets(queryset: BaseQuerySet, chosen: Mapping[str, str]) -> dict[str, list[Choice]]:
    """Choices and counts of every facet; one query a facet, and three for the names."""
    labels = _labels()
    counted = {}
    for name, field in GROUPED_BY.items():
        others = {key: value for key, value in chosen.items() if key != name}
        counts = _group(BaseFilter(others, queryset).qs, field)
        counted[name] = [Choice(value, label, counts[value]) for value, label in labels[name] if value in counts]
    counted["trl"] = _levels(BaseFilter({key: value for key, value in chosen.items() if key != "trl"}, queryset).qs)
    return counted


def _levels(queryset: BaseQuerySet) -> list[Choice]:
    """The readiness levels that some base takes, in one query."""
    takes = {f"n{level}": Count("pk", filter=Q(trl_min__lte=level, trl_max__gte=level)) for level in LEVELS}
    numbers = queryset.order_by().aggregate(**takes)
    labels = [(level, _("Level %(number)s") % {"number": level}) for level in LEVELS if numbers[f"n{level}"]]
    return [Choice(str(level), label, numbers[f"n{level}"]) for level, label in labels]


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
