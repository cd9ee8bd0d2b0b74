"""One page of the public list of awards, and the choices that narrow it."""

from typing import Any

from django.db.models.functions import ExtractYear
from django.http import QueryDict

from bases.models import Industry
from bases.pages import address_with, kept_around
from common import versions
from common.compiled_lists import Asked, CompiledList, compiled_page, place_beside
from common.components import FilterChoice, FilterGroup
from common.keyset import KeysetPage
from common.models import Division, Park
from subsidies.models import Award, Scheme
from subsidies.open_data.awards import public_awards, with_place
from subsidies.open_data.cards import COLUMNS
from subsidies.open_data.filters import AwardFilter

PAGE_SIZE = 20
NEWEST = "newest"
ORDERS = {NEWEST: ("-awarded_on", "-id"), "amount": ("-amount_yuan", "-id")}
AWARDS = CompiledList(
    queryset=public_awards, filterset=AwardFilter, orders=ORDERS, compiled_each_time=frozenset({"q", "year"})
)
OFFERED = ("year", "scheme", "industry", "division", "park")


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in AwardFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def page_of(filters: dict[str, Any], *, cursor: str = "", size: int = PAGE_SIZE) -> KeysetPage:
    """Rows for cards, by cleaned filters; ValidationError for a wrong cursor or unknown code. One query."""
    return compiled_page(AWARDS, Asked(filters, NEWEST, COLUMNS, size, *place_beside(AWARDS, NEWEST, cursor)))


def groups(parameters: QueryDict, chosen: dict[str, str]) -> list[FilterGroup]:
    """What some public award has, kept until the registry changes; choosing a chosen one takes it off."""
    return kept_around("awards", versions.current("registry"), parameters, lambda: _groups(parameters, chosen))


def _groups(parameters: QueryDict, chosen: dict[str, str]) -> list[FilterGroup]:
    offered = _choices()
    return [
        FilterGroup(
            name,
            str(AwardFilter.base_filters[name].label),
            [_choice(parameters, name, value, label, chosen.get(name)) for value, label in offered[name]],
        )
        for name in OFFERED
        if offered[name]
    ]


def _choice(parameters: QueryDict, name: str, value: str, label: str, selected: str | None) -> FilterChoice:
    is_selected = value == selected
    href = address_with(parameters, **{name: None if is_selected else value})
    return FilterChoice(label, href, None, is_selected)


def _choices() -> dict[str, list[tuple[str, str]]]:
    """Five queries over the awards, four for the names."""
    awards = with_place(Award.objects.on_public_site()).order_by()
    years = awards.annotate(year=ExtractYear("awarded_on")).values_list("year", flat=True).distinct()

    def used(column: str) -> set[Any]:
        return set(awards.exclude(**{column: None}).values_list(column, flat=True).distinct())

    schemes, industries = used("scheme_id"), used("industry_key")
    divisions, parks = used("division_code"), used("park_code")
    return {
        "year": [(str(year), str(year)) for year in sorted(years, reverse=True)],
        "scheme": [(row.slug, row.name) for row in Scheme.objects.filter(pk__in=schemes)],
        "industry": [(row.slug, row.name) for row in Industry.objects.filter(pk__in=industries)],
        "division": [(row.code, row.name) for row in Division.objects.filter(pk__in=divisions)],
        "park": [(row.code, row.name) for row in Park.objects.filter(pk__in=parks)],
    }
