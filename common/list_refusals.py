"""The page instead of a list that was asked for what cannot be read or is not there."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common.texts import shown


def refused_list(request: HttpRequest, refusals: Iterable[str], route: str, *args: Any) -> HttpResponse:
    """400 with every refusal, and the way back to the whole list, which is at `route`."""
    context = {"refusals": list(refusals), "whole_href": reverse(route, args=args)}
    return render(request, "list_refused.html", context, status=400)


def wanted_page(rows: Any, size: int, asked: str) -> Page:
    """The page by its number, the first where none is asked for; ValidationError for one that is not there."""
    try:
        return Paginator(rows, size).page(asked or 1)
    except InvalidPage as error:
        raise ValidationError(_("This list has no page “%(value)s”.") % {"value": shown(asked)}) from error
