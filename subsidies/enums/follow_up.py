"""Of what follows the money: yearly reports, site checks, recovery."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class RecoveryState(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("recovery", "Proposed")
    DECIDED = "decided", pgettext_lazy("recovery", "Decided")
    ENFORCED = "enforced", _("In enforcement")
    SETTLED = "settled", pgettext_lazy("recovery", "Paid back")
    DROPPED = "dropped", pgettext_lazy("recovery", "Dropped")
