"""Of the recommendation, the form check and the cross-checks."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Opinion(TextChoices):
    RECOMMEND = "recommend", _("Recommend")
    DECLINE = "decline", _("Do not recommend")


class RefusalReason(TextChoices):
    """Why an application is not accepted; the text beside it says the particulars."""

    LATE = "late", _("Outside the period of the call")
    APPLICANT = "applicant", _("The applicant cannot receive this support")
    SCOPE = "scope", _("Not what the call supports")
    NO_LETTER = "no_letter", _("Without a valid recommendation")
    ONCE = "once", _("Supported before: the support is given once")
    OTHER = "other", _("Another reason")


class Outcome(TextChoices):
    """What a form check comes to, item by item and as a whole."""

    PASS = "pass", _("Meets the requirement")
    CORRECT = "correct", _("To be corrected")
    FAIL = "fail", _("Fails")


class HitKind(TextChoices):
    """What a cross-check compares; one function each in subsidies.hits."""

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
