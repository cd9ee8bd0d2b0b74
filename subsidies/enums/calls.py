"""Of schemes and of versions of a call."""

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
