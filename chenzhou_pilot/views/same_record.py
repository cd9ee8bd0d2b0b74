"""The record that stood open, as the next person of the demonstration sees it."""

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from accounts.requests import signed_in
from subsidies.admin.offers import asked
from subsidies.models import Application


def same_record(request: HttpRequest, path: str) -> str:
    """The page of what stood open at `path` for whoever is signed in now; empty where it is not theirs to see.

    Always an address of our own table; what was sent comes back as a part of it at most.
    """
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    if not request.user.is_authenticated:
        return _public(match)
    return _of_application(request, match) or _of_desk(request, match)


def _public(match: ResolverMatch) -> str:
    """A page about something that everybody may read."""
    is_public = getattr(match.func, "login_required", True) is False
    return reverse(match.view_name, kwargs=match.kwargs) if is_public and match.kwargs else ""


def _of_application(request: HttpRequest, match: ResolverMatch) -> str:
    """On the desk where the person goes on with it, among the pages of the firm its own."""
    named, user = _named(match), signed_in(request)
    if not named:
        return ""
    if case := Application.objects.for_staff(user).filter(**named).first():
        return reverse("admin:subsidies_application_next", args=[case.pk])
    own = Application.objects.visible_to(user).filter(**named).first()
    return own.get_absolute_url() if own else ""


def _named(match: ResolverMatch) -> dict[str, str]:
    key = match.kwargs.get("object_id", "")
    if match.view_name.startswith("admin:subsidies_application_") and key.isdecimal():
        return {"pk": key}
    return {"public_id": match.kwargs["public_id"]} if "public_id" in match.kwargs else {}


def _of_desk(request: HttpRequest, match: ResolverMatch) -> str:
    app, _dash, rest = (match.url_name or "").partition("_")
    model, _dash, what = rest.partition("_")
    key = match.kwargs.get("object_id", "")
    if match.app_names != ["admin"] or not (key and what and admin.site.has_permission(request)):
        return ""
    try:
        asked(admin.site.get_model_admin(apps.get_model(app, model)), request, key)
    except (Http404, PermissionDenied):
        return ""
    return reverse(f"admin:{app}_{model}_change", args=[key])
