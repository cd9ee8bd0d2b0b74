"""Namesakes: an expert whose name stands in an application stays out, unless two people say that it is another person.

One person records it, a section head confirms it, and neither of them runs the draw: whoever draws has not shaped whom
it can fall on. How many exclusions were lifted, and on what basis, is frozen with the inputs of the draw and published
with them; of whom, stands in the record alone: code and number together would tell the applicant the expert's name.
"""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from subsidies import permissions
from subsidies.enums import NamesakeBasis, State
from subsidies.models import Application, Expert, Namesake
from subsidies.named import people_named_in
from subsidies.once import plain_name
from subsidies.sight import kept_from
from subsidies.workflow import MoveRefused, given, locked

LONGEST = 500
BEING_DRAWN = (State.CHECKED, State.REVIEW)


# ---------------------------------------------------------------- who sees, who may
def namesakes_for(user: User) -> QuerySet[Namesake]:
    rows: QuerySet[Namesake] = Namesake.objects.select_related("application", "expert__user", "entered_by")
    if not (user.has_perm("subsidies.view_namesake") and user.acts_for_whole_city()):
        return rows.none()
    return rows.exclude(application__in=kept_from(user).values("pk"))


def can_record(user: User, application: Application) -> bool:
    return user.has_perm("subsidies.add_namesake") and permissions.is_impartial(user, application)


def can_confirm(user: User, namesake: Namesake) -> bool:
    """A section head, and another person than the one who recorded it; never the expert."""
    is_other = user.pk not in (namesake.entered_by_id, namesake.expert.user_id)
    return is_other and permissions.can_run_review(user, namesake.application)


def can_end(user: User, namesake: Namesake) -> bool:
    """Alone: it only keeps the expert away again."""
    return can_record(user, namesake.application)


# ---------------------------------------------------------------- doing
@transaction.atomic
def record(application: Application, *, expert: Expert, by: User, basis: str, reason: str) -> Namesake:
    """For an expert who stays out for the name alone; it lifts nothing before it is confirmed."""
    current = locked(application)
    if not can_record(by, current) or expert.user_id == by.pk:
        raise PermissionDenied
    if current.state not in BEING_DRAWN:
        raise MoveRefused(_("Namesakes are recorded between the form check and the end of the review."), code="state")
    if basis not in NamesakeBasis.values:
        raise MoveRefused(_("Choose how it is known."))
    if plain_name(expert.user.name) not in people_named_in(current):
        raise MoveRefused(_("The application names nobody of this expert's name."))
    if current.namesakes.filter(expert=expert, ended_at=None).exists():
        raise MoveRefused(_("This is recorded already."), code="exists")
    row = Namesake(application=current, expert=expert, basis=basis, reason=given(reason, LONGEST), entered_by=by)
    with journal.acting(by=by, action="record_namesake", reason=row.reason):
        row.save()
    return row


@transaction.atomic
def confirm(namesake: Namesake, *, by: User) -> Namesake:
    current = _locked(namesake)
    if not can_confirm(by, current):
        raise PermissionDenied
    if current.confirmed_at:
        raise MoveRefused(_("It is confirmed already."), code="state")
    if current.application.state not in BEING_DRAWN:
        raise MoveRefused(_("Namesakes are recorded between the form check and the end of the review."), code="state")
    current.confirmed_by, current.confirmed_at = by, timezone.now()
    with journal.acting(by=by, action="confirm_namesake"):
        current.save()
    return current


@transaction.atomic
def end(namesake: Namesake, *, by: User, reason: str) -> Namesake:
    """It was wrong after all: the expert stays out again, and gives up a seat as with every conflict."""
    current = _locked(namesake)
    if not can_end(by, current):
        raise PermissionDenied
    current.end_reason = given(reason, LONGEST)
    current.ended_by, current.ended_at = by, timezone.now()
    with journal.acting(by=by, action="end_namesake", reason=current.end_reason):
        current.save()
    return current


def _locked(namesake: Namesake) -> Namesake:
    rows = Namesake.objects.select_for_update(of=("self",)).select_related("application", "expert")
    current: Namesake = rows.get(pk=namesake.pk)
    if current.ended_at:
        raise MoveRefused(_("It is withdrawn already."), code="state")
    return current


# ---------------------------------------------------------------- for draws
def refuse_interested(applications: Iterable[Application], by: User) -> None:
    """Whoever recorded or confirmed that somebody can be drawn leaves the draw to another person."""
    rows = Namesake.objects.filter(application__in=[row.pk for row in applications], ended_at=None)
    if rows.filter(Q(entered_by=by) | Q(confirmed_by=by), confirmed_at__isnull=False).exists():
        raise MoveRefused(_("You had a hand in letting a namesake be drawn: another person runs this draw."))
