"""What comes of a site check: the firm comments, then somebody who did not check decides, and the firm puts it right.

Serious findings lead on to a proposal of recovery or to the integrity list, on the page of the case.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from common.files import Written, all_written, keep
from subsidies import permissions
from subsidies.enums import CHECK_CLOSED, CheckState
from subsidies.follow_up import told_of_checks
from subsidies.follow_up.check_hearing import is_heard
from subsidies.follow_up.reports import EVIDENCE, MOST_FILES
from subsidies.models import Application, RemedyFile, SiteCheck
from subsidies.ties import untied
from subsidies.visit_times import CONCLUDED
from subsidies.workflow import MoveRefused, given, locked

LONGEST_COMMENT = 4000
# What may be decided in each state; see also the pairs of the trigger.
OUTCOMES: dict[str, tuple[CheckState, ...]] = {
    CheckState.CHECKING: (CheckState.CLEAR, CheckState.RECTIFY, CheckState.GRAVE),
    CheckState.RECTIFY: (CheckState.RECTIFIED, CheckState.GRAVE),
}


# ---------------------------------------------------------------- who sees them
def shown_to_firm(application: Application) -> QuerySet[SiteCheck]:
    """From the day the record is concluded: before that a check is not announced."""
    rows: QuerySet[SiteCheck] = application.site_checks.filter(visit__state=CONCLUDED)
    return rows.select_related("visit", "round", "application")


def checks_for(user: User) -> QuerySet[SiteCheck]:
    """Those on the person's desk; a county's officers see none, nor does who is tied to the firm: it is not warned."""
    rows: QuerySet[SiteCheck] = SiteCheck.objects.select_related("application__organisation", "round", "visit")
    if not (user.has_perm("subsidies.view_sitecheck") and user.acts_for_whole_city()):
        return rows.none()
    cases = Application.objects.for_staff(user).filter(untied(user, user.roles))
    return rows.filter(application__in=cases.values("pk"))


# ---------------------------------------------------------------- the firm
def can_comment(user: User, check: SiteCheck) -> bool:
    is_time = check.state == CheckState.CHECKING and check.heard_until is not None and not is_heard(check)
    return is_time and permissions.is_lead(user, check.application)


@transaction.atomic
def comment(check: SiteCheck, *, by: User, text: str) -> SiteCheck:
    """By a lead of the firm, once and within the term, before anything is decided."""
    current = _of_firm(check, by)
    if current.state != CheckState.CHECKING or current.commented_at is not None:
        raise MoveRefused(_("The comment has been made, or it has been decided."), code="state")
    assert current.heard_until is not None, "set as the record is concluded"
    if shanghai_today() > current.heard_until:
        raise MoveRefused(_("The term for a comment is over."), code="late")
    current.comment = given(text, LONGEST_COMMENT)
    current.commented_by, current.commented_at = by, timezone.now()
    _keep(current, by, "comment_check")
    told_of_checks.of_comment(current)
    return current


def can_report(user: User, check: SiteCheck) -> bool:
    is_time = check.state == CheckState.RECTIFY and check.remedied_at is None
    return is_time and permissions.is_lead(user, check.application)


def report_remedy(check: SiteCheck, *, by: User, text: str, evidence: Sequence[Any] = ()) -> SiteCheck:
    """How it was put right, with uploads that show it, by the rules of yearly reports: all of it or nothing.

    Late is better than never, as long as nothing is decided.
    """
    if len(evidence) > MOST_FILES:
        raise MoveRefused(_("%(count)d files are the most here.") % {"count": MOST_FILES}, code="most_files")
    with all_written(evidence if can_report(by, check) else (), EVIDENCE) as written:
        return _reported(check, by, text, written)


@transaction.atomic
def _reported(check: SiteCheck, by: User, text: str, written: Sequence[Written]) -> SiteCheck:
    current = _of_firm(check, by)
    if current.state != CheckState.RECTIFY or current.remedied_at is not None:
        raise MoveRefused(_("Nothing is to be put right here, or it has been reported."), code="state")
    current.remedy = given(text, LONGEST_COMMENT)
    with journal.acting(by=by, action="remedy_check"):
        for file in written:
            RemedyFile.objects.create(check_of=current, file=keep(file, by), added_by=by)
    current.remedied_by, current.remedied_at = by, timezone.now()
    _keep(current, by, "remedy_check")
    told_of_checks.of_remedy(current)
    return current


def _of_firm(check: SiteCheck, by: User) -> SiteCheck:
    current = _locked(check)
    if not permissions.is_lead(by, current.application) or current.visit.state != CONCLUDED:
        raise PermissionDenied
    return current


# ---------------------------------------------------------------- the bureau
def can_settle(user: User, check: SiteCheck) -> bool:
    """Never an officer of the check; that asks one query, of those alone who may settle."""
    may = user.has_perm("subsidies.settle_checks") and permissions.is_impartial(user, check.application)
    return may and not check.visit.officers.filter(user=user).exists()


def is_ready(check: SiteCheck) -> bool:
    """Concluded and heard; then put right, or the term for it is over."""
    if check.state == CheckState.RECTIFY:
        assert check.remedy_by is not None, "held by sitecheck_term_is_whole"
        return check.remedied_at is not None or shanghai_today() > check.remedy_by
    return check.state == CheckState.CHECKING and check.visit.state == CONCLUDED and is_heard(check)


@transaction.atomic
def settle(
    check: SiteCheck, *, by: User, outcome: str, reason: str, demand: str = "", remedy_by: date | None = None
) -> SiteCheck:
    """What follows. To be put right it needs `demand` and `remedy_by`. PermissionDenied, MoveRefused."""
    current = _locked(check)
    if not can_settle(by, current):
        raise PermissionDenied
    if outcome not in OUTCOMES.get(current.state, ()):
        raise MoveRefused(_("The check is settled, or this cannot follow from where it stands."), code="state")
    if not is_ready(current):
        message = _("The record is concluded and the firm heard first; a term to put something right runs out first.")
        raise MoveRefused(message, code="early")
    if outcome == CheckState.RECTIFY:
        if remedy_by is None or remedy_by <= shanghai_today():
            raise MoveRefused(_("Give the firm time to put it right: a day after today."), code="term")
        current.demand, current.remedy_by = given(demand), remedy_by
    current.state, current.reason = outcome, given(reason)
    current.decided_by, current.decided_at, current.decided_on = by, timezone.now(), shanghai_today()
    _keep(current, by, "settle_check", current.reason)
    told_of_checks.of_decision(current)
    return current


def open_checks(application: Application) -> QuerySet[SiteCheck]:
    rows: QuerySet[SiteCheck] = application.site_checks.exclude(state__in=CHECK_CLOSED)
    return rows


# ---------------------------------------------------------------- rows
def _keep(check: SiteCheck, by: User, action: str, reason: str = "") -> None:
    check.version += 1
    check.validate_constraints()
    with journal.acting(by=by, action=action, reason=reason):
        check.save()


def _locked(check: SiteCheck) -> SiteCheck:
    """The case first, as every other verb."""
    application = locked(check.application)
    rows = SiteCheck.objects.select_for_update(of=("self",)).select_related("visit", "round")
    current: SiteCheck = rows.get(pk=check.pk)
    current.application = application
    return current
