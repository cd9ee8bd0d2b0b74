"""One page of the public list of projects, with the choices that narrow it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, F, When
from django.http import QueryDict

from bases.facets import Choice
from bases.models import Industry
from bases.pages import kept_around
from common import versions
from common.filters import refuse_unknown_codes
from common.keyset import KeysetPage, keyset_page
from common.models import Division, Park
from projects.enums import Stage
from projects.filters import ProjectFilter, through_public_bases
from projects.models import Project
from projects.models.queries import ProjectQuerySet

ORDER = ("code",)
PAGE_SIZE = 20
DIVISION = Case(When(base=None, then="division_id"), default="base__division_id")  # as ProjectFilter.in_division
GROUPED_BY = {
    "stage": F("stage"),
    "industry": F("industry__slug"),
    "division": DIVISION,
    "park": F("base__park_id"),
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


def listing(parameters: QueryDict, chosen: Mapping[str, str]) -> Listing:
    """ValidationError for a wrong cursor or unknown code; `chosen` must have passed ProjectFilter."""
    found = _found(chosen).select_related("base", "industry").prefetch_related("steps")
    page = keyset_page(found, order=ORDER, cursor=parameters.get("cursor"), size=PAGE_SIZE)
    if not page.rows:
        refuse_unknown_codes(ProjectFilter, chosen)
    counts = kept_around("projects", versions.current("registry"), parameters, lambda: _count(chosen))
    return Listing(page, dict(chosen), counts)


def _found(chosen: Mapping[str, str], *asked: str) -> ProjectQuerySet:
    """The public projects that fit; `asked` are filters whose answers are being counted."""
    public = through_public_bases(Project.objects.on_public_site(), {*chosen, *asked})
    return ProjectFilter(chosen, public).qs


def _count(chosen: Mapping[str, str]) -> Counts:
    labels = _labels()
    facets = {}
    for name, field in GROUPED_BY.items():
        others = {key: value for key, value in chosen.items() if key != name}
        rows = _found(others, name).order_by().annotate(group=field).values_list("group").annotate(number=Count("pk"))
        numbers = {value: number for value, number in rows if value}
        facets[name] = [Choice(value, label, numbers[value]) for value, label in labels[name] if value in numbers]
    return Counts(_found(chosen).count(), facets)


def _labels() -> dict[str, list[tuple[str, str]]]:
    return {
        "stage": [(value, str(label)) for value, label in Stage.choices],
        "industry": [(row.slug, row.name) for row in Industry.objects.all()],
        "division": [(row.code, row.name) for row in Division.objects.all()],
        "park": [(row.code, row.name) for row in Park.objects.all()],
    }
