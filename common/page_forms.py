"""Whole pages for visitors by one template, which is rendered once for each form a page can take and then filled in.

The form is rendered for a visitor of whom nothing is known but the path, so it can hold nothing of any reader. What
its template may ask of a field: common/row_forms.py.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.translation import get_language

from common.pages import WRITTEN_QUERY, is_anonymous_read, written_query
from common.row_forms import Form, filled, form_of


def filled_page(request: HttpRequest, template: str, page: Any) -> HttpResponse:
    """As render() draws it with the fields of `page`, a named tuple of texts or of yes and no."""
    if not is_anonymous_read(request):
        return render(request, template, page._asdict())
    row = (*page, written_query(request))
    address = (settings.SITE_URL, request.path, request.path_info, get_language())
    return HttpResponse(filled(_form(template, *address, page.__class__, tuple(map(bool, row))), row))


@lru_cache(maxsize=256)
def _form(
    template: str, site: str, path: str, path_info: str, language: str | None, kind: Any, is_there: tuple[bool, ...]
) -> Form:
    visitor = HttpRequest()
    visitor.path, visitor.path_info = path, path_info
    visitor.resolver_match = resolve(path_info)
    fields = (*kind._fields, WRITTEN_QUERY)
    return form_of(fields, is_there, lambda places: render_to_string(template, {**places}, visitor))
