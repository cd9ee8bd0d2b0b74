"""Views of the queue that a person keeps under a name: its filters alone, never an address."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from common.texts import clean_text
from subsidies.models import SavedView

FILTERS = ("turn", "clock", "state__exact", "call__id__exact", "county", "q", "o")
MOST_VIEWS = 12
LONGEST_NAME = 60
MOST_FIELDS = 30


def views_of(user: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(user=user).order_by("position", "pk")


def clean_query(query: str) -> str:
    """The filters of a query string that the queue knows, in one order; whatever else stands in it is dropped."""
    try:
        given = dict(parse_qsl(query.lstrip("?"), max_num_fields=MOST_FIELDS))
    except ValueError:
        return ""
    return urlencode({name: clean_text(given[name]) for name in FILTERS if given.get(name)})


@transaction.atomic
def keep(user: User, *, name: str, query: str) -> SavedView:
    """ValidationError for a name that is taken or missing, and for one view more than the list holds."""
    views = list(views_of(user).select_for_update())
    if len(views) >= MOST_VIEWS:
        raise ValidationError(_("You have %(most)d views; delete one first.") % {"most": MOST_VIEWS})
    position = views[-1].position + 1 if views else 0
    view = SavedView(user=user, name=_name(name), query=clean_query(query), position=position)
    return _saved(view)


def rename(view: SavedView, *, name: str) -> SavedView:
    view.name = _name(name)
    return _saved(view)


@transaction.atomic
def shift(view: SavedView, *, by: int) -> None:
    """Change places with the neighbour: -1 towards the beginning, 1 towards the end."""
    views = list(views_of(view.user).select_for_update())
    here = next(place for place, each in enumerate(views) if each.pk == view.pk)
    there = min(max(here + by, 0), len(views) - 1)
    views.insert(there, views.pop(here))
    for position, each in enumerate(views):
        each.position = position
    SavedView.objects.bulk_update(views, ["position"])


def _name(name: str) -> str:
    return clean_text(name).strip()[:LONGEST_NAME]


def _saved(view: SavedView) -> Any:
    view.full_clean()
    view.save()
    return view
