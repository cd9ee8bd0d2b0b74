"""Of news by e-mail."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """What anyone may be sent by e-mail; each has feeds on the public site, see subsidies.subscriptions.topics."""

    BASES = "bases", _("Changes of pilot bases")
    CALLS = "calls", _("Calls for applications")
    NOTICES = "notices", _("Public notices")
    AWARDS = "awards", _("Awards")
