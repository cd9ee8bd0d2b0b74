"""One page of the public list of projects, with the choices that narrow it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import get_language

from bases.facets import KEPT_SECONDS, Choice
from bases.models import Industry
from common import versions
from common.keyset import KeysetPage, keyset_page
from common.models import Division, Park
from projects.enums import Stage
from projects.filters import ProjectFilter, through_public_bases
from projects.models import Project
from projects.models.queries import ProjectQuerySet

ORDER = ("code",)
PAGE_SIZE = 20
GROUPED_BY = {
    "stage": "stage",
    "industry": "industry__slug",
    "division": "base__division_id",
    "park": "base__park_id",
}


@dataclass(frozen=True)
class Counts:
    total: int
    facets: dict[str, list[Choice]]


@dataclass(frozen=True)
class Listing:
    page: KeysetPage
    chosen: dict[str, str]
    counts: Counts


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in ProjectFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def listing(chosen: Mapping[str, str], *, cursor: str | None) -> Listing:
    """Raises InvalidCursor; `chosen` must have passed ProjectFilter."""
    public = through_public_bases(Project.objects.on_public_site(), chosen)
    found = ProjectFilter(chosen, public).qs.select_related("base", "industry").prefetch_related("steps")
    page = keyset_page(found, order=ORDER, cursor=cursor, size=PAGE_SIZE)
    return Listing(page, dict(chosen), _counts(public, chosen))


def _counts(public: ProjectQuerySet, chosen: Mapping[str, str]) -> Counts:
    """Counted once for each version of the registry, language and set of filters."""
    key = f"project-counts:{versions.current('registry')}:{get_language()}:{sorted(chosen.items())!r}".replace(" ", "")
    return cache.get_or_set(key, lambda: _count(public, chosen), KEPT_SECONDS)  # type: ignore[return-value]


def _count(public: ProjectQuerySet, chosen: Mapping[str, str]) -> Counts:
    labels = _labels()
    facets = {}
    for name, field in GROUPED_BY.items():
        others = {key: value for key, value in chosen.items() if key != name}
        rows = ProjectFilter(others, public).qs.order_by().values_list(field).annotate(number=Count("pk"))
        numbers = {value: number for value, number in rows if value}
        facets[name] = [Choice(value, label, numbers[value]) for value, label in labels[name] if value in numbers]
    return Counts(ProjectFilter(chosen, public).qs.count(), facets)


def _labels() -> dict[str, list[tuple[str, str]]]:
    return {
        "stage": [(value, str(label)) for value, label in Stage.choices],
        "industry": [(row.slug, row.name) for row in Industry.objects.all()],
        "division": [(row.code, row.name) for row in Division.objects.all()],
        "park": [(row.code, row.name) for row in Park.objects.all()],
    }
