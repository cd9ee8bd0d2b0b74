"""The tabs above the queue, and the one address that their forms are sent to."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import signed_in
from common.keys import key_of
from subsidies import saved_views
from subsidies.models import SavedView


class Tab(NamedTuple):
    view: SavedView
    is_current: bool


def tabs(request: HttpRequest) -> dict[str, Any]:
    """For the template of the queue; one query."""
    query = saved_views.clean_query(request.GET.urlencode())
    found = [Tab(view, view.query == query) for view in saved_views.views_of(signed_in(request))]
    return {"tabs": found, "query": query, "is_kept": any(tab.is_current for tab in found)}


def perform(request: HttpRequest) -> HttpResponse:
    """Keep, rename, order or delete one of one's own; back to the queue with the filters that were on."""
    user, query = signed_in(request), saved_views.clean_query(request.POST.get("query", ""))
    try:
        _do(user, request.POST.get("do", ""), request.POST, query)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"{reverse('admin:subsidies_application_changelist')}{'?' if query else ''}{query}")


def _do(user: User, deed: str, sent: Any, query: str) -> None:
    if deed == "keep":
        saved_views.keep(user, name=sent.get("name", ""), query=query)
    elif deed in DEEDS:
        DEEDS[deed](_own(user, sent.get("view", "")), sent)
    else:
        raise ValidationError(_("There is no such thing to do with a view."))


DEEDS: dict[str, Callable[[SavedView, Any], object]] = {
    "rename": lambda view, sent: saved_views.rename(view, name=sent.get("name", "")),
    "delete": lambda view, sent: view.delete(),
    "up": lambda view, sent: saved_views.shift(view, by=-1),
    "down": lambda view, sent: saved_views.shift(view, by=1),
}


def _own(user: User, key: str) -> SavedView:
    view = saved_views.views_of(user).filter(pk=key_of(key) or 0).first()
    if view is None:
        raise Http404
    return view
