"""The public list of bases: the filters that are set, the order, and what stands around a page of it."""

from typing import NamedTuple

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bases.cards import COLUMNS
from bases.facets import facets
from bases.filters import BaseFilter
from bases.models import Base
from bases.models.queries import BaseQuerySet
from bases.pages import address_with, filter_groups, kept_around
from common.keyset import KeysetPage, keyset_page

ORDERS = {"code": ("code",), "name": ("name_pinyin", "id"), "updated": ("-updated_at", "-id")}
ORDER_LABELS = {"code": _("Code"), "name": _("Name"), "updated": _("Latest change")}
PAGE_SIZE = 24


class Frame(NamedTuple):
    """What stands around a page and is the same for every page of one list, as HTML."""

    panel: SafeString
    head: SafeString


def chosen_filters(parameters: QueryDict) -> dict[str, str]:
    given = {name: str(parameters.get(name, "")).strip() for name in BaseFilter.base_filters}
    return {name: value for name, value in given.items() if value}


def page_of(found: BaseQuerySet, *, sort: str, cursor: str | None) -> KeysetPage:
    """Rows for bases.cards; raises InvalidCursor."""
    return keyset_page(found.values(*COLUMNS), order=ORDERS[sort], cursor=cursor, size=PAGE_SIZE)


def frame(parameters: QueryDict, found: BaseQuerySet, chosen: dict[str, str], sort: str) -> Frame:
    """Kept until the registry changes."""
    return kept_around("bases", parameters, lambda: _frame(parameters, found, chosen, sort))


def _frame(parameters: QueryDict, found: BaseQuerySet, chosen: dict[str, str], sort: str) -> Frame:
    counted = facets(Base.objects.on_public_site(), chosen)
    panel = {
        "chosen": chosen,
        "groups": filter_groups(parameters, BaseFilter, counted, chosen),
    }
    head = {
        "total": found.count(),
        "orders": [_order(parameters, name, label, sort) for name, label in ORDER_LABELS.items()],
        "as_table": parameters.get("view") == "table",
        "as_cards_href": address_with(parameters, view=None),
        "as_table_href": address_with(parameters, view="table"),
    }
    return Frame(
        render_to_string("bases/includes/list_panel.html", panel),
        render_to_string("bases/includes/list_head.html", head),
    )


def _order(parameters: QueryDict, name: str, label: Promise, sort: str) -> tuple[Promise, str, bool]:
    return label, address_with(parameters, sort=name), name == sort
