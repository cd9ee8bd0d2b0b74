"""Of the integrity list."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
