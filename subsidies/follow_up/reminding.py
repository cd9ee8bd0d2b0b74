"""Reminders at three and one working days of what a firm owes after the payment: reports, instalments.

A part of the daily run of subsidies.reminders, with the same marks; told once for each day that is due.
"""

from datetime import date

from common.notices import Kind, tell
from subsidies import audiences
from subsidies.follow_up import told
from subsidies.follow_up.recovering import plan_of, running
from subsidies.follow_up.reports import REPORTED_IN
from subsidies.models import Application, FollowUpReport, Recovery
from subsidies.models.follow_up import WITH_FIRM
from subsidies.notices import Facts, address_of, facts_of
from subsidies.reminder_marks import days_left, mark_of

FIRM = ("application__call", "application__organisation", "application__recommender")


def send_follow_up_reminders(today: date) -> int:
    """How many people were reminded."""
    reports = FollowUpReport.objects.filter(
        state__in=WITH_FIRM, due_on__gt=today, application__state__in=REPORTED_IN
    ).select_related(*FIRM)
    told_of_reports = sum(remind_of_report(row, today) for row in reports.order_by("pk").iterator(chunk_size=200))
    recoveries = running().select_related(*FIRM).order_by("pk")
    return told_of_reports + sum(remind_of_instalment(row, today) for row in recoveries.iterator(chunk_size=200))


def remind_of_report(report: FollowUpReport, today: date) -> int:
    facts: Facts = {"year": report.year, "due_on": report.due_on}
    once = f"{told.REPORT_DUE.name}:{report.pk}:{report.due_on}"
    return _remind(report.application, told.REPORT_DUE, report.due_on, facts, told.page_of(report), once, today)


def remind_of_instalment(recovery: Recovery, today: date) -> int:
    following = next((part for part in plan_of(recovery) if part.due_on > today), None)
    if following is None:
        return 0
    facts: Facts = {"amount_yuan": following.amount_yuan, "due_on": following.due_on}
    once = f"{told.INSTALMENT_DUE.name}:{recovery.pk}:{following.due_on}"
    application = recovery.application
    address = address_of(application)
    return _remind(application, told.INSTALMENT_DUE, following.due_on, facts, address, once, today)


def _remind(application: Application, kind: Kind, on: date, facts: Facts, address: str, once: str, today: date) -> int:
    left = days_left(today, on)
    mark = mark_of(left)
    if not mark:
        return 0
    told_facts = facts_of(application) | facts | {"days": left}
    return tell(audiences.firm(application), kind, told_facts, address, f"{once}:{mark}")
