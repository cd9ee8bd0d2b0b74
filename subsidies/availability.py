"""What experts say about themselves: the days they are away, and the organisations they are bound to."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common import journal
from common.calendar import shanghai_today
from common.texts import clean_text
from subsidies.enums import InterestKind
from subsidies.models import Expert, ExpertAbsence, ExpertInterest
from subsidies.workflow import MoveRefused

LONGEST_ABSENCE_DAYS = 366
LONGEST_NOTE = 500


def expert_of(user: User) -> Expert | None:
    """The person's own entry in the register."""
    found: Expert | None = Expert.objects.filter(user=user.pk).first() if user.is_authenticated else None
    return found


@transaction.atomic
def add_absence(expert: Expert, begins_on: date, ends_on: date, *, by: User) -> ExpertAbsence:
    _refuse_others(expert, by)
    if ends_on < begins_on:
        raise MoveRefused(_("An absence ends after it begins."))
    if ends_on < shanghai_today():
        raise MoveRefused(_("These days are past."))
    if (ends_on - begins_on).days >= LONGEST_ABSENCE_DAYS:
        raise MoveRefused(_("Give at most a year at a time."))
    with journal.acting(by=by, action="add_absence"):
        row: ExpertAbsence = ExpertAbsence.objects.create(expert=expert, begins_on=begins_on, ends_on=ends_on)
    return row


@transaction.atomic
def remove_absence(absence: ExpertAbsence, *, by: User) -> None:
    _refuse_others(absence.expert, by)
    with journal.acting(by=by, action="remove_absence"):
        absence.delete()


@transaction.atomic
def declare_interest(
    expert: Expert, organisation: Organisation, kind: str, *, by: User, note: str = ""
) -> ExpertInterest:
    """Once for each kind of bond; only the bureau ends one, so that nobody lifts a conflict for a day."""
    _refuse_others(expert, by)
    if kind not in InterestKind.values:
        raise MoveRefused(_("Choose the kind of interest."))
    told = clean_text(note).strip()[:LONGEST_NOTE]
    known: ExpertInterest | None = expert.interests.filter(organisation=organisation, kind=kind, ended_on=None).first()
    if known:
        return known
    with journal.acting(by=by, action="declare_interest"):
        row: ExpertInterest = expert.interests.create(organisation=organisation, kind=kind, note=told)
    return row


def _refuse_others(expert: Expert, by: User) -> None:
    if expert.user_id != by.pk:
        raise PermissionDenied
