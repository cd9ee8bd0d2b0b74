"""When a site visit takes place, by the setting of the call: for one application, and as a condition over many."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from subsidies.enums import State, VisitTime
from subsidies.models import Application, CallVersion, SiteVisit

# Without a visit nothing goes on from these states.
TIMES: dict[str, tuple[State, ...]] = {
    VisitTime.BEFORE_PANEL: (State.CHECKED,),
    VisitTime.AFTER_PANEL: (State.REVIEWED, State.DEFERRED),
}
STATES = tuple(state for states in TIMES.values() for state in states)
PLANNED, CONCLUDED = "planned", "concluded"


def is_time(application: Application) -> bool:
    return application.state in TIMES.get(application.call_version.parsed.visit, ())


def visit_needed(application: Application) -> bool:
    """Whether the call wants a visit before the next move and none is concluded; one query at most."""
    return is_time(application) and not application.visits.filter(state=CONCLUDED).exists()


def visits_needed(applications: Iterable[Application]) -> set[int]:
    """The keys of those that the same is true of; one query for any number."""
    due = {row.pk for row in applications if is_time(row)}
    return due - set(
        SiteVisit.objects.filter(application__in=due, state=CONCLUDED).values_list("application", flat=True)
    )


def lacks_visit() -> Q:
    """The same as a condition. The versions of calls are few: they are looked through once, not with every row."""
    is_due = Q(pk__in=[])
    for time, states in TIMES.items():
        wanting = CallVersion.objects.filter(content__visit=time).values("pk")
        is_due |= Q(state__in=states, call_version__in=wanting)
    return is_due & Q(~Exists(SiteVisit.objects.filter(application=OuterRef("pk"), state=CONCLUDED)))
