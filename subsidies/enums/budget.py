"""Of the ledger of a budget: its pots and the entries between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Pot(TextChoices):
    """Where money of a budget stands; every entry of the ledger moves an amount from one to another."""

    SOURCE = "source", _("Given by the finance bureau")
    FREE = "free", _("Left")
    RESERVED = "reserved", _("Reserved")
    COMMITTED = "committed", _("Committed")
    PAID = "paid", _("Paid")
    RECOVERED = "recovered", _("Recovered")


class EntryKind(TextChoices):
    INITIAL = "initial", _("Budget of the year")
    INCREASE = "increase", _("Raised")
    DECREASE = "decrease", _("Lowered")
    CARRIED_IN = "carried_in", _("Carried over from the year before")
    CARRIED_OUT = "carried_out", _("Carried over to the next year")
    RESERVE = "reserve", _("Reserved at the decision")
    COMMIT = "commit", _("Committed by the award document")
    PAY = "pay", _("Paid")
    RELEASE = "release", _("Released")
    RETURN = "return", _("Returned by the bank")
    RECOVER = "recover", _("Recovered")


# From which pot to which; the database knows the same list, see BudgetEntry.
WAYS: dict[str, tuple[tuple[str, str], ...]] = {
    EntryKind.INITIAL: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.INCREASE: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.CARRIED_IN: ((Pot.SOURCE, Pot.FREE),),
    EntryKind.DECREASE: ((Pot.FREE, Pot.SOURCE),),
    EntryKind.CARRIED_OUT: ((Pot.FREE, Pot.SOURCE),),
    EntryKind.RESERVE: ((Pot.FREE, Pot.RESERVED),),
    EntryKind.COMMIT: ((Pot.RESERVED, Pot.COMMITTED),),
    EntryKind.PAY: ((Pot.COMMITTED, Pot.PAID),),
    EntryKind.RETURN: ((Pot.PAID, Pot.COMMITTED),),
    EntryKind.RELEASE: ((Pot.RESERVED, Pot.FREE), (Pot.COMMITTED, Pot.FREE)),
    EntryKind.RECOVER: ((Pot.PAID, Pot.RECOVERED),),
}
