"""Whole pages for visitors by one template, which is rendered once for each form a page can take and then filled in.

The form is rendered for a visitor of whom nothing is known but the path, so it can hold nothing of any reader. What
its template may ask of a field: common/row_forms.py.
"""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve
from django.utils.translation import get_language

from common.pages import is_anonymous_read, written_query
from common.row_forms import Form, filled, form_of

QUERY = "written_query"  # what the links of the page's head read instead of the request, see common.templatetags


def filled_page(request: HttpRequest, template: str, page: Any) -> HttpResponse:
    """As render() draws it with the fields of `page`, a named tuple of texts or of yes and no."""
    if not is_anonymous_read(request):
        return render(request, template, page._asdict())
    row = (*page, written_query(request))
    form = _form(template, request.path, get_language(), page.__class__, tuple(map(bool, row)))
    return HttpResponse(filled(form, row))


@lru_cache(maxsize=256)
def _form(template: str, path: str, language: str | None, kind: Any, is_there: tuple[bool, ...]) -> Form:
    visitor = HttpRequest()
    visitor.path = visitor.path_info = path
    visitor.resolver_match = resolve(path)
    return form_of((*kind._fields, QUERY), is_there, lambda places: render_to_string(template, {**places}, visitor))
