"""The list for the bank as Excel, and what comes back of it: day and voucher of each payment, all or nothing.

The list alone shows whole account numbers, to those who execute payments; each export is journalled. The sheet that
comes back may be the same one, filled in; of it nothing but the columns of COLUMNS is read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import User
from common import journal
from common.journal_record import write
from common.money import to_yuan
from common.spreadsheet import write_xlsx
from subsidies.awarding.payments import execute, plain_voucher
from subsidies.enums import PaymentState
from subsidies.models import Application, Payment
from subsidies.ties import impartial
from subsidies.workflow import MoveRefused

COLUMNS = {
    "payment": gettext_lazy("payment"),
    "paid_on": gettext_lazy("paid on"),
    "voucher_number": gettext_lazy("number of the voucher"),
    "amount_yuan": gettext_lazy("amount (yuan)"),
}
MORE_COLUMNS = (
    gettext_lazy("payer"),
    gettext_lazy("name of the account"),
    gettext_lazy("bank and branch"),
    gettext_lazy("number of the account"),
    gettext_lazy("award document"),
    pgettext_lazy("subsidy", "application"),
)
LANGUAGES = ("zh-hans", "en")
MOST_ROWS = 500
Cells = Sequence[str]


# ---------------------------------------------------------------- out
def to_execute(user: User) -> QuerySet[Payment]:
    """Approved and not executed; of no case that binds the person, who could not execute it."""
    if not user.has_perm("subsidies.execute_payment"):
        raise PermissionDenied
    free = Application.objects.filter(impartial(user)).values("pk")
    rows = Payment.objects.filter(state=PaymentState.APPROVED, award__application__in=free).order_by("pk")
    found: QuerySet[Payment] = rows.select_related("account", "award__application", "award__document")
    return found


@transaction.atomic
def export(*, by: User, file: Any) -> int:
    """Write the list to `file` and the journal in one; the number of payments on it."""
    payments = list(to_execute(by))
    titles = [str(title) for title in (*COLUMNS.values(), *MORE_COLUMNS)]
    with journal.acting(by=by):
        keys = ", ".join(str(payment.pk) for payment in payments)
        write("export", Payment, {"payments": [None, keys]}, label=_("List for the bank"))
    write_xlsx(titles, map(_row, payments), sheet=_("List for the bank")[:31], file=file)
    return len(payments)


def _row(payment: Payment) -> list[Any]:
    award, account = payment.award, payment.account
    return [
        payment.pk,
        None,
        None,
        payment.amount_yuan,
        payment.get_payer_display(),
        account.holder,
        account.bank,
        account.number,
        award.document_number,
        award.application.number if award.application else "",
    ]


# ---------------------------------------------------------------- back in
@dataclass(slots=True)
class Line:
    """A row of the sheet, by the number that Excel gives it; `problems` are sentences."""

    number: int
    cells: dict[str, str]
    payment: Payment | None = None
    paid_on: date | None = None
    problems: list[str] = field(default_factory=list)


def lines_of(table: Sequence[Cells], *, by: User) -> list[Line]:
    """Every row with what is wrong about it; ValidationError where the sheet as a whole cannot be read."""
    places = _places(table[0] if table else [])
    rows = [(number, row) for number, row in enumerate(table[1:], start=2) if any(row)]
    filled = [Line(number, {name: _cell(row, place) for name, place in places.items()}) for number, row in rows]
    return planned([line for line in filled if line.cells["paid_on"] or line.cells["voucher_number"]], by=by)


def planned(lines: list[Line], *, by: User) -> list[Line]:
    """Rows without day and voucher are left out before: those payments are not made yet. One query."""
    if not lines:
        raise ValidationError(_("No row of the sheet has a day and a voucher."))
    if len(lines) > MOST_ROWS:
        raise ValidationError(_("The sheet has more than %(count)d payments. Split it.") % {"count": MOST_ROWS})
    found = {str(payment.pk): payment for payment in to_execute(by)}
    for line in lines:
        line.payment = found.get(line.cells["payment"])
        line.problems += _problems(line, by)
    payments, vouchers = (Counter(line.cells[name] for line in lines) for name in ("payment", "voucher_number"))
    for line in lines:
        if payments[line.cells["payment"]] > 1:
            line.problems.append(_("This payment stands in several rows."))
        if vouchers[line.cells["voucher_number"]] > 1:
            line.problems.append(_("This voucher stands in several rows."))
    return lines


def _problems(line: Line, by: User) -> Iterator[str]:
    try:
        line.paid_on = date.fromisoformat(line.cells["paid_on"])
    except ValueError:
        yield _("The day is missing or is none: write it as 2026-12-06.")
    try:
        line.cells["voucher_number"] = plain_voucher(line.cells["voucher_number"])
    except MoveRefused as refusal:
        yield from refusal.messages
    if line.payment is None:
        yield _("No payment of this number is approved and waits for you to execute it.")
        return
    if line.payment.approved_by_id == by.pk:
        yield _("You approved this payment yourself: another person records it as executed.")
    if _amount(line) != line.payment.amount_yuan:
        yield _("The amount is not that of the payment: %(amount)s.") % {"amount": line.payment.amount_yuan}


def _amount(line: Line) -> Decimal | None:
    try:
        return to_yuan(line.cells["amount_yuan"])
    except ValidationError:
        return None


def _places(titles: Cells) -> dict[str, int]:
    known = {_plain(title): place for place, title in reversed(list(enumerate(titles)))}
    places = {name: known[word] for name in COLUMNS for word in _names(name) if word in known}
    if missing := [str(COLUMNS[name]) for name in COLUMNS if name not in places]:
        raise ValidationError(_("The column “%(title)s” is missing.") % {"title": missing[0]})
    return places


def _names(name: str) -> Iterable[str]:
    """The title in every language of the site."""
    for language in LANGUAGES:
        with translation.override(language):
            yield _plain(str(COLUMNS[name]))


def _plain(title: str) -> str:
    return "".join(title.split()).lower()


def _cell(row: Cells, place: int) -> str:
    return row[place].strip() if place < len(row) else ""


@transaction.atomic
def apply(lines: Sequence[Line], *, by: User) -> int:
    """All of them or none, with the number of the row in the refusal."""
    for line in lines:
        if line.problems or line.payment is None or line.paid_on is None:
            raise MoveRefused(_("Row %(row)d: %(problem)s") % {"row": line.number, "problem": " ".join(line.problems)})
        try:
            execute(line.payment, by=by, paid_on=line.paid_on, voucher_number=line.cells["voucher_number"])
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
            raise MoveRefused(_("Row %(row)d: %(problem)s") % {"row": line.number, "problem": problem}) from refusal
    return len(lines)
