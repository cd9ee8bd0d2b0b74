"""What was awarded and what was paid, in the words for the firm: amounts, document, day, and of the account its end."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.chenzhou import yuan
from subsidies.awarding.shown import MoneyShown
from subsidies.enums import Payer
from subsidies.models import Payment


class Told(NamedTuple):
    on: date
    words: str
    detail: str = ""


def told_of(money: MoneyShown | None) -> list[Told]:
    """In the order in which it happened; nothing before the award. Account ends are for the firm alone."""
    return sorted(_happened(money), key=lambda each: each.on) if money else []


def award_in_words(money: MoneyShown) -> str:
    facts = {"amount": yuan(money.award.amount_yuan), "number": money.award.document_number}
    return _("Support of %(amount)s awarded, document %(number)s") % facts


def _happened(money: MoneyShown) -> Iterator[Told]:
    yield Told(money.award.awarded_on, award_in_words(money))
    for payment in money.payments:
        yield from payment_in_words(payment, with_account=money.with_account)
    if money.award.revoked_on:
        yield Told(money.award.revoked_on, _("The award was revoked"))


def payment_in_words(payment: Payment, *, with_account: bool) -> Iterator[Told]:
    """Once it is paid, and once more when the bank has returned it."""
    if payment.paid_on is None:
        return
    facts = {"amount": yuan(payment.amount_yuan), "share": share_in_words(payment.payer)}
    account = f"•••• {payment.account.last_digits}" if with_account else ""
    yield Told(payment.paid_on, _("%(amount)s paid (%(share)s)") % facts, account)
    if payment.returned_on:
        yield Told(payment.returned_on, _("%(amount)s came back from the bank; it will be paid again") % facts)


def share_in_words(payer: str) -> str:
    return pgettext("share of an award", "share of the city") if payer == Payer.CITY else _("share of the county")
