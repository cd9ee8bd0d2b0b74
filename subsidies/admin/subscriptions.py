"""How many are sent news by e-mail: counts alone. No page of the desk shows an address."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.admin_tools import ReadOnlyAdmin
from subsidies.enums import Topic
from subsidies.models import Subscription, SubscriptionRequest


class Line(NamedTuple):
    label: str | Promise
    counts: list[int]  # one for each language, then both


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnlyAdmin):
    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_safe(self.counts_view))
        return [path("", view, name="subsidies_subscription_changelist")]

    def counts_view(self, request: HttpRequest) -> HttpResponse:
        """Two queries."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("News by e-mail"),
            "languages": [label for _code, label in settings.LANGUAGES],
            "lines": lines(),
            "waiting": SubscriptionRequest.objects.filter(expires_at__gt=timezone.now()).count(),
            "kept_days": settings.RETENTION_DAYS["SUBSCRIPTION_REQUESTS"],
        }
        return TemplateResponse(request, "admin/subsidies/subscriptions.html", context)


def lines() -> list[Line]:
    """One query."""
    rows = (
        Subscription.objects.order_by()
        .values("language")
        .annotate(
            readers=Count("pk"),
            **{topic.value: Count("pk", filter=Q(**{f"wants_{topic.value}": True})) for topic in Topic},
        )
    )
    by_language = {row["language"]: row for row in rows}
    names = [(topic.value, topic.label) for topic in Topic] + [("readers", _("Readers"))]
    return [Line(label, _counts(by_language, name)) for name, label in names]


def _counts(rows: Mapping[str, Mapping[str, Any]], name: str) -> list[int]:
    counts = [int(rows[code][name]) if code in rows else 0 for code, _label in settings.LANGUAGES]
    return [*counts, sum(counts)]
