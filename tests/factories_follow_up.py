"""What the states after the payment need before the database lets a case into them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from common.calendar import shanghai_today
from subsidies.budgets import standing_of
from subsidies.enums import EntryKind, Pot, RecoveryState, ReportState, State
from subsidies.follow_up import reports
from subsidies.models import Application, BudgetEntry, CaseSeal, FollowUpReport, Recovery, Repayment
from subsidies.workflow import pairs_of_states
from tests.factories_accounts import somebody


def enter(application: Application, kind: str, source: str, target: str, amount_yuan: Decimal) -> BudgetEntry:
    budget = application.budget_entries.filter(kind=EntryKind.RESERVE).latest("pk").budget
    entry: BudgetEntry = BudgetEntry.objects.create(
        budget=budget,
        kind=kind,
        from_pot=source,
        to_pot=target,
        amount_yuan=amount_yuan,
        application=application,
        by=somebody(),
    )
    return entry


def proposed(application: Application, **fields: Any) -> Recovery:
    """To recover all of it, without interest; the time to answer is over."""
    today = shanghai_today()
    given = {
        "amount_yuan": standing_of(application)[Pot.PAID],
        "basis": "奖补办法第二十条",
        "reason": "生产线迁出本市",
        "due_on": today + timedelta(days=30),
        "heard_until": today - timedelta(days=1),
        "proposed_by": somebody(),
    }
    recovery: Recovery = Recovery.objects.create(application=application, **{**given, **fields})
    return recovery


def closed(recovery: Recovery, state: str) -> Recovery:
    """Decided or dropped, by another person than the one who proposed it."""
    recovery.state = state
    recovery.decided_by, recovery.decided_at, recovery.decided_on = somebody(), timezone.now(), shanghai_today()
    recovery.save()
    return recovery


def being_recovered(application: Application, **fields: Any) -> Recovery:
    return closed(proposed(application, **{"document_number": "郴科发〔2026〕9号", **fields}), RecoveryState.DECIDED)


def paid_back(application: Application, **fields: Any) -> Repayment:
    """The whole at once."""
    recovery = application.recoveries.get(state=RecoveryState.DECIDED)
    given = {
        "amount_yuan": recovery.amount_yuan,
        "received_on": shanghai_today(),
        "voucher_number": f"记-{application.pk}",
        "registered_by": somebody(),
    }
    repayment: Repayment = Repayment.objects.create(recovery=recovery, **{**given, **fields})
    enter(application, EntryKind.RECOVER, Pot.PAID, Pot.RECOVERED, recovery.amount_yuan)
    recovery.state = RecoveryState.SETTLED
    recovery.save()
    return repayment


def reports_accepted(application: Application) -> None:
    """Every year that is asked for, and the seal."""
    reports.lay_out(application)
    for report in application.reports.all():
        accepted(report)
    CaseSeal.objects.create(application=application, digest="0" * 64, sealed_by=somebody())


def accepted(report: FollowUpReport) -> FollowUpReport:
    report.in_city, report.sales_yuan, report.tax_yuan, report.jobs, report.text = True, 10000, 100, 20, "正常生产"
    report.state, report.submitted_by, report.submitted_at = ReportState.SUBMITTED, somebody(), timezone.now()
    report.save()
    report.state, report.decided_by, report.decided_at = ReportState.ACCEPTED, somebody(), timezone.now()
    report.save()
    return report


NEEDED: dict[State, Callable[[Application], Any]] = {
    State.RECOVERY: being_recovered,
    State.RECOVERED: paid_back,
    State.CLOSED: reports_accepted,
}


def prepare(application: Application, before: str, state: str) -> None:
    """Where the case stands before the move says whether there is one; see also factories_decision.prepare()."""
    if state in NEEDED and (before, str(state)) in pairs_of_states():
        NEEDED[State(state)](application)
