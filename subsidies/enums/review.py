"""Of experts, their seats and score sheets, and of site visits."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
