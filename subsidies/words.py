"""Where an application stands, in the applicant's words: softer than the desk's, and always with what comes next."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from subsidies.enums import Action, State
from subsidies.models import Application, ApplicationStep

Words = str | Promise


class PublicState(NamedTuple):
    """What it is called, whose turn it is, and what happens next."""

    label: Words
    turn: Words
    next_step: Words


EXPERTS, FINANCE = _("the experts"), _("the finance bureau")
FIRM, UNIT, BUREAU, NOBODY = _("your firm"), _("the recommending unit"), _("the bureau"), ""
STATES: dict[str, PublicState] = {
    State.DRAFT: PublicState(_("Being written"), FIRM, _("Fill in what is missing, then hand over or submit.")),
    State.UNIT_REVIEW: PublicState(
        _("Waiting for your signature"), FIRM, _("The administrator of the firm reviews it, signs and submits.")
    ),
    State.RECOMMENDATION: PublicState(
        _("With the recommending unit"), UNIT, _("The unit looks at it and recommends it to the bureau.")
    ),
    State.ACCEPTANCE: PublicState(
        _("Received by the bureau"), BUREAU, _("The bureau looks whether it can be taken up.")
    ),
    State.FORM_CHECK: PublicState(
        _("Materials being checked"), BUREAU, _("The bureau goes through the published check table.")
    ),
    State.CORRECTION: PublicState(
        _("Waiting for your additions"), FIRM, _("Mend the listed items and submit again in time.")
    ),
    State.CHECKED: PublicState(
        _("Materials complete"), BUREAU, _("The materials are complete; the review comes next.")
    ),
    State.REVIEW: PublicState(_("Under review"), BUREAU, _("Experts review it; their names are not disclosed.")),
    State.REVIEWED: PublicState(_("Under review"), BUREAU, _("The bureau prepares the collective decision.")),
    State.MEETING: PublicState(_("Under review"), BUREAU, _("The bureau decides on it collectively.")),
    State.DEFERRED: PublicState(_("Decision deferred"), BUREAU, _("The reason stands below; it stays in the queue.")),
    State.PUBLICITY_READY: PublicState(
        _("Proposed for support"), BUREAU, _("The public notice comes next; objections are possible meanwhile.")
    ),
    State.PUBLICITY: PublicState(
        _("In public notice"), BUREAU, _("The list is on the site; anyone may object until the notice is over.")
    ),
    State.CLEARED: PublicState(_("Public notice over"), BUREAU, _("The award document comes next.")),
    State.AWARDED: PublicState(
        _("Awarded"), FIRM, _("Give the account of the firm; the finance bureau confirms it, then pays.")
    ),
    State.PAYING: PublicState(_("Being paid"), FINANCE, _("The payment is on its way.")),
    State.PAID: PublicState(_("Paid"), FIRM, _("Report every year what has become of the project.")),
    State.CLOSED: PublicState(pgettext_lazy("application", "Closed"), NOBODY, _("Everything is done and filed.")),
    State.RECOVERY: PublicState(
        _("Being recovered"), FIRM, _("Pay back what the decision asks for, in the time it gives.")
    ),
    State.RECOVERED: PublicState(_("Recovered"), NOBODY, _("What was asked for has been paid back.")),
    State.ANNULLED: PublicState(_("Annulled"), NOBODY, _("The reason stands below.")),
    State.NOT_APPROVED: PublicState(
        _("Not supported this time"), NOBODY, _("The reason, the scores and the route of appeal stand below.")
    ),
    State.NOT_RECOMMENDED: PublicState(
        _("Not recommended this time"), NOBODY, _("The reason and the route of appeal stand below.")
    ),
    State.NOT_ACCEPTED: PublicState(_("Not taken up this time"), NOBODY, _("The reason stands below.")),
    State.FORM_REJECTED: PublicState(_("Ended at the check of materials"), NOBODY, _("The reason stands below.")),
    State.LAPSED: PublicState(
        _("Ended: not corrected in time"), NOBODY, _("You may start again while the call is open.")
    ),
    State.WITHDRAWN: PublicState(
        pgettext_lazy("application", "Withdrawn"), NOBODY, _("You may start again from it while the call is open.")
    ),
}


def public_state(application: Application) -> str:
    return str(STATES[application.state].label)


def words_of(application: Application) -> PublicState:
    return STATES[application.state]


def public_word(state: str) -> str:
    """For timelines, which name states an application has left."""
    return str(STATES[state].label)


# ---------------------------------------------------------------- what has happened
STEPS: dict[str, Words] = {
    Action.HAND_OVER: _("Handed over for signature"),
    Action.TAKE_BACK: _("Given back to the writers"),
    Action.SUBMIT: _("Signed and submitted"),
    Action.RETURN: _("Returned by the recommending unit"),
    Action.REDIRECT: _("Passed on to another recommending unit"),
    Action.RECOMMEND: _("Recommended to the bureau"),
    Action.DECLINE: _("Not recommended"),
    Action.ACCEPT: _("Taken up by the bureau"),
    Action.REFUSE: _("Not taken up by the bureau"),
    Action.ASK_CORRECTION: _("Additions asked for"),
    Action.RESUBMIT: _("Additions signed and submitted"),
    Action.PASS_CHECK: _("Materials found complete"),
    Action.FAIL_CHECK: _("Ended at the check of materials"),
    Action.LAPSE: _("Ended: not corrected in time"),
    Action.BEGIN_REVIEW: _("Given to experts"),
    Action.FINISH_REVIEW: _("Reviewed by experts"),
    Action.PROPOSE: _("Put before the collective meeting"),
    Action.TAKE_OFF: _("Taken off the agenda of the meeting"),
    Action.APPROVE: _("Proposed for support"),
    Action.DEFER: _("Decision deferred"),
    Action.REJECT: _("Not supported this time"),
    Action.REOPEN: _("Taken up again after the appeal"),
    Action.PUBLISH: _("Put in public notice"),
    Action.TAKE_DOWN: _("Taken out of the public notice; a new one follows"),
    Action.CLEAR: _("Public notice over, nothing open against it"),
    Action.RECONSIDER: _("To be decided anew after an objection"),
    Action.ANNUL: _("Annulled after an objection"),
    Action.AWARD: _("Award document issued"),
    Action.REVOKE: _("Award revoked"),
    Action.CONFIRM_ACCOUNT: _("Account confirmed"),
    Action.SETTLE: _("Paid whole"),
    Action.RETURN_PAYMENT: _("A payment came back from the bank"),
    Action.CLOSE: pgettext_lazy("application", "Closed"),
    Action.RECOVER: _("Recovery decided"),
    Action.REPAY: _("Paid back whole"),
    Action.WITHDRAW: pgettext_lazy("application", "Withdrawn"),
}
# The staff's reasons that are meant for the applicant; what they write in recommending or accepting is their own.
TOLD = (
    Action.RETURN,
    Action.REDIRECT,
    Action.DECLINE,
    Action.REFUSE,
    Action.ASK_CORRECTION,
    Action.FAIL_CHECK,
    Action.LAPSE,
    Action.DEFER,
    Action.REJECT,
    Action.REOPEN,
    Action.TAKE_DOWN,
    Action.RECONSIDER,
    Action.ANNUL,
    Action.REVOKE,
    Action.RETURN_PAYMENT,
    Action.RECOVER,
)
BY_FIRM = (Action.HAND_OVER, Action.TAKE_BACK, Action.SUBMIT, Action.RESUBMIT, Action.WITHDRAW)
BY_UNIT = (Action.RETURN, Action.RECOMMEND, Action.DECLINE)


def doer(step: ApplicationStep) -> str:
    """People of the firm by name, everybody else by the body they act for."""
    if step.by is None:
        return ""
    if step.action in BY_FIRM:
        return str(step.by)
    return str(UNIT if step.action in BY_UNIT else BUREAU)


def told_reason(step: ApplicationStep) -> str:
    return step.reason if step.action in (*TOLD, *BY_FIRM) else ""


def reason_for_unit(step: ApplicationStep) -> str:
    """What the applicant is told, and what the unit wrote itself: the bureau's reasons stay with the bureau."""
    return step.reason if step.action in BY_UNIT else told_reason(step)
