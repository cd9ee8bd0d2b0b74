"""The page instead of a list that was asked for what cannot be read or is not there."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def refused_list(request: HttpRequest, refusals: Iterable[str], route: str) -> HttpResponse:
    """400 with every refusal, and the way back to the whole list, which is at `route`."""
    context = {"refusals": list(refusals), "whole_href": reverse(route)}
    return render(request, "list_refused.html", context, status=400)
