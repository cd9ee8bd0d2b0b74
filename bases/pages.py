"""What the list pages of bases and projects share: the state of a list lives in its address."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from bases.facets import Choice
from common.components import FilterChoice, FilterGroup, Pager
from common.keyset import KeysetPage


def address_with(parameters: QueryDict, **changes: str | None) -> str:
    """The present address with these parameters changed; None takes one out, and any change leads to the first page."""
    query = parameters.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def filter_groups(
    parameters: QueryDict, filterset: Any, counted: Mapping[str, list[Choice]], chosen: Mapping[str, str]
) -> list[FilterGroup]:
    """One group a facet that has choices; choosing a chosen one takes it off."""
    return [
        FilterGroup(
            name, str(filterset.base_filters[name].label), _choices(parameters, name, choices, chosen.get(name))
        )
        for name, choices in counted.items()
        if choices
    ]


def _choices(parameters: QueryDict, name: str, choices: list[Choice], selected: str | None) -> list[FilterChoice]:
    return [
        FilterChoice(
            choice.label,
            address_with(parameters, **{name: None if choice.value == selected else choice.value}),
            choice.number,
            choice.value == selected,
        )
        for choice in choices
    ]


def pager_of(parameters: QueryDict, page: KeysetPage) -> Pager:
    return Pager(
        previous_href=address_with(parameters, cursor=page.previous_cursor) if page.previous_cursor else "",
        next_href=address_with(parameters, cursor=page.next_cursor) if page.next_cursor else "",
    )
