"""Whose time is running out, as conditions on the due day that the database keeps; see clocks.due_day()."""

from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from common.calendar import SHANGHAI, add_working_days, shanghai_today
from subsidies.enums import AppealState, ObjectionState, State
from subsidies.models import Appeal, Objection

SOON = 3  # working days
OPEN_APPEALS = Appeal.objects.filter(decision__application=OuterRef("pk"), state=AppealState.OPEN)
APPEAL_DUE_ON = OPEN_APPEALS.order_by("due_on").values("due_on")[:1]
OPEN_OBJECTIONS = Objection.objects.filter(entry__application=OuterRef("pk"), state=ObjectionState.OPEN)
OBJECTION_DUE_ON = OPEN_OBJECTIONS.order_by("due_on").values("due_on")[:1]
OBJECTED_IN = (State.PUBLICITY_READY, State.PUBLICITY)  # an open objection keeps it there


def overdue() -> Q:
    """The last day of the stage is over. See also Clock.is_overdue."""
    return Q(due_on__lt=shanghai_today())


def soon() -> Q:
    """It ends today or within the next three working days; one query of the calendar."""
    today = shanghai_today()
    return Q(due_on__range=(today, soon_until(today)))


def appeal_overdue(user: User) -> Q:
    """An open appeal whose last day is over, for those who may know of appeals."""
    return _appeal(user, Q(due_on__lt=shanghai_today()))


def appeal_soon(user: User) -> Q:
    """The same as in soon()."""
    today = shanghai_today()
    return _appeal(user, Q(due_on__range=(today, soon_until(today))))


def _appeal(user: User, condition: Q) -> Q:
    may_know = user.has_perm("subsidies.view_appeal") and user.acts_for_whole_city()
    return Q(Exists(OPEN_APPEALS.filter(condition))) if may_know else Q(pk__in=[])


def objection_overdue(user: User) -> Q:
    """An open objection that was to be answered before today, for those who may know of objections."""
    return _objection(user, Q(due_on__lt=shanghai_today()))


def objection_soon(user: User) -> Q:
    """The same as in soon()."""
    today = shanghai_today()
    return _objection(user, Q(due_on__range=(today, soon_until(today))))


def _objection(user: User, condition: Q) -> Q:
    return Q(Exists(OPEN_OBJECTIONS.filter(condition))) if knows_objections(user) else Q(pk__in=[])


def knows_objections(user: User) -> bool:
    return bool(user.has_perm("subsidies.view_objection")) and user.acts_for_whole_city()


def soon_until(today: date) -> date:
    return add_working_days(today, SOON, count_first_day=False).on


def end_of_soon() -> datetime:
    """The moment with which the last of those days is over."""
    day = soon_until(shanghai_today()) + timedelta(days=1)
    return datetime.combine(day, time.min, SHANGHAI)
