"""One page of the public list of bases: which filters are set, in which order, from which row on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bases.facets import Choice, facets
from bases.filters import BaseFilter
from bases.models import Base
from bases.models.queries import BaseQuerySet
from common import versions
from common.keyset import KeysetPage, keyset_page

ORDERS = {"code": ("code",), "name": ("name_pinyin", "id"), "updated": ("-updated_at", "-id")}
ORDER_LABELS = {"code": _("Code"), "name": _("Name"), "updated": _("Latest change")}
PAGE_SIZE = 24
KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Listing:
    page: KeysetPage
    total: int
    chosen: dict[str, str]
    facets: dict[str, list[Choice]]
    sort: str


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in BaseFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def listing(chosen: Mapping[str, str], *, sort: str, cursor: str | None) -> Listing:
    """Raises InvalidCursor; `chosen` must have passed BaseFilter."""
    public = Base.objects.on_public_site()
    found = BaseFilter(chosen, public).qs
    page = keyset_page(found.with_list_data(), order=ORDERS[sort], cursor=cursor, size=PAGE_SIZE)
    return Listing(page, _total(found, chosen), dict(chosen), facets(public, chosen), sort)


def _total(found: BaseQuerySet, chosen: Mapping[str, str]) -> int:
    """Counted once for each version of the registry and set of filters."""
    key = f"base-total:{versions.current('registry')}:{sorted(chosen.items())!r}".replace(" ", "")
    total: Any = cache.get_or_set(key, found.count, KEPT_SECONDS)
    return int(total)
