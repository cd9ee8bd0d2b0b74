"""Awards of before the portal, so that “once only” holds for them too: two people enter one, two people revoke one.

From the moment it is entered it is a hit of the cross-checks, and no approval of the same thing is released before
another person has confirmed or refused it: what is paid twice is hard to get back, and a delay is soon over. Only from
the confirmation on is it an award, which bars every other and is public: nobody shuts out a firm alone. A firm's own
people do neither.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common import journal
from common.calendar import shanghai_today
from subsidies.enums import EarlierState
from subsidies.models import Application, Award, EarlierAward
from subsidies.once import award_key
from subsidies.workflow import MoveRefused, given

FACTS = (
    "scheme",
    "organisation",
    "project",
    "project_name",
    "amount_yuan",
    "awarded_on",
    "document_number",
    "once_key",
)


# ---------------------------------------------------------------- who may
def can_enter(user: User, organisation: Organisation) -> bool:
    return user.has_perm("subsidies.add_earlieraward") and organisation.pk not in user.roles


def can_settle(user: User, entry: EarlierAward) -> bool:
    """Confirms or refuses: another person than the one who entered it."""
    return _may_confirm(user, entry) and entry.entered_by_id != user.pk


def can_propose_revocation(user: User, entry: EarlierAward) -> bool:
    return can_enter(user, entry.organisation)


def can_revoke(user: User, entry: EarlierAward) -> bool:
    """Another person than the one who says that it was wrong."""
    return _may_confirm(user, entry) and entry.revocation_by_id not in (None, user.pk)


def _may_confirm(user: User, entry: EarlierAward) -> bool:
    return user.has_perm("subsidies.confirm_earlieraward") and entry.organisation_id not in user.roles


# ---------------------------------------------------------------- asking
def waiting_for(application: Application) -> QuerySet[EarlierAward]:
    """Entered for the same thing, and neither confirmed nor refused yet."""
    rows: QuerySet[EarlierAward] = EarlierAward.objects.filter(
        scheme=application.call.scheme_id, once_key=application.once_key, state=EarlierState.ENTERED
    )
    return rows.exclude(once_key="")


# ---------------------------------------------------------------- entering
@transaction.atomic
def enter(entry: EarlierAward, *, by: User) -> EarlierAward:
    """PermissionDenied, ValidationError where it is awarded already or waits for its confirmation."""
    if not can_enter(by, entry.organisation):
        raise PermissionDenied
    entry.once_key = award_key(entry.scheme, entry.organisation, entry.project, entry.project_name)
    entry.entered_by = by
    entry.full_clean()
    refuse_twice(entry)
    with journal.acting(by=by, action="enter_earlier_award"):
        entry.save()
    return entry


def refuse_twice(entry: EarlierAward) -> None:
    if not entry.once_key:
        return
    if EarlierAward.objects.filter(once_key=entry.once_key, state=EarlierState.ENTERED).exists():
        raise MoveRefused(_("The same award is entered already and waits for its confirmation."), code="once")
    _as_award(entry).validate_constraints()


def _as_award(entry: EarlierAward) -> Award:
    return Award(**{name: getattr(entry, name) for name in FACTS})


# ---------------------------------------------------------------- confirming
@transaction.atomic
def confirm(entry: EarlierAward, *, by: User) -> EarlierAward:
    """From here on it is an award like any other. ValidationError where the same was awarded meanwhile.

    The order is the database's: the second signature, then the award, then the entry that names it.
    """
    current = _in(entry, EarlierState.ENTERED)
    if not can_settle(by, current):
        raise PermissionDenied
    award = _as_award(current)
    award.validate_constraints()
    with journal.acting(by=by, action="confirm_earlier_award"):
        current = _settled(current, EarlierState.ENTERED, by)
        award.save()
        current.award, current.state = award, EarlierState.CONFIRMED
        current.save()
    return current


@transaction.atomic
def refuse(entry: EarlierAward, *, by: User, reason: str) -> EarlierAward:
    """Also where it was entered for nothing: the person who did asks another to."""
    current, told = _in(entry, EarlierState.ENTERED), given(reason)
    if not can_settle(by, current):
        raise PermissionDenied
    with journal.acting(by=by, action="refuse_earlier_award", reason=told):
        return _settled(current, EarlierState.REFUSED, by)


def _settled(entry: EarlierAward, state: EarlierState, by: User) -> EarlierAward:
    entry.state, entry.settled_by, entry.settled_at = state, by, timezone.now()
    entry.validate_constraints()
    entry.save()
    return entry


# ---------------------------------------------------------------- revoking
@transaction.atomic
def propose_revocation(entry: EarlierAward, *, by: User, reason: str) -> EarlierAward:
    """That it was entered wrongly. It stays in force until another person revokes it; a later reason replaces this."""
    current = _in(entry, EarlierState.CONFIRMED)
    if not can_propose_revocation(by, current):
        raise PermissionDenied
    current.revocation_by, current.revocation_reason = by, given(reason)
    with journal.acting(by=by, action="propose_revocation", reason=current.revocation_reason):
        current.save()
    return current


@transaction.atomic
def revoke(entry: EarlierAward, *, by: User) -> EarlierAward:
    """The award is marked as revoked, and bars nothing any more."""
    current = _in(entry, EarlierState.CONFIRMED)
    if current.revocation_by_id is None:
        raise MoveRefused(_("Nobody has said yet why it was wrong."), code="state")
    if not can_revoke(by, current):
        raise PermissionDenied
    award = Award.objects.select_for_update(of=("self",)).get(entry=current)
    award.revoked_on = shanghai_today()
    current.state, current.revoked_by, current.revoked_at = EarlierState.REVOKED, by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="revoke_earlier_award", reason=current.revocation_reason):
        current.save()
        award.save()
    return current


def _in(entry: EarlierAward, state: EarlierState) -> EarlierAward:
    """The row as it is now, locked; MoveRefused in another state."""
    rows = EarlierAward.objects.select_for_update(of=("self",)).select_related("organisation", "scheme")
    current: EarlierAward = rows.get(pk=entry.pk)
    if current.state != state:
        words = _("The entry is now “%(state)s”: this is not possible any more.")
        raise MoveRefused(words % {"state": current.get_state_display()}, code="state")
    return current
