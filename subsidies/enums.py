"""States, moves and other choices of the subsidies; see docs/architecture.md for the way of an application."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SchemeKind(TextChoices):
    FLAT = "flat", _("Flat sum")
    RATE = "rate", _("Share of the cost")
    UNPUBLISHED = "unpublished", _("Amount not yet published")


class VersionState(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", pgettext_lazy("state of a version", "Published")


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
IN_THE_WAY = (*UNDER_WAY, State.PAID, State.CLOSED, State.RECOVERY, State.RECOVERED)  # of another for the same thing
ENDED = (
    State.ANNULLED,
    State.NOT_RECOMMENDED,
    State.NOT_ACCEPTED,
    State.FORM_REJECTED,
    State.LAPSED,
    State.WITHDRAWN,
    State.NOT_APPROVED,
)


class Outcome(TextChoices):
    """What a form check comes to, item by item and as a whole."""

    PASS = "pass", _("Meets the requirement")
    CORRECT = "correct", _("To be corrected")
    FAIL = "fail", _("Fails")


class Opinion(TextChoices):
    RECOMMEND = "recommend", _("Recommend")
    DECLINE = "decline", _("Do not recommend")


class HitKind(TextChoices):
    """What a cross-check compares; one function each in subsidies.cross_checks."""

    PROJECT = "project", _("Same project")
    PATENT = "patent", _("Same patent")
    PRODUCT = "product", _("Same product")
    INVOICE = "invoice", _("Same invoice")
    FILE = "file", _("Same file")
    SUPPORT = "support", _("Support for the same thing")
    INTEGRITY = "integrity", _("Integrity list")
    AWARD = "award", _("Awarded before")


class Judgement(TextChoices):
    OPEN = "open", _("To be judged")
    HARMLESS = "harmless", _("No obstacle")
    CONFIRMED = "confirmed", _("Obstacle")
    WAIVED = "waived", _("Waived")


class RefusalReason(TextChoices):
    """Why an application is not accepted; the text beside it says the particulars."""

    LATE = "late", _("Outside the period of the call")
    APPLICANT = "applicant", _("The applicant cannot receive this support")
    SCOPE = "scope", _("Not what the call supports")
    NO_LETTER = "no_letter", _("Without a valid recommendation")
    ONCE = "once", _("Supported before: the support is given once")
    OTHER = "other", _("Another reason")


class ExpertKind(TextChoices):
    """What a panel needs at least so many of; see content.Panel."""

    TECHNICAL = "technical", _("Technical expert")
    FINANCE = "finance", _("Finance expert")
    INDUSTRY = "industry", _("Industry expert")


class ExpertState(TextChoices):
    ACTIVE = "active", _("Can be drawn")
    SUSPENDED = "suspended", pgettext_lazy("expert", "Suspended")
    RETIRED = "retired", _("Left the register")


class InterestKind(TextChoices):
    """How an expert is bound to an organisation; each keeps the expert away from its applications."""

    SHAREHOLDER = "shareholder", _("Shareholder")
    ADVISER = "adviser", _("Adviser")
    CO_APPLICANT = "co_applicant", _("Co-applicant or co-author")
    KIN = "kin", _("Kin works there")
    DISPUTE = "dispute", _("Dispute")
    OTHER = "other", _("Another interest")


class ExclusionReason(TextChoices):
    """Why an expert cannot be drawn for an application; one function each in subsidies.conflicts."""

    NOT_ACTIVE = "not_active", _("Suspended, retired or on the integrity list")
    ABSENT = "absent", _("Absent during the review")
    EMPLOYER = "employer", _("Works or worked within three years for the applicant")
    PARTNER = "partner", _("Works or worked within three years for a partner of the project")
    HOST_BASE = "host_base", _("Works or worked within three years for the host or operator of the base")
    INTEREST = "interest", _("Declared an interest in an organisation concerned")
    NAMED = "named", _("Named in the application, or works for a body named there")
    TOOK_PART = "took_part", _("Took part in writing, recommending or checking the application")
    AVOIDED = "avoided", _("Named by the applicant")
    DECLINED = "declined", _("Declined this application before")
    LOAD = "load", _("Has as many open reviews as allowed")


class NamesakeBasis(TextChoices):
    """How it is known that an expert is another person than the one of that name in an application."""

    IDENTITY = "identity", _("Identity documents compared")
    APPLICANT = "applicant", _("Stated by the applicant, with employer and post")
    EMPLOYER = "employer", _("Other employer and other post, by public registers")


class Seat(TextChoices):
    MEMBER = "member", _("Member of the panel")
    RESERVE = "reserve", _("Reserve")


class AssignmentState(TextChoices):
    WAITING = "waiting", _("In reserve")
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", pgettext_lazy("seat on a panel", "Declined")
    RELEASED = "released", _("No longer needed")


SITTING = (AssignmentState.INVITED, AssignmentState.ACCEPTED)  # on the panel; the triggers of 0014 know the same


class DeclineReason(TextChoices):
    EMPLOYED = "employed", _("I work or worked for an organisation concerned")
    INTEREST = "interest", _("I have an interest in an organisation concerned")
    KIN = "kin", _("Kin or close friends are concerned")
    COOPERATED = "cooperated", _("I worked with the applicants")
    FIELD = "field", _("Not my field")
    TIME = "time", _("No time")


class SheetState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")


class VisitTime(TextChoices):
    """When a site visit takes place, by the setting of the call."""

    NONE = "none", _("No visit")
    BEFORE_PANEL = "before_panel", _("Before the expert review")
    AFTER_PANEL = "after_panel", _("After the expert review")


class MeetingKind(TextChoices):
    PARTY_GROUP = "party_group", _("Meeting of the leading party group")
    OFFICE = "office", _("Office meeting of the director")


class Verdict(TextChoices):
    APPROVE = "approve", _("Approve")
    REJECT = "reject", _("Decide against")
    DEFER = "defer", _("Defer")


class DeferralReason(TextChoices):
    BUDGET = "budget", _("The budget does not reach")
    FACTS = "facts", _("Facts are to be cleared up")
    OTHER = "other", _("Another reason")


class AppealState(TextChoices):
    OPEN = "open", _("Being handled")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class NoticeState(TextChoices):
    """A public notice (公示): written, looked through, in force for its days, then settled in a final list."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("Before publication")
    PUBLISHED = "published", pgettext_lazy("public notice", "In public notice")
    CONCLUDED = "concluded", pgettext_lazy("public notice", "Over")
    REPLACED = "replaced", pgettext_lazy("public notice", "Replaced by a new notice")


class ObjectionKind(TextChoices):
    """Who objects. Without a name it is a lead (线索) that is kept, not an objection that is answered."""

    UNIT = "unit", _("A unit, under its stamp")
    PERSON = "person", _("A person, by real name")
    LEAD = "lead", _("A lead without a name")


class ObjectionState(TextChoices):
    OPEN = "open", _("Being handled")
    UPHELD = "upheld", pgettext_lazy("objection", "Upheld")
    DISMISSED = "dismissed", _("Not upheld")
    KEPT = "kept", _("Kept as a lead")


class Topic(TextChoices):
    """What anyone may be sent by e-mail; each has feeds on the public site, see subsidies.subscriptions.topics."""

    CALLS = "calls", _("Calls for applications")
    NOTICES = "notices", _("Public notices")
    AWARDS = "awards", _("Awards")


class Consequence(TextChoices):
    """What becomes of an application against which an objection was upheld."""

    RECONSIDER = "reconsider", _("Decided anew")
    ANNUL = "annul", _("Receives no support")


class DocumentState(TextChoices):
    """An award document (下达文件), joint with the finance bureau."""

    DRAFT = "draft", _("Draft")
    COUNTERSIGNED = "countersigned", _("Countersigned by the finance bureau")
    ISSUED = "issued", pgettext_lazy("award document", "Issued")
    DROPPED = "dropped", pgettext_lazy("award document", "Dropped")


class AccountState(TextChoices):
    ENTERED = "entered", _("Waiting to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("account", "Confirmed")
    REFUSED = "refused", pgettext_lazy("account", "Sent back")
    REPLACED = "replaced", pgettext_lazy("account", "Replaced")


class Payer(TextChoices):
    """Whose share a payment is."""

    CITY = "city", _("City")
    COUNTY = "county", pgettext_lazy("payer", "County")


class PaymentState(TextChoices):
    PREPARED = "prepared", _("Prepared")
    APPROVED = "approved", pgettext_lazy("payment", "Approved")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    RETURNED = "returned", _("Returned by the bank")
    CANCELLED = "cancelled", pgettext_lazy("payment", "Cancelled")


LIVE_PAYMENTS = (PaymentState.PREPARED, PaymentState.APPROVED, PaymentState.PAID)


class RecoveryState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("recovery", "Proposed")
    DECIDED = "decided", pgettext_lazy("recovery", "Decided")
    ENFORCED = "enforced", _("In enforcement")
    SETTLED = "settled", pgettext_lazy("recovery", "Paid back")
    DROPPED = "dropped", pgettext_lazy("recovery", "Dropped")


class ReportState(TextChoices):
    """A yearly report of an awarded firm."""

    DRAFT = "draft", _("To be written")
    SUBMITTED = "submitted", pgettext_lazy("report", "With the bureau")
    ACCEPTED = "accepted", pgettext_lazy("report", "Accepted")
    RETURNED = "returned", pgettext_lazy("report", "To be mended")
    WAIVED = "waived", _("No longer asked for")


class CheckState(TextChoices):
    """A check of an awarded project on the spot, drawn by lot."""

    CHECKING = "checking", pgettext_lazy("site check", "Being checked")
    CLEAR = "clear", pgettext_lazy("site check", "Nothing to object to")
    RECTIFY = "rectify", pgettext_lazy("site check", "To be put right")
    RECTIFIED = "rectified", pgettext_lazy("site check", "Put right")
    GRAVE = "grave", pgettext_lazy("site check", "Serious findings")


CHECK_CLOSED = (CheckState.CLEAR, CheckState.RECTIFIED, CheckState.GRAVE)


class CheckExclusion(TextChoices):
    """Why an award of the years asked for is not in the pool of a round."""

    NO_CASE = "no_case", _("entered from an earlier document, no case in the portal")
    REVOKED = "revoked", _("revoked")
    OVER = "over", _("the whole money is back")
    OPEN = "open", _("a check is under way")
    OFFICERS = "officers", _("fewer than two officers are free of ties")


class IntegrityCategory(TextChoices):
    """Why an organisation stands on the integrity list."""

    FALSE_DATA = "false_data", _("False data or materials")
    MISUSE = "misuse", _("Money used for something else")
    BREACH = "breach", _("Obligations not kept")
    MISCONDUCT = "misconduct", _("Research misconduct")
    AUTHORITY = "authority", _("Listed by a court or another authority")
    OTHER = "other", _("Another reason")


class PleaKind(TextChoices):
    """What an organisation asks about its entry: that it was wrong, or that the harm is made good (信用修复)."""

    APPEAL = "appeal", _("Appeal: the entry is wrong")
    REPAIR = "repair", _("Repair: what was wrong is made good")


class PleaState(TextChoices):
    OPEN = "open", _("Being handled")
    ANSWERED = "answered", _("Answer to be confirmed")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class AlertKind(TextChoices):
    """Odd patterns; one function each in subsidies.watching."""

    DEVICE = "device", _("One device for two firms")
    SCORES = "scores", _("An expert who always leans to one side")
    NIGHT = "night", _("Changes at night")


class AlertJudgement(TextChoices):
    OPEN = "open", _("To be judged")
    HARMLESS = "harmless", _("Explained")
    FOLLOWED = "followed", _("Followed up")


class EarlierState(TextChoices):
    """An award of before the portal, as it stands in the desk."""

    ENTERED = "entered", pgettext_lazy("earlier award", "To be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("earlier award", "Confirmed")
    REFUSED = "refused", pgettext_lazy("earlier award", "Refused")
    REVOKED = "revoked", pgettext_lazy("earlier award", "Revoked")


class Standing(TextChoices):
    """What became of the money of an award, in the words of its public page; see open_data.awards.standing()."""

    AWARDED = "awarded", pgettext_lazy("award", "Awarded")
    PART_PAID = "part_paid", pgettext_lazy("award", "Paid in part")
    PAID = "paid", pgettext_lazy("award", "Paid")
    RECOVERED = "recovered", pgettext_lazy("award", "Recovered")
    REVOKED = "revoked", pgettext_lazy("award", "Revoked")


class Pot(TextChoices):
    """Where money of a budget stands; every entry of the ledger moves an amount from one to another."""

    SOURCE = "source", _("Given by the finance bureau")
    FREE = "free", _("Left")
    RESERVED = "reserved", _("Reserved")
    COMMITTED = "committed", _("Committed")
    PAID = "paid", _("Paid")
    RECOVERED = "recovered", _("Recovered")


class EntryKind(TextChoices):
    INITIAL = "initial", _("Budget of the year")
    INCREASE = "increase", _("Raised")
    DECREASE = "decrease", _("Lowered")
    CARRIED_IN = "carried_in", _("Carried over from the year before")
    CARRIED_OUT = "carried_out", _("Carried over to the next year")
    RESERVE = "reserve", _("Reserved at the decision")
    COMMIT = "commit", _("Committed by the award document")
    PAY = "pay", _("Paid")
    RELEASE = "release", _("Released")
    RETURN = "return", _("Returned by the bank")
    RECOVER = "recover", _("Recovered")


# From which pot to which; the database knows the same list, see BudgetEntry.
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    EntryKind.INITIAL: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.INCREASE: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.CARRIED_IN: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.DECREASE: ((Pot.FREE, Pot.SOURCE),),
    EntryKind.CARRIED_OUT: ((Pot.FREE, Pot.SOURCE),),
    EntryKind.RESERVE: ((Pot.FREE, Pot.RESERVED),),
    EntryKind.COMMIT: ((Pot.RESERVED, Pot.COMMITTED),),
    EntryKind.PAY: ((Pot.COMMITTED, Pot.PAID),),
    EntryKind.RETURN: ((Pot.PAID, Pot.COMMITTED),),
    EntryKind.RELEASE: ((Pot.RESERVED, Pot.FREE), (Pot.COMMITTED, Pot.FREE)),
    EntryKind.RECOVER: ((Pot.PAID, Pot.RECOVERED),),
}
