"""The list of a firm's applications, as cards."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Case, Value, When

from common.calendar import one_calendar
from subsidies.enums import WRITING, State
from subsidies.models import Application, Correction
from subsidies.overview import share_answered
from subsidies.timing import Deadline, deadline_of
from subsidies.words import FIRM, STATES, PublicState, words_of

FIRMS_TURN = [state for state, words in STATES.items() if words.turn == FIRM]
FIRMS_TURN_FIRST = Case(When(state__in=FIRMS_TURN, then=Value(0)), default=Value(1))


class Card(NamedTuple):
    application: Application
    state: PublicState
    deadline: Deadline | None
    answered: int
    asked: int  # 0 where nothing is being written


def cards_of(applications: Iterable[Application]) -> list[Card]:
    """Two queries, however many there are."""
    rows = list(applications)
    waiting = [row.pk for row in rows if row.state == State.CORRECTION]
    open_ones = Correction.objects.filter(application__in=waiting, answered_at=None, lapsed_at=None)
    corrections = {row.application_id: row for row in open_ones}
    with one_calendar():
        return [_card(row, corrections.get(row.pk)) for row in rows]


def _card(application: Application, correction: Correction | None) -> Card:
    counts = (0, 0)
    if application.state in WRITING:
        counts = share_answered(application.call_version.parsed, application.data)
    return Card(application, words_of(application), deadline_of(application, correction), *counts)
