"""Of odd patterns."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AlertKind(TextChoices):
    """Odd patterns; one function each in subsidies.watching."""

    DEVICE = "device", _("One device for two firms")
    SCORES = "scores", _("An expert who always leans to one side")
    NIGHT = "night", _("Changes at night")


class AlertJudgement(TextChoices):
    OPEN = "open", _("To be judged")
    HARMLESS = "harmless", _("Explained")
    FOLLOWED = "followed", _("Followed up")
