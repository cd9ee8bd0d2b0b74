"""Where an application stands, its moves, and the named groups of states; the way is in docs/architecture.md."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """Where an application stands, in the words of the staff; subsidies.words has the applicant's."""

    DRAFT = "draft", _("Draft")
    UNIT_REVIEW = "unit_review", _("Waiting for the unit's signature")
    RECOMMENDATION = "recommendation", _("Waiting for the recommendation")
    ACCEPTANCE = "acceptance", _("Waiting for acceptance")
    FORM_CHECK = "form_check", _("Form check")
    CORRECTION = "correction", _("With the applicant for correction")
    CHECKED = "checked", _("Passed the form check")
    REVIEW = "review", _("Expert review")
    REVIEWED = "reviewed", _("Reviewed by experts")
    MEETING = "meeting", _("Before the collective meeting")
    DEFERRED = "deferred", _("Deferred by the meeting")
    PUBLICITY_READY = "publicity_ready", _("Approved, before the public notice")
    PUBLICITY = "publicity", _("In public notice")
    CLEARED = "cleared", _("Public notice over, nothing open against it")
    AWARDED = "awarded", _("Award document issued")
    PAYING = "paying", _("Being paid")
    PAID = "paid", _("Paid, followed up")
    CLOSED = "closed", pgettext_lazy("application", "Closed")
    RECOVERY = "recovery", _("Being recovered")
    RECOVERED = "recovered", _("Recovered")
    ANNULLED = "annulled", _("Annulled")
    NOT_APPROVED = "not_approved", _("Not approved")
    NOT_RECOMMENDED = "not_recommended", _("Not recommended")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    FORM_REJECTED = "form_rejected", _("Failed the form check")
    LAPSED = "lapsed", _("Lapsed: not corrected in time")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class Action(TextChoices):
    """The moves of an application; "resume" and the like are told in the journal under these names."""

    HAND_OVER = "hand_over", _("Hand over for signature")
    TAKE_BACK = "take_back", _("Give back to the writers")
    SUBMIT = "submit", _("Sign and submit")
    RETURN = "return", _("Return to the applicant")
    REDIRECT = "redirect", _("Redirect to another recommending unit")
    RECOMMEND = "recommend", _("Recommend")
    DECLINE = "decline", _("Decline to recommend")
    ACCEPT = "accept", _("Accept")
    REFUSE = "refuse", _("Refuse acceptance")
    ASK_CORRECTION = "ask_correction", _("Ask for correction")
    RESUBMIT = "resubmit", _("Resubmit")
    PASS_CHECK = "pass_check", _("Pass the form check")
    FAIL_CHECK = "fail_check", _("Fail the form check")
    BEGIN_REVIEW = "begin_review", _("Begin the expert review")
    FINISH_REVIEW = "finish_review", _("Close the expert review")
    PROPOSE = "propose", _("Put before the meeting")
    TAKE_OFF = "take_off", _("Take off the agenda")
    APPROVE = "approve", _("Approve")
    DEFER = "defer", _("Defer")
    REJECT = "reject", _("Decide against")
    REOPEN = "reopen", _("Reopen after an appeal")
    PUBLISH = "publish", _("Put in public notice")
    TAKE_DOWN = "take_down", _("Take out of the public notice")
    CLEAR = "clear", _("Close the public notice")
    RECONSIDER = "reconsider", _("Decide anew after an objection")
    ANNUL = "annul", _("Annul after an objection")
    AWARD = "award", _("Issue the award document")
    REVOKE = "revoke", _("Revoke the award")
    CONFIRM_ACCOUNT = "confirm_account", _("Confirm the account of the firm")
    SETTLE = "settle", _("Record as paid whole")
    RETURN_PAYMENT = "return_payment", _("Record that the bank returned a payment")
    CLOSE = "close", _("Close the case")
    RECOVER = "recover", _("Decide on recovery")
    REPAY = "repay", _("Record as recovered whole")
    LAPSE = "lapse", _("Close as lapsed")
    WITHDRAW = "withdraw", _("Withdraw")


WRITING = (State.DRAFT, State.UNIT_REVIEW)
WITH_RECOMMENDER = (State.RECOMMENDATION,)
WITH_BUREAU = (State.ACCEPTANCE, State.FORM_CHECK)
BUREAU_SEES = (
    State.ACCEPTANCE,
    State.FORM_CHECK,
    State.CORRECTION,
    State.CHECKED,
    State.REVIEW,
    State.REVIEWED,
    State.MEETING,
    State.DEFERRED,
    State.PUBLICITY_READY,
    State.PUBLICITY,
    State.CLEARED,
    State.AWARDED,
    State.PAYING,
    State.PAID,
    State.CLOSED,
    State.RECOVERY,
    State.RECOVERED,
    State.ANNULLED,
    State.NOT_APPROVED,
    State.NOT_ACCEPTED,
    State.FORM_REJECTED,
    State.LAPSED,
    State.WITHDRAWN,
)
BEING_DECIDED = (State.CHECKED, State.REVIEW, State.REVIEWED, State.MEETING, State.DEFERRED)
BEFORE_DECISION = (State.RECOMMENDATION, State.ACCEPTANCE, State.FORM_CHECK, State.CORRECTION, *BEING_DECIDED)
BEFORE_AWARD = (State.PUBLICITY_READY, State.PUBLICITY, State.CLEARED)
AWARDING = (State.CLEARED, State.AWARDED, State.PAYING)  # between the public notice and the last cent
GIVEN = (State.AWARDED, State.PAYING, State.PAID, State.CLOSED)  # an award document stands
SUPPORTED = (*BEFORE_AWARD, *GIVEN)
SINCE_APPROVAL = (*SUPPORTED, State.RECOVERY, State.RECOVERED, State.ANNULLED)
SINCE_AWARD = (*GIVEN, State.RECOVERY, State.RECOVERED, State.ANNULLED)
FOLLOWED_UP = (State.PAID, State.CLOSED, State.RECOVERY, State.RECOVERED)
UNDER_WAY = (*BEFORE_DECISION, *BEFORE_AWARD, State.AWARDED, State.PAYING)
IN_THE_WAY = (*UNDER_WAY, *FOLLOWED_UP)  # of another for the same thing
ENDED = (
    State.ANNULLED,
    State.NOT_RECOMMENDED,
    State.NOT_ACCEPTED,
    State.FORM_REJECTED,
    State.LAPSED,
    State.WITHDRAWN,
    State.NOT_APPROVED,
)
