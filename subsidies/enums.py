from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SchemeKind(TextChoices):
    FLAT = "flat", _("Flat sum")
    RATE = "rate", _("Share of the cost")
    UNPUBLISHED = "unpublished", _("Amount not yet published")
