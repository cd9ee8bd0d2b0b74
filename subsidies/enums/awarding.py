"""Of award documents (下达文件), awards, accounts and payments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DocumentState(TextChoices):
    """An award document (下达文件), joint with the finance bureau."""

    DRAFT = "draft", _("Draft")
    COUNTERSIGNED = "countersigned", _("Countersigned by the finance bureau")
    ISSUED = "issued", pgettext_lazy("award document", "Issued")
    DROPPED = "dropped", pgettext_lazy("award document", "Dropped")


class AccountState(TextChoices):
    ENTERED = "entered", _("Waiting to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("account", "Confirmed")
    REFUSED = "refused", pgettext_lazy("account", "Sent back")
    REPLACED = "replaced", pgettext_lazy("account", "Replaced")


class Payer(TextChoices):
    """Whose share a payment is."""

    CITY = "city", _("City")
    COUNTY = "county", pgettext_lazy("payer", "County")


class PaymentState(TextChoices):
    PREPARED = "prepared", _("Prepared")
    APPROVED = "approved", pgettext_lazy("payment", "Approved")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    RETURNED = "returned", _("Returned by the bank")
    CANCELLED = "cancelled", pgettext_lazy("payment", "Cancelled")


LIVE_PAYMENTS = (PaymentState.PREPARED, PaymentState.APPROVED, PaymentState.PAID)


class EarlierState(TextChoices):
    """An award of before the portal, as it stands in the desk."""

    ENTERED = "entered", pgettext_lazy("earlier award", "To be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("earlier award", "Confirmed")
    REFUSED = "refused", pgettext_lazy("earlier award", "Refused")
    REVOKED = "revoked", pgettext_lazy("earlier award", "Revoked")


class Standing(TextChoices):
    """What became of the money of an award, in the words of its public page; see open_data.awards.standing()."""

    AWARDED = "awarded", pgettext_lazy("award", "Awarded")
    PART_PAID = "part_paid", pgettext_lazy("award", "Paid in part")
    PAID = "paid", pgettext_lazy("award", "Paid")
    RECOVERED = "recovered", pgettext_lazy("award", "Recovered")
    REVOKED = "revoked", pgettext_lazy("award", "Revoked")
