"""Of public notices (公示) and objections to them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class Consequence(TextChoices):
    """What becomes of an application against which an objection was upheld."""

    RECONSIDER = "reconsider", _("Decided anew")
    ANNUL = "annul", _("Receives no support")
