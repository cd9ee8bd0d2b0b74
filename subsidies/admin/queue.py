"""How the queue is narrowed down, and what a recommending unit reads above it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from common import countdown
from common.calendar import one_calendar, shanghai_day, shanghai_today, working_days_between
from common.models import Division
from subsidies.due import appeal_overdue, appeal_soon, objection_overdue, objection_soon, overdue, soon
from subsidies.enums import BEFORE_DECISION, WRITING, State
from subsidies.models import Call
from subsidies.recommending import Quota, quota
from subsidies.turns import waiting_for


class TurnFilter(admin.SimpleListFilter):
    title = _("whose turn")
    parameter_name = "turn"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [
            ("mine", _("Waiting for me")),
            ("applicant", _("Waiting for the applicant")),
            ("others", _("Waiting for others")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "mine":
            return queryset.filter(waiting_for(request.user))  # type: ignore[arg-type]
        if self.value() == "others":
            return queryset.filter(state__in=BEFORE_DECISION).exclude(waiting_for(request.user))  # type: ignore[arg-type]
        return queryset.filter(state=State.CORRECTION) if self.value() == "applicant" else queryset


class ClockFilter(admin.SimpleListFilter):
    title = _("time")
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [("overdue", _("Overdue")), ("soon", _("Due within three working days"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() not in ("overdue", "soon"):
            return queryset
        user: Any = request.user
        if self.value() == "overdue":
            return queryset.filter(overdue() | appeal_overdue(user) | objection_overdue(user))
        return queryset.filter(soon() | appeal_soon(user) | objection_soon(user))


class StateFilter(admin.SimpleListFilter):
    """Without the states of writing, which are the firm's own affair."""

    title = _("state")
    parameter_name = "state__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [(state.value, state.label) for state in State if state not in WRITING]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.filter(state=self.value()) if self.value() else queryset


class CountyFilter(admin.SimpleListFilter):
    title = _("county")
    parameter_name = "county"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, str]]:
        return [(division.code, str(division)) for division in Division.objects.all()]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.filter(organisation__registered_division=self.value()) if self.value() else queryset


# ---------------------------------------------------------------- what a unit reads
class UnitBox(NamedTuple):
    """A call under which the unit still recommends."""

    call: Call
    unit: Organisation
    quota: Quota
    time_left: str
    href: str  # of the summary table


def unit_boxes(user: User) -> list[UnitBox]:
    """One for each open period of recommending; none for the bureau. Three queries and one for each box."""
    if not user.has_perm("subsidies.recommend_application") or not user.offices():
        return []
    units = Organisation.objects.filter(pk__in=user.offices())
    calls = Call.objects.published().filter(opens_at__lte=timezone.now(), recommend_closes_at__gt=timezone.now())
    with one_calendar():
        return [_box(call, unit) for unit in units for call in calls.order_by("recommend_closes_at")]


def _box(call: Call, unit: Organisation) -> UnitBox:
    href = reverse("admin:subsidies_application_summary", args=[call.pk, unit.pk])
    return UnitBox(call, unit, quota(call, unit), time_left(call), href)


def time_left(call: Call) -> str:
    """To recommend in; empty once it is over."""
    last = _last_day(call)
    return countdown.working_days_left(shanghai_today(), last) if last else ""


def working_days_left(call: Call) -> int:
    """To recommend in, today counted where it is one; 0 once it is over. See also time_left()."""
    last = _last_day(call)
    return working_days_between(shanghai_today(), last).days if last else 0


def is_open(call: Call) -> bool:
    """For recommendations."""
    return _last_day(call) is not None


def _last_day(call: Call) -> date | None:
    """None once it is over."""
    closes_at = call.recommend_closes_at
    return shanghai_day(closes_at) if closes_at and closes_at > timezone.now() else None
