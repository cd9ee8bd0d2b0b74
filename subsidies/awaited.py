"""Whom a case waits for, in a few words, for whoever reads it on the desk.

In most states the state says it. In the others the records say it, and then only those that the reader may see:
a site check is nobody's to know of before its record is concluded but the bureau's.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.calendar import shanghai_today
from common.texts import listed
from subsidies.due import knows_objections
from subsidies.enums import AccountState, CheckState, DocumentState, PaymentState, RecoveryState, ReportState, State
from subsidies.models import Application, AwardEntry, FollowUpReport, PayeeAccount, Payment, Recovery, SiteCheck
from subsidies.models.follow_up import SETTLED, WITH_FIRM
from subsidies.ties import untied
from subsidies.turns import APPEALED, CHECKED_IN, OBJECTED
from subsidies.visit_times import CONCLUDED

FIRM, UNIT, BUREAU, LEADER = "firm", "unit", "bureau", "leader"
FINANCE, OFFICERS, EXPERTS, MEETING, PUBLIC = "finance", "officers", "experts", "meeting", "public"
WORDS = {
    FIRM: _("applicant"),
    UNIT: _("recommending unit"),
    BUREAU: _("bureau"),
    LEADER: _("bureau leader"),
    FINANCE: _("finance bureau"),
    OFFICERS: _("officers of the site check"),
    EXPERTS: _("experts"),
    MEETING: _("meeting"),
    PUBLIC: _("the public"),
}
# Where no record says another one.
BY_STATE = {
    State.RECOMMENDATION: UNIT,
    State.ACCEPTANCE: BUREAU,
    State.FORM_CHECK: BUREAU,
    State.CORRECTION: FIRM,
    State.CHECKED: BUREAU,
    State.REVIEW: EXPERTS,
    State.REVIEWED: BUREAU,
    State.MEETING: MEETING,
    State.DEFERRED: BUREAU,
    State.PUBLICITY_READY: BUREAU,
    State.PUBLICITY: PUBLIC,
    State.CLEARED: BUREAU,
    State.AWARDED: FIRM,
    State.PAYING: FINANCE,
    State.PAID: FIRM,
    State.RECOVERY: FIRM,
}
OF_CASE = {"application": OuterRef("pk")}
LISTED = AwardEntry.objects.filter(dropped_at=None, **OF_CASE)
PAYMENTS = Payment.objects.filter(award__application=OuterRef("pk"))
REPORTS = FollowUpReport.objects.filter(**OF_CASE)
PROPOSED = Recovery.objects.filter(state=RecoveryState.PROPOSED, **OF_CASE)
CHECKS = SiteCheck.objects.filter(**OF_CASE)


class Waiting(NamedTuple):
    """In these states, where there is such a record, somebody is waited for."""

    party: str
    states: tuple[State, ...]
    records: QuerySet


def awaited(application: Application, user: User) -> str:
    """In words; empty where nobody is. One query, in the states alone in which a record says it."""
    return _words(application, _found([application], user).get(application.pk, []))


def awaited_in(applications: Iterable[Application], user: User) -> dict[int, str]:
    """The same for a page of a list, by the keys of the rows; one query or none."""
    rows = list(applications)
    found = _found(rows, user)
    return {row.pk: _words(row, found.get(row.pk, [])) for row in rows}


def _words(application: Application, found: list[str]) -> str:
    parties = found or [BY_STATE.get(State(application.state), "")]
    return listed([str(WORDS[name]) for name in dict.fromkeys(parties) if name])


def _found(applications: list[Application], user: User) -> dict[int, list[str]]:
    waiting = list(_waiting(user))
    asked = {state for each in waiting for state in each.states}
    keys = [row.pk for row in applications if row.state in asked]
    if not keys:
        return {}
    flags = [Case(When(Exists(each.records), state__in=each.states, then=True), default=False) for each in waiting]
    rows = Application.objects.filter(pk__in=keys).order_by().values_list("pk", *flags)
    return {pk: [each.party for each, is_so in zip(waiting, told, strict=True) if is_so] for pk, *told in rows}


# ---------------------------------------------------------------- the records, the most pressing first
def _waiting(user: User) -> Iterator[Waiting]:
    if knows_objections(user):
        yield Waiting(BUREAU, (State.PUBLICITY,), OBJECTED)
    yield Waiting(BUREAU, (State.NOT_APPROVED,), APPEALED)
    yield from _money()
    if user.has_perm("subsidies.view_recovery"):
        yield from _recoveries()
    if user.has_perm("subsidies.view_sitecheck") and user.acts_for_whole_city():
        yield from _checks(user)
    yield from _reports()


def _money() -> Iterator[Waiting]:
    """A payment that is prepared is approved by another person of finance, or by a leader."""
    yield Waiting(FINANCE, (State.CLEARED,), LISTED.filter(document__state=DocumentState.DRAFT))
    yield Waiting(LEADER, (State.CLEARED,), LISTED.filter(document__state=DocumentState.COUNTERSIGNED))
    entered = PayeeAccount.objects.filter(state=AccountState.ENTERED, **OF_CASE)
    yield Waiting(FINANCE, (State.AWARDED, State.PAYING), entered)
    yield Waiting(LEADER, (State.PAYING,), PAYMENTS.filter(state=PaymentState.PREPARED))
    yield Waiting(FINANCE, (State.PAYING,), PAYMENTS.filter(state__in=(PaymentState.PREPARED, PaymentState.APPROVED)))


def _recoveries() -> Iterator[Waiting]:
    """See also recovering.is_heard()."""
    is_heard = Q(stated_at__isnull=False) | Q(heard_until__lt=shanghai_today())
    yield Waiting(LEADER, (State.PAID, State.CLOSED), PROPOSED.filter(is_heard))
    yield Waiting(FIRM, (State.PAID, State.CLOSED), PROPOSED.exclude(is_heard))
    running = Recovery.objects.filter(state__in=(RecoveryState.DECIDED, RecoveryState.ENFORCED), **OF_CASE)
    yield Waiting(FIRM, (State.RECOVERY,), running)


def _checks(user: User) -> Iterator[Waiting]:
    """See also site_checks.is_ready() and checks_for(): who is tied to the firm learns of none."""
    rows = CHECKS.filter(application__in=Application.objects.filter(untied(user, user.roles)).values("pk"))
    today = shanghai_today()
    is_heard = Q(commented_at__isnull=False) | Q(heard_until__lt=today)
    is_put_right = Q(remedied_at__isnull=False) | Q(remedy_by__lt=today)
    concluded = rows.filter(state=CheckState.CHECKING, visit__state=CONCLUDED)
    to_mend = rows.filter(state=CheckState.RECTIFY)
    yield Waiting(OFFICERS, CHECKED_IN, rows.filter(state=CheckState.CHECKING).exclude(visit__state=CONCLUDED))
    yield Waiting(BUREAU, CHECKED_IN, concluded.filter(is_heard) | to_mend.filter(is_put_right))
    yield Waiting(FIRM, CHECKED_IN, concluded.exclude(is_heard) | to_mend.exclude(is_put_right))


def _reports() -> Iterator[Waiting]:
    """Those whose year is over; a case with all of them settled waits to be closed."""
    followed = (State.PAID, State.RECOVERY)
    yield Waiting(BUREAU, followed, REPORTS.filter(state=ReportState.SUBMITTED))
    yield Waiting(FIRM, followed, REPORTS.filter(state__in=WITH_FIRM, year__lt=shanghai_today().year))
    of_same = {"application": OuterRef("application")}
    is_open = Exists(FollowUpReport.objects.filter(**of_same).exclude(state__in=SETTLED))
    is_recovered = Exists(Recovery.objects.filter(state=RecoveryState.PROPOSED, **of_same))
    yield Waiting(BUREAU, (State.PAID,), REPORTS.filter(~is_open, ~is_recovered))
