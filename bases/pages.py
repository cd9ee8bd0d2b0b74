"""What the list pages of bases and projects share: the state of a list lives in its address."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, TypeVar
from urllib.parse import quote_plus

from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import get_language

from bases.facets import Choice
from common.components import FilterChoice, FilterGroup, Pager
from common.keyset import KeysetPage
from common.pages import BUILD

Frame = TypeVar("Frame")

KEPT_SECONDS = 3600


def address_with(parameters: QueryDict, **changes: str | None) -> str:
    """The present address with these parameters changed; None takes one out, and any change leads to the first page."""
    kept = [_pair(name, str(value)) for name, value in parameters.items() if name != "cursor" and name not in changes]
    return f"?{'&'.join(kept + [_pair(name, value) for name, value in changes.items() if value])}"


@lru_cache(maxsize=500)
def _pair(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value)}"


def kept_around(name: str, version: str, parameters: QueryDict, make: Callable[[], Frame]) -> Frame:
    """What `make` gives, kept for this release and version of the registry, or the part of it that this follows: by
    language and address, whatever the page of the list."""
    told = (name, BUILD, version, get_language() or "", address_with(parameters))
    key = blake2b("\n".join(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    found: Frame | None = cache.get(f"list:{key}")
    if found is None:
        found = make()
        cache.set(f"list:{key}", found, KEPT_SECONDS)
    return found


def filter_groups(
    parameters: QueryDict, filterset: Any, counted: Mapping[str, list[Choice]], chosen: Mapping[str, str]
) -> list[FilterGroup]:
    """One group a facet that has choices; choosing a chosen one takes it off."""
    titles = _titles(filterset, get_language())
    return [
        FilterGroup(name, titles[name], _choices(parameters, name, choices, chosen.get(name)))
        for name, choices in counted.items()
        if choices
    ]


@lru_cache(maxsize=8)
def _titles(filterset: Any, language: str | None) -> dict[str, str]:
    return {name: str(each.label) for name, each in filterset.base_filters.items()}


def _choices(parameters: QueryDict, name: str, choices: list[Choice], selected: str | None) -> list[FilterChoice]:
    without = address_with(parameters, **{name: None})
    chosen = f"{without}{'' if without == '?' else '&'}{name}="
    return [
        FilterChoice(choice.label, without, choice.number, True)
        if choice.value == selected
        else FilterChoice(choice.label, f"{chosen}{_quoted(choice.value)}", choice.number)
        for choice in choices
    ]


@lru_cache(maxsize=2000)
def _quoted(value: str) -> str:
    return quote_plus(value)


def pager_of(parameters: QueryDict, page: KeysetPage) -> Pager:
    return Pager(
        previous_href=address_with(parameters, cursor=page.previous_cursor) if page.previous_cursor else "",
        next_href=address_with(parameters, cursor=page.next_cursor) if page.next_cursor else "",
    )
