"""What a person can do on the page of a case once its money is paid; see also subsidies.admin.case_actions."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from subsidies import permissions, visiting
from subsidies.admin import follow_up_forms as forms
from subsidies.admin.case import Case
from subsidies.admin.case_actions import Doing
from subsidies.admin.case_forms import PlainForm
from subsidies.enums import SINCE_AWARD, Action, RecoveryState
from subsidies.follow_up import closing, integrity, recovering, reports, site_checks
from subsidies.models import Recovery
from subsidies.models.recovery import RUNNING


def _recovery(case: Case) -> Recovery:
    found = case.follow_up.recovery
    assert found is not None, "offered where there is one"
    return found


def _with_recovery(*states: str) -> Callable[[Case], bool]:
    def is_in(case: Case) -> bool:
        recovery = case.follow_up.recovery if case.follow_up else None
        return recovery is not None and recovery.state in states

    return is_in


_is_proposed, _is_running = _with_recovery(RecoveryState.PROPOSED), _with_recovery(*RUNNING)


def _can_propose(case: Case) -> bool:
    is_free = case.application.state in recovering.RECOVERABLE and case.follow_up.recovery is None
    return is_free and recovering.can_propose(case.user, case.application)


def _can_decide(case: Case) -> bool:
    is_other = _is_proposed(case) and _recovery(case).proposed_by_id != case.user.pk
    return is_other and permissions.can_decide_recovery(case.user, case.application)


def _can_register(case: Case) -> bool:
    return _is_running(case) and permissions.can_register_repayment(case.user, case.application)


def _can_list(case: Case) -> bool:
    is_able = case.user.has_perm("subsidies.add_integrityentry") and case.application.state in SINCE_AWARD
    return is_able and permissions.is_impartial(case.user, case.application)


def _can_judge(case: Case) -> bool:
    return bool(case.follow_up.waiting) and reports.can_judge(case.user, case.application)


def _can_waive(case: Case) -> bool:
    is_able = case.application.state in reports.REPORTED_IN and reports.can_judge(case.user, case.application)
    return is_able and bool(case.follow_up.owed_reports)


def _can_replace_officer(case: Case) -> bool:
    is_open = case.follow_up is not None and case.follow_up.check_being_made is not None
    return is_open and permissions.can_visit(case.user, case.application)


def _replace_officer(case: Case, form: forms.ReplaceOfficerForm) -> object:
    check = case.follow_up.check_being_made
    assert check is not None, "offered where there is one"
    return visiting.replace_officer(check.visit, by=case.user, **form.cleaned_data)


def _can_settle(case: Case) -> bool:
    return case.follow_up is not None and case.follow_up.check_to_settle is not None


def _settle(case: Case, form: forms.SettleCheckForm) -> object:
    check = case.follow_up.check_to_settle
    assert check is not None, "offered where there is one"
    return site_checks.settle(check, by=case.user, **form.cleaned_data)


FOLLOW_UP: dict[str, Doing] = {
    "replace_officer": Doing(
        _("Put another officer down for the check"),
        forms.ReplaceOfficerForm,
        _can_replace_officer,
        _replace_officer,
        _("The other officer is told."),
    ),
    "settle_check": Doing(
        _("Decide on the site check"),
        forms.SettleCheckForm,
        _can_settle,
        _settle,
        _("Decided: the firm is told."),
        _("Serious findings end the check; recovery and the integrity list follow on this page."),
    ),
    "accept_report": Doing(
        _("Accept the yearly report"),
        forms.YearForm,
        _can_judge,
        lambda case, form: reports.accept(form.report(), by=case.user),
        _("Accepted: the firm is told."),
        _("What the public reads of it is the year, and whether it is still produced in the city."),
    ),
    "send_back_report": Doing(
        _("Send the yearly report back"),
        forms.SendBackForm,
        _can_judge,
        lambda case, form: reports.send_back(form.report(), by=case.user, reason=form.cleaned_data["reason"]),
        _("Sent back: the firm is told what to mend."),
    ),
    "waive_report": Doing(
        _("No longer ask for a report"),
        forms.WaiveReportForm,
        _can_waive,
        lambda case, form: reports.waive(form.report(), by=case.user, reason=form.cleaned_data["reason"]),
        _("No longer asked for: the firm is told why."),
        _("Where the obligation is over, as after a decision of the bureau."),
    ),
    "close_case": Doing(
        _("Close the case"),
        PlainForm,
        lambda case: Action.CLOSE in case.actions and not closing.obstacles(case.application),
        lambda case, form: closing.close(case.application, by=case.user),
        _("Closed: what the case holds is sealed under its digest."),
        _("Every year is reported and nothing is open. The digest of everything on record is kept."),
    ),
    "propose_recovery": Doing(
        _("Propose to recover the money"),
        forms.ProposeRecoveryForm,
        _can_propose,
        lambda case, form: recovering.propose(case.application, by=case.user, **form.facts()),
        _("Proposed: the firm is told and may answer; then another person decides."),
        _("At most what was paid. Before the payment an award is revoked instead."),
    ),
    "decide_recovery": Doing(
        _("Decide on the recovery"),
        forms.DecideRecoveryForm,
        lambda case: _can_decide(case) and recovering.is_heard(_recovery(case)),
        lambda case, form: recovering.decide(_recovery(case), by=case.user, **form.cleaned_data),
        _("Decided: the firm is told what is to be paid back, and by when."),
        _("As proposed below. A statement of the firm is answered."),
    ),
    "drop_recovery": Doing(
        _("Drop the recovery"),
        forms.DropRecoveryForm,
        _can_decide,
        lambda case, form: recovering.drop(_recovery(case), by=case.user, reason=form.cleaned_data["reason"]),
        _("Dropped: the firm is told why nothing is recovered."),
    ),
    "register_repayment": Doing(
        _("Register a repayment"),
        forms.RepaymentForm,
        _can_register,
        lambda case, form: recovering.register(_recovery(case), by=case.user, **form.facts()),
        _("Registered; it stands in the ledger."),
        _("Each voucher once. What is still owed stands below, with the interest as it is computed."),
    ),
    "enforce_recovery": Doing(
        _("Record the enforcement"),
        forms.EnforceForm,
        lambda case: _can_register(case) and case.follow_up.is_overdue,
        lambda case, form: recovering.enforce(_recovery(case), by=case.user, note=form.cleaned_data["note"]),
        _("Recorded."),
        _("Something is overdue. The note may be written anew as it goes on."),
    ),
    "list_integrity": Doing(
        _("Enter the firm in the integrity list"),
        forms.ListForm,
        _can_list,
        lambda case, form: integrity.enter(
            case.application.organisation, by=case.user, source=case.application, **form.cleaned_data
        ),
        _("Entered: the firm is told, and may appeal."),
        _("For the bureau and the firm alone. An entry is never rewritten; it ends by a confirmed answer."),
    ),
}
