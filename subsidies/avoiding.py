"""The applicant may name experts to be kept away, with the reason, until a panel is drawn."""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.texts import clean_text
from subsidies.enums import WITH_BUREAU, WITH_RECOMMENDER, WRITING, State
from subsidies.models import Application, AvoidedExpert
from subsidies.models.experts import MOST_AVOIDED
from subsidies.permissions import is_lead
from subsidies.workflow import MoveRefused, locked

BEFORE_THE_DRAW = (*WRITING, *WITH_RECOMMENDER, *WITH_BUREAU, State.CORRECTION, State.CHECKED)


class Named(NamedTuple):
    name: str
    employer: str
    reason: str


def can_avoid(user: User, application: Application) -> bool:
    return application.state in BEFORE_THE_DRAW and is_lead(user, application)


@transaction.atomic
def avoid(application: Application, experts: Sequence[Named], *, by: User) -> list[AvoidedExpert]:
    """The whole list, in place of the one before; empty takes everybody off it."""
    current = locked(application)
    if not is_lead(by, current):
        raise PermissionDenied
    if current.state not in BEFORE_THE_DRAW:
        raise MoveRefused(_("The panel is drawn: experts to be avoided could be named until then."), code="state")
    rows = [Named(*(clean_text(part).strip() for part in each)) for each in experts]
    rows = [each for each in rows if any(each)]
    if len(rows) > MOST_AVOIDED:
        raise MoveRefused(_("Name three experts at most."))
    if any(not (each.name and each.reason) for each in rows):
        raise MoveRefused(_("Give the name and the reason."))
    if len({(each.name, each.employer) for each in rows}) < len(rows):
        raise MoveRefused(_("One expert is named twice."))
    return _kept(current, rows, by)


def _kept(application: Application, rows: list[Named], by: User) -> list[AvoidedExpert]:
    """What stays as it was leaves no trace in the journal."""
    before = {row.position: row for row in application.avoided_experts.all()}
    kept = []
    with journal.acting(by=by, action="avoid_experts"):
        for position, each in enumerate(rows, start=1):
            row = before.pop(position, None) or AvoidedExpert(application=application, position=position)
            if Named(row.name, row.employer, row.reason) != each:
                row.name, row.employer, row.reason, row.named_by = *each, by
                row.save()
            kept.append(row)
        for row in before.values():
            row.delete()
    return kept
