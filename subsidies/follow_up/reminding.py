"""Reminders at three and one working days of what is owed after the award: reports, instalments, site checks.

A part of the daily run of subsidies.reminders, with the same marks; told once for each day that is due.
"""

from datetime import date

from common.notices import Kind, tell
from subsidies import audiences
from subsidies.enums import CheckState
from subsidies.follow_up import told, told_of_checks
from subsidies.follow_up.recovering import next_instalment, running
from subsidies.follow_up.reports import REPORTED_IN
from subsidies.models import Application, FollowUpReport, Recovery, SiteCheck
from subsidies.models.follow_up import WITH_FIRM
from subsidies.notices import Facts, address_of, facts_of
from subsidies.reminder_marks import days_left, mark_of
from subsidies.visit_times import CONCLUDED

FIRM = ("application__call", "application__organisation", "application__recommender")


def send_follow_up_reminders(today: date) -> int:
    """How many people were reminded."""
    reports = FollowUpReport.objects.filter(
        state__in=WITH_FIRM, due_on__gt=today, application__state__in=REPORTED_IN
    ).select_related(*FIRM)
    told_of_reports = sum(remind_of_report(row, today) for row in reports.order_by("pk").iterator(chunk_size=200))
    recoveries = running().select_related(*FIRM).order_by("pk")
    told_of_recoveries = sum(remind_of_instalment(row, today) for row in recoveries.iterator(chunk_size=200))
    checks = SiteCheck.objects.filter(state__in=(CheckState.CHECKING, CheckState.RECTIFY)).order_by("pk")
    checks = checks.select_related(*FIRM, "round", "visit").prefetch_related("visit__officers__user")
    return told_of_reports + told_of_recoveries + sum(remind_of_check(row, today) for row in checks)


def remind_of_report(report: FollowUpReport, today: date) -> int:
    facts: Facts = {"year": report.year, "due_on": report.due_on}
    once = f"{told.REPORT_DUE.name}:{report.pk}:{report.due_on}"
    return _remind(report.application, told.REPORT_DUE, report.due_on, facts, told.page_of(report), once, today)


def remind_of_instalment(recovery: Recovery, today: date) -> int:
    following = next_instalment(recovery, today)
    if following is None:
        return 0
    facts: Facts = {"amount_yuan": following.amount_yuan, "due_on": following.due_on}
    once = f"{told.INSTALMENT_DUE.name}:{recovery.pk}:{following.due_on}"
    application = recovery.application
    address = address_of(application)
    return _remind(application, told.INSTALMENT_DUE, following.due_on, facts, address, once, today)


def remind_of_check(check: SiteCheck, today: date) -> int:
    """Officers who have not signed the record; then the firm that has something to put right."""
    if check.state == CheckState.RECTIFY:
        if check.remedy_by is None or check.remedied_at is not None:
            return 0
        facts: Facts = {"due_on": check.remedy_by}
        once = f"{told_of_checks.REMEDY_DUE.name}:{check.pk}:{check.remedy_by}"
        address = told_of_checks.page_of_firm(check)
        return _remind(check.application, told_of_checks.REMEDY_DUE, check.remedy_by, facts, address, once, today)
    if check.visit.state == CONCLUDED:
        return 0
    due_on, left = check.round.due_on, days_left(today, check.round.due_on)
    if not (mark := mark_of(left)):
        return 0
    people = [row.user for row in check.visit.officers.all() if row.signed_at is None]
    facts = facts_of(check.application) | {"due_on": due_on, "days": left}
    once = f"{told_of_checks.CHECK_DUE.name}:{check.pk}:{due_on}:{mark}"
    return tell(people, told_of_checks.CHECK_DUE, facts, told_of_checks.page_of_record(check.visit), once)


def _remind(application: Application, kind: Kind, on: date, facts: Facts, address: str, once: str, today: date) -> int:
    left = days_left(today, on)
    mark = mark_of(left)
    if not mark:
        return 0
    told_facts = facts_of(application) | facts | {"days": left}
    return tell(audiences.firm(application), kind, told_facts, address, f"{once}:{mark}")
