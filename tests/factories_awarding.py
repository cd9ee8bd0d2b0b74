"""Award documents, accounts and payments that satisfy every constraint and trigger, and hold nothing more."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db.models import Sum
from django.utils import timezone

from common.calendar import shanghai_today
from subsidies.enums import AccountState, DocumentState, EntryKind, Payer, PaymentState, Pot, State
from subsidies.models import (
    Application,
    Award,
    AwardDocument,
    AwardEntry,
    BudgetEntry,
    Decision,
    PayeeAccount,
    Payment,
)
from tests.factories_accounts import somebody

NUMBER = "6222020000001234567"


def document_for(*applications: Application, **fields: Any) -> AwardDocument:
    """A draft that lists them, by somebody who has nothing else to do with it."""
    given = {
        "number": f"郴科发〔{shanghai_today().year}〕{AwardDocument.objects.count() + 1}号",
        "title": "关于下达中试奖补资金的通知",
        "prepared_by": fields.pop("prepared_by", None) or somebody(),
    }
    document: AwardDocument = AwardDocument.objects.create(call=applications[0].call, **{**given, **fields})
    for position, application in enumerate(applications, start=1):
        decision = Decision.objects.filter(application=application, verdict="approve").latest("pk")
        AwardEntry.objects.create(
            document=document, application=application, position=position, amount_yuan=decision.amount_yuan
        )
    return document


def issued(document: AwardDocument) -> AwardDocument:
    """Signed by two more people; the awards and their moves are the caller's."""
    if document.state == DocumentState.DRAFT:
        document.state, document.countersigned_by = DocumentState.COUNTERSIGNED, somebody()
        document.countersigned_at = timezone.now()
        document.save()
    document.state, document.issued_by, document.issued_at = DocumentState.ISSUED, somebody(), timezone.now()
    document.listed, document.digest = {"entries": []}, "0" * 64
    document.save()
    return document


def awarded(application: Application, **fields: Any) -> Award:
    """The award and its money, with the issue of the document it stands on, or of one of its own."""
    award = awarded_without_money(application, **fields)
    assert award.application is not None
    _enter(award.application, EntryKind.COMMIT, Pot.RESERVED, Pot.COMMITTED, award.amount_yuan)
    return award


def awarded_without_money(application: Application, **fields: Any) -> Award:
    """Nothing is committed yet."""
    application = Application.objects.get(pk=application.pk)
    entry = AwardEntry.objects.filter(application=application, dropped_at=None).first()
    document = issued(entry.document if entry else document_for(application))
    entry = document.entries.get()
    given = {
        "scheme": application.call.scheme,
        "organisation": application.organisation,
        "project": application.project,
        "project_name": application.project_name,
        "application": application,
        "document": document,
        "amount_yuan": entry.amount_yuan,
        "awarded_on": shanghai_today(),
        "document_number": document.number,
        "once_key": application.once_key,
    }
    award: Award = Award.objects.create(**{**given, **fields})
    return award


def account_of(application: Application, state: str = AccountState.CONFIRMED, **fields: Any) -> PayeeAccount:
    """In the name of the firm; confirmed by somebody else than who entered it."""
    given = {
        "holder": application.organisation.name_zh,
        "bank": "示例银行郴州分行",
        "number": NUMBER,
        "last_digits": NUMBER[-4:],
        "entered_by": fields.pop("entered_by", None) or somebody(),
    }
    account: PayeeAccount = PayeeAccount.objects.create(application=application, **{**given, **fields})
    if state != AccountState.ENTERED:
        account.state, account.decided_by, account.decided_at = state, somebody(), timezone.now()
        account.save(update_fields=["state", "decided_by", "decided_at"])
    return account


def payment_of(
    application: Application, amount: Decimal | str | None = None, state: str = PaymentState.PREPARED, **fields: Any
) -> Payment:
    """A share of the award, by default the whole of it out of the city's money."""
    award = application.award
    payment: Payment = Payment.objects.create(
        award=award,
        payer=fields.pop("payer", Payer.CITY),
        amount_yuan=Decimal(amount) if amount else award.amount_yuan,
        account=application.payee_accounts.get(state=AccountState.CONFIRMED),
        prepared_by=fields.pop("prepared_by", None) or somebody(),
    )
    if state == PaymentState.PREPARED:
        return payment
    payment.state, payment.approved_at = PaymentState.APPROVED, timezone.now()
    payment.approved_by = fields.pop("approved_by", None) or somebody()
    payment.save()
    if state != PaymentState.APPROVED:
        _enter(application, EntryKind.PAY, Pot.COMMITTED, Pot.PAID, payment.amount_yuan, payment=payment)
        payment.state, payment.executed_by = PaymentState.PAID, somebody()
        payment.paid_on = fields.pop("paid_on", None) or shanghai_today()
        payment.voucher_number = fields.pop("voucher_number", "") or f"PZ-{uuid4().hex[:10]}"
        payment.save()
    if state == PaymentState.RETURNED:
        _enter(application, EntryKind.RETURN, Pot.PAID, Pot.COMMITTED, payment.amount_yuan, payment=payment)
        payment.state, payment.returned_on, payment.reason = PaymentState.RETURNED, shanghai_today(), "户名不符"
        payment.save()
    return payment


def paid_whole(application: Application) -> None:
    """What is still missing of the award, out of the city's money."""
    application = Application.objects.get(pk=application.pk)
    paid = application.award.payments.filter(state=PaymentState.PAID).aggregate(sum=Sum("amount_yuan"))["sum"]
    payment_of(application, application.award.amount_yuan - (paid or 0), PaymentState.PAID)


def _enter(
    application: Application, kind: str, source: str, target: str, amount: Decimal, payment: Payment | None = None
) -> None:
    BudgetEntry.objects.create(
        budget=application.budget_entries.filter(kind=EntryKind.RESERVE).latest("pk").budget,
        kind=kind,
        from_pot=source,
        to_pot=target,
        amount_yuan=amount,
        application=application,
        payment=payment,
        by=somebody(),
    )


def revoked(application: Application) -> None:
    """The award, and the money of it is left again; nothing of it may be paid."""
    award = Application.objects.get(pk=application.pk).award
    award.revoked_on = shanghai_today()
    award.save()
    _enter(application, EntryKind.RELEASE, Pot.COMMITTED, Pot.FREE, award.amount_yuan)


def sent_back(application: Application) -> None:
    """The bank returns the payments."""
    for payment in Application.objects.get(pk=application.pk).award.payments.filter(state=PaymentState.PAID):
        _enter(application, EntryKind.RETURN, Pot.PAID, Pot.COMMITTED, payment.amount_yuan, payment=payment)
        payment.state, payment.returned_on, payment.reason = PaymentState.RETURNED, shanghai_today(), "户名不符"
        payment.save()


# What a move needs before the database lets an application make it.
NEEDED: dict[tuple[str, str], Callable[[Application], Any]] = {
    (State.CLEARED, State.AWARDED): awarded,
    (State.AWARDED, State.PAYING): account_of,
    (State.PAYING, State.PAID): paid_whole,
    (State.PAID, State.PAYING): sent_back,
    (State.AWARDED, State.ANNULLED): revoked,
    (State.PAYING, State.ANNULLED): revoked,
}


def needs(before: str, state: str) -> Callable[[Application], Any] | None:
    return NEEDED.get((before, state))
