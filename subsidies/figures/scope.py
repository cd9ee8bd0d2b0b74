"""Which applications the figures are about: of one call, of one year of calls, or of all; real ones, or the demo's."""

from typing import NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from common.filters import no_such
from subsidies.models import Application, Call


class Scope(NamedTuple):
    year: int | None
    call: Call | None
    is_demo: bool

    def applications(self) -> QuerySet[Application]:
        """Those that were ever submitted: what a firm writes before is its own affair."""
        rows = Application.objects.filter(first_submitted_at__isnull=False, is_demo=self.is_demo).order_by()
        if self.call is not None:
            return rows.filter(call=self.call)
        return rows.filter(call__year=self.year) if self.year is not None else rows


def calls_of(is_demo: bool) -> list[Call]:
    """The newest first. One query."""
    return list(Call.objects.published().filter(is_demo=is_demo).order_by("-year", "-pk"))


def unknown_scope(parameters: QueryDict, calls: list[Call]) -> list[str]:
    """Refusals of what is asked for and is not there."""
    known = {
        "call": (_("Call"), {each.slug for each in calls}),
        "year": (_("Year"), {str(each.year) for each in calls}),
        "demo": (_("Demo data"), {"yes"}),
    }
    given = {name: str(parameters.get(name, "")) for name in known}
    return [no_such(known[name][0], value) for name, value in given.items() if value and value not in known[name][1]]


def scope_of(parameters: QueryDict, calls: list[Call]) -> Scope:
    """See unknown_scope() for what is not there."""
    call = next((each for each in calls if each.slug == parameters.get("call")), None)
    years = {each.year for each in calls}
    year = next((each for each in years if str(each) == parameters.get("year")), None)
    return Scope(call.year if call else year, call, parameters.get("demo") == "yes")
