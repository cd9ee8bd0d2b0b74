"""Of meetings, what they decide, and appeals."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
