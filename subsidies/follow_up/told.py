"""Who is told what of the integrity list and of what follows the money, beside the moves of subsidies.notices."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.holders import holders
from accounts.models import Organisation, User
from common.notices import Fact, Kind, register, tell
from subsidies import audiences
from subsidies.enums import ReportState
from subsidies.models import FollowUpReport, IntegrityEntry, IntegrityPlea, Recovery, Repayment
from subsidies.notices import Facts, address_of, facts_of

# ---------------------------------------------------------------- the integrity list
LISTED = register(
    Kind(
        "integrity-listed",
        _("Entered in the integrity list: %(firm)s"),
        _(
            "The bureau has entered %(firm)s in its integrity list. Basis: %(basis)s\n"
            "The page of the firm says until when, and how to appeal or to show that it is made good."
        ),
        is_duty=True,
    )
)
PLEA_WANTS_ANSWER = register(
    Kind(
        "integrity-plea",
        _("About the integrity list, to be answered: %(firm)s"),
        _("%(firm)s has written about its entry in the integrity list."),
        is_duty=True,
    )
)
PLEA_ANSWERED = register(
    Kind(
        "integrity-answered",
        _("Answer about the integrity list: %(firm)s"),
        _("The bureau has answered what %(firm)s wrote about its entry in the integrity list: %(answer)s"),
    )
)


def of_entry(entry: IntegrityEntry, people: Iterable[User]) -> None:
    assert entry.organisation is not None, "entered for one"
    tell(people, LISTED, _names(entry.organisation) | {"basis": entry.basis}, _page_of_firm(entry.organisation))


def of_plea(plea: IntegrityPlea, people: Iterable[User]) -> None:
    address = reverse("admin:subsidies_integrityentry_change", args=[plea.entry_id])
    firm = plea.entry.organisation
    names = _names(firm) if firm else {"firm_zh": plea.entry.name, "firm_en": ""}
    tell(people, PLEA_WANTS_ANSWER, names, address)


def of_answered_plea(plea: IntegrityPlea, firm: Organisation, people: Iterable[User]) -> None:
    tell(people, PLEA_ANSWERED, _names(firm) | {"answer": plea.answer}, _page_of_firm(firm))


def _names(organisation: Organisation) -> dict[str, Fact]:
    return {"firm_zh": organisation.name_zh, "firm_en": organisation.name_en}


def _page_of_firm(organisation: Organisation) -> str:
    return reverse("subsidies:firm_integrity", args=[organisation.slug])


# ---------------------------------------------------------------- recovery
HEARING = register(
    Kind(
        "recovery-hearing",
        _("Money is proposed to be recovered: %(project)s"),
        _(
            "The bureau proposes to recover %(amount_yuan)s that was given for “%(project)s”. Basis: %(basis)s\n"
            "Reason: %(reason)s\n"
            "Before it is decided you may say what speaks against it, by the end of %(last_on)s."
        ),
        is_duty=True,
    )
)
STATEMENT_MADE = register(
    Kind(
        "recovery-statement",
        _("Statement about a recovery: %(project)s"),
        _("%(firm)s has said what speaks against the recovery of the money for “%(project)s”: decide on it."),
        is_duty=True,
    )
)
RECOVERY_DROPPED = register(
    Kind(
        "recovery-dropped",
        _("Nothing is recovered: %(project)s"),
        _("Nothing is recovered of the money for “%(project)s”. Reason: %(reason)s"),
    )
)
REPAYMENT_REGISTERED = register(
    Kind(
        "repayment-registered",
        _("Repayment received: %(project)s"),
        _("%(amount_yuan)s that you paid back for “%(project)s” was received on %(received_on)s."),
    )
)


def of_hearing(recovery: Recovery) -> None:
    application = recovery.application
    facts: Facts = {
        "amount_yuan": recovery.amount_yuan,
        "basis": recovery.basis,
        "reason": recovery.reason,
        "last_on": recovery.heard_until,
    }
    tell(audiences.firm(application), HEARING, facts_of(application) | facts, address_of(application))


def of_statement(recovery: Recovery) -> None:
    application = recovery.application
    people = audiences.impartial(holders("subsidies.decide_recovery"), application)
    address = address_of(application, is_for_desk=True)
    tell(people.exclude(pk=recovery.proposed_by_id), STATEMENT_MADE, facts_of(application), address)


def of_dropped(recovery: Recovery) -> None:
    application = recovery.application
    facts = facts_of(application) | {"reason": recovery.answer}
    tell(audiences.firm(application), RECOVERY_DROPPED, facts, address_of(application))


def of_repayment(repayment: Repayment) -> None:
    application = repayment.recovery.application
    facts: Facts = {"amount_yuan": repayment.amount_yuan, "received_on": repayment.received_on}
    tell(audiences.firm(application), REPAYMENT_REGISTERED, facts_of(application) | facts, address_of(application))


# ---------------------------------------------------------------- yearly reports
REPORT_SENT = register(
    Kind(
        "report-sent",
        _("Yearly report to look at: %(project)s"),
        _("%(firm)s has sent the report on %(year)d for “%(project)s”: accept it, or send it back."),
        is_duty=True,
    )
)
REPORT_ACCEPTED = register(
    Kind(
        "report-accepted",
        _("Yearly report accepted: %(project)s"),
        _("The report on %(year)d for “%(project)s” has been accepted."),
    )
)
REPORT_RETURNED = register(
    Kind(
        "report-returned",
        _("Yearly report to be mended: %(project)s"),
        _("The report on %(year)d for “%(project)s” comes back to you. Reason: %(reason)s"),
        is_duty=True,
    )
)
REPORT_WAIVED = register(
    Kind(
        "report-waived",
        _("No report is asked for: %(project)s"),
        _("The report on %(year)d for “%(project)s” is no longer asked for. Reason: %(reason)s"),
    )
)
REPORT_DUE = register(
    Kind(
        "report-due",
        ngettext_lazy(
            "%(days)d working day left for the yearly report: %(project)s",
            "%(days)d working days left for the yearly report: %(project)s",
            "days",
        ),
        _("The report on %(year)d for “%(project)s” is to be sent by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: a yearly report is due"),
    )
)
INSTALMENT_DUE = register(
    Kind(
        "instalment-due",
        ngettext_lazy(
            "%(days)d working day left to pay back: %(project)s",
            "%(days)d working days left to pay back: %(project)s",
            "days",
        ),
        _("%(amount_yuan)s of the money for “%(project)s” is to be paid back by the end of %(due_on)s."),
        is_duty=True,
        about=_("Reminder: an instalment is due"),
    )
)
JUDGED: dict[str, Kind] = {
    ReportState.ACCEPTED: REPORT_ACCEPTED,
    ReportState.RETURNED: REPORT_RETURNED,
    ReportState.WAIVED: REPORT_WAIVED,
}


def of_sent_report(report: FollowUpReport) -> None:
    application = report.application
    people = audiences.impartial(holders("subsidies.judge_report"), application)
    facts = facts_of(application) | {"year": report.year}
    tell(people, REPORT_SENT, facts, address_of(application, is_for_desk=True))


def of_judged_report(report: FollowUpReport) -> None:
    application = report.application
    facts = facts_of(application) | {"year": report.year, "reason": report.reason}
    tell(audiences.firm(application), JUDGED[report.state], facts, page_of(report))


def page_of(report: FollowUpReport) -> str:
    return reverse("subsidies:report_detail", args=[report.application.public_id, report.year])
