"""How many applications ever came so far, and how many stand there now."""

from typing import NamedTuple

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from subsidies.enums import State
from subsidies.figures.scope import Scope
from subsidies.models import ApplicationStep

# The stations of the way, each by the state whose first entry means that it was reached.
STATIONS: tuple[tuple[State, Promise], ...] = (
    (State.RECOMMENDATION, _("Submitted")),
    (State.ACCEPTANCE, _("Recommended to the bureau")),
    (State.FORM_CHECK, _("Accepted by the bureau")),
    (State.CHECKED, _("Passed the form check")),
    (State.REVIEWED, _("Reviewed by experts")),
    (State.PUBLICITY_READY, _("Approved by the meeting")),
    (State.CLEARED, _("Through the public notice")),
    (State.AWARDED, _("Awarded")),
    (State.PAID, _("Paid")),
)


class Station(NamedTuple):
    state: State
    label: str
    reached: int
    here: int  # in exactly this state now


def funnel(scope: Scope) -> list[Station]:
    """Two queries. An application that was sent back still counts where it once was."""
    applications = scope.applications()
    here = dict(applications.values_list("state").annotate(number=Count("pk")))
    steps = ApplicationStep.objects.filter(application__in=applications, to_state__in=[state for state, _l in STATIONS])
    grouped = steps.order_by().values_list("to_state").annotate(number=Count("application", distinct=True))
    reached = dict(grouped)
    return [Station(state, str(label), reached.get(state, 0), here.get(state, 0)) for state, label in STATIONS]
