"""Site visits: planned for two officers at least, written on the spot, signed by each of them, then never changed.

The record is written on telephones that lose the network: what is sent again changes nothing, and what was written
on two of them at once is asked about.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.holders import holders
from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from common.texts import clean_text, listed
from subsidies import permissions
from subsidies.audiences import impartial
from subsidies.follow_up.check_hearing import open_hearing
from subsidies.models import Application, SiteCheck, SiteVisit, VisitOfficer
from subsidies.notices import tell_of_visit
from subsidies.sight import visits_for
from subsidies.visit_times import CONCLUDED, PLANNED, is_time
from subsidies.workflow import MoveRefused, given, locked

LEAST_OFFICERS = 2
LONGEST = {"place": 200, "met": 300, "findings": 5000}


class Written(NamedTuple):
    """What the officers write; `is_as_applied` stays open until they know."""

    visited_on: date
    place: str
    met: str = ""
    findings: str = ""
    is_as_applied: bool | None = None


class WrittenMeanwhile(MoveRefused):
    """Somebody else has written something else into the record; `stored` is how it stands now."""

    def __init__(self, stored: SiteVisit) -> None:
        super().__init__(
            _("Somebody else has changed the record meanwhile. Both are shown: choose one."), code="conflict"
        )
        self.stored = stored


# ---------------------------------------------------------------- planning
@transaction.atomic
def plan(application: Application, *, by: User, visited_on: date, place: str, officers: Collection[User]) -> SiteVisit:
    """One visit at a time; the officers are told."""
    current = locked(application)
    if not permissions.can_visit(by, current):
        raise PermissionDenied
    if not is_time(current):
        raise MoveRefused(_("The call has no site visit at this point of the way."), code="state")
    if current.visits.filter(state=PLANNED).exists():
        raise MoveRefused(_("A visit is planned already: conclude it, or call it off first."), code="exists")
    visit = put_down(current, by=by, visited_on=visited_on, place=place, officers=officers)
    tell_of_visit(visit, officers, by)
    return visit


def put_down(
    application: Application, *, by: User, visited_on: date, place: str, officers: Collection[User]
) -> SiteVisit:
    """The empty record with its officers; whether it is time for one, and who is told, is for the caller."""
    _refuse_officers(application, officers)
    facts = _cleaned(Written(visited_on, place))._asdict()
    visit = SiteVisit(application=application, key=uuid4(), planned_by=by, **facts)
    with journal.acting(by=by, action="plan_visit"):
        visit.save()
        for officer in officers:
            VisitOfficer.objects.create(visit=visit, user=officer)
    return visit


def possible_officers(application: Application) -> QuerySet[User]:
    """See also permissions.can_visit()."""
    return impartial(holders("subsidies.run_visits"), application).order_by("name", "pk")


def _refuse_officers(application: Application, officers: Collection[User]) -> None:
    if len({officer.pk for officer in officers}) < LEAST_OFFICERS:
        raise MoveRefused(_("Two officers at least make a visit."), code="officers")
    if unable := [str(officer) for officer in officers if not permissions.can_visit(officer, application)]:
        raise MoveRefused(_("Not for this visit: %(names)s.") % {"names": listed(unable)}, code="officers")


@transaction.atomic
def call_off(visit: SiteVisit, *, by: User, reason: str) -> None:
    """A visit that does not take place; its record goes, and the journal keeps what it was."""
    current = _locked(visit)
    if not permissions.can_visit(by, current.application):
        raise PermissionDenied
    _refuse_concluded(current)
    if is_drawn(current):
        raise MoveRefused(
            _("This is a check drawn by lot: it takes place. Put another officer down instead."), code="drawn"
        )
    if current.photos.exists() or current.documents.exists() or current.findings:
        raise MoveRefused(_("Something is on record already: conclude the visit instead."), code="state")
    with journal.acting(by=by, reason=given(reason)):
        current.delete()


@transaction.atomic
def replace_officer(visit: SiteVisit, *, leaving: User, by: User, officer: User, reason: str) -> SiteVisit:
    """Another goes instead, as where somebody is ill; who has signed the record before signs again."""
    current = _locked(visit)
    if not permissions.can_visit(by, current.application):
        raise PermissionDenied
    _refuse_concluded(current)
    row = current.officers.filter(user=leaving).first()
    if row is None:
        raise MoveRefused(_("%(person)s is not an officer of this visit.") % {"person": leaving}, code="officers")
    others = list(User.objects.filter(pk__in=current.officers.exclude(pk=row.pk).values("user")))
    if officer in others:
        message = _("%(person)s is an officer of this visit already: choose somebody else.")
        raise MoveRefused(message % {"person": officer}, code="officers")
    _refuse_officers(current.application, [*others, officer])
    with journal.acting(by=by, action="replace_officer", reason=given(reason)):
        end_signatures(current)
        row.delete()
        VisitOfficer.objects.create(visit=current, user=officer)
    tell_of_visit(current, [officer], by)
    return current


# ---------------------------------------------------------------- writing
@transaction.atomic
def write(visit: SiteVisit, *, by: User, version: int, written: Written) -> SiteVisit:
    """`version` is the one that was read. What stands there already is no change; a change ends the signatures."""
    current = for_officer(visit, by)
    new = _cleaned(written)._asdict()
    if all(getattr(current, name) == value for name, value in new.items()):
        return current
    if version != current.version:
        raise WrittenMeanwhile(current)
    for name, value in new.items():
        setattr(current, name, value)
    current.version += 1
    with journal.acting(by=by, action="write_visit"):
        current.save()
        end_signatures(current)
    return current


def end_signatures(visit: SiteVisit) -> None:
    """The record has changed: who has signed it before signs again."""
    for officer in visit.officers.filter(signed_at__isnull=False):
        officer.signed_at = None
        officer.save()


def _cleaned(written: Written) -> Written:
    texts = {name: clean_text(getattr(written, name), multiline=name == "findings").strip() for name in LONGEST}
    if not texts["place"]:
        raise MoveRefused(_("Say where the visit takes place."), code="place")
    for name, most in LONGEST.items():
        if len(texts[name]) > most:
            raise MoveRefused(_("Say it in at most %(longest)d characters.") % {"longest": most})
    return Written(written.visited_on, **texts, is_as_applied=written.is_as_applied)


# ---------------------------------------------------------------- signing
@transaction.atomic
def sign(visit: SiteVisit, *, by: User) -> SiteVisit:
    """By each officer for the record as it stands; with the last signature it is concluded."""
    current = for_officer(visit, by)
    if not current.findings or current.is_as_applied is None:
        raise MoveRefused(_("Write the findings and say whether the facts are as applied for, then sign."), code="gaps")
    if current.visited_on > shanghai_today():
        raise MoveRefused(_("The day of the visit has not come yet: correct it, then sign."), code="gaps")
    officers = list(current.officers.select_related("user"))
    own = next(officer for officer in officers if officer.user_id == by.pk)
    own.signed_at = own.signed_at or timezone.now()
    with journal.acting(by=by, action="sign_visit"):
        own.save()
    if all(officer.signed_at for officer in officers):
        _conclude(current, by)
    return current


@transaction.atomic
def conclude(visit: SiteVisit, *, by: User) -> SiteVisit:
    """Without the signatures of the others, once two officers have signed."""
    current = for_officer(visit, by)
    if current.officers.filter(signed_at__isnull=False).count() < LEAST_OFFICERS:
        raise MoveRefused(_("Two officers sign the record before it is concluded."), code="officers")
    _conclude(current, by)
    return current


def _conclude(visit: SiteVisit, by: User) -> None:
    visit.state, visit.concluded_at = CONCLUDED, timezone.now()
    with journal.acting(by=by, action="conclude_visit"):
        visit.save()
    if is_drawn(visit):
        open_hearing(visit, by)


# ---------------------------------------------------------------- rows
def for_officer(visit: SiteVisit, by: User) -> SiteVisit:
    """The row as it is now, locked, for an officer of it; PermissionDenied, or MoveRefused once it is concluded."""
    current = _locked(visit)
    if not is_officer(current, by):
        raise PermissionDenied
    _refuse_concluded(current)
    return current


def is_officer(visit: SiteVisit, user: User) -> bool:
    return permissions.can_visit(user, visit.application) and visit.officers.filter(user=user).exists()


def is_drawn(visit: SiteVisit) -> bool:
    """Whether it is the record of a site check; see subsidies.follow_up.site_checks."""
    return SiteCheck.objects.filter(visit=visit).exists()


def find(user: User, key: UUID) -> SiteVisit | None:
    found: SiteVisit | None = visits_for(user).filter(key=key).first()
    return found


def _locked(visit: SiteVisit) -> SiteVisit:
    rows: Any = SiteVisit.objects.select_for_update(of=("self",)).select_related("application")
    current: SiteVisit = rows.get(pk=visit.pk)
    return current


def _refuse_concluded(visit: SiteVisit) -> None:
    if visit.state == CONCLUDED:
        raise MoveRefused(_("The visit is concluded: its record never changes."), code="state")
