"""The bureau's working desk: Django's admin behind the portal's own sign-in."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from chenzhou_pilot.desk_applications import application_tasks
from chenzhou_pilot.desk_budgets import budget_lines
from chenzhou_pilot.desk_cases import case_lists
from chenzhou_pilot.desk_tasks import tasks_for
from common.admin_lookups import naming_wrong_lookups

APP_ORDER = ("bases", "projects", "subsidies", "accounts", "common", "auth")
MODEL_ORDER = (
    *("Base", "BaseChange", "Industry", "Project"),
    *("Application", "ApplicationAtUnit", "CrossCheckHit", "Call"),
    *("Organisation", "VerificationRequest", "Membership", "User"),
)

View = Callable[..., Any]
# Words of Django's own that this project's catalogue says in another way: its groups are roles here.
SAID_OTHERWISE = (
    *(_("group"), _("groups"), _(":"), _("Filter"), _(" By %(filter_title)s "), _("Action:")),
    *(_("Add %s"), _("Change %s"), _("View %s"), _("Select %s"), _("Select %s to view"), _("Select %s to change")),
    *(_("Add another %(verbose_name)s"), _("Save and add another")),
)


class PilotAdminSite(admin.AdminSite):
    site_header = _("Chenzhou Pilot · Working desk")
    site_title = _("Chenzhou Pilot")
    index_title = _("What needs doing")
    enable_nav_sidebar = False
    empty_value_display = "—"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Lists of the libraries name what they cannot follow, as ours do."""
        super().register(model_or_iterable, naming_wrong_lookups(admin_class or admin.ModelAdmin), **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Staff alone: a visitor is sent to the sign-in page, anybody else is refused.

        The desk speaks the language in which a person wants messages: its addresses name none.
        """
        inner = super().admin_view(view, cacheable)

        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            language = getattr(request.user, "language", settings.LANGUAGE_CODE)
            translation.activate(language)
            request.LANGUAGE_CODE = language
            return inner(request, *args, **kwargs)

        return update_wrapper(door, inner)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's sign-in, so that lockout and second factor apply."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
            wanted = reverse("admin:index")
        return (
            redirect(wanted)
            if self.has_permission(request)
            else redirect_to_login(wanted, resolve_url(settings.LOGIN_URL))
        )

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return redirect("admin:index")

    def get_urls(self) -> list[Any]:
        """Without the door to any record's public page: a record that has one links to it itself."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        tasks = application_tasks(request.user) + tasks_for(request.user)  # type: ignore[arg-type]
        has_idle = any(not task.count for task in tasks)
        shown = {
            "tasks": tasks,
            "has_idle": has_idle,
            "case_lists": case_lists(request.user),  # type: ignore[arg-type]
            "budget_lines": budget_lines(request.user),  # type: ignore[arg-type]
        }
        return super().index(request, {**shown, **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _place(MODEL_ORDER, model["object_name"]))
        return sorted(apps, key=lambda app: _place(APP_ORDER, app["app_label"]))


def _place(order: tuple[str, ...], name: str) -> int:
    return order.index(name) if name in order else len(order)
