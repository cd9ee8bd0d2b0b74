"""Awards that satisfy every constraint and hold nothing more: entered from an earlier document, issued, paid."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from subsidies.enums import DocumentState, EarlierState, Payer, PaymentState, RecoveryState, State
from subsidies.models import Application, Award, EarlierAward, Payment, Recovery
from tests.factories_accounts import somebody
from tests.factories_awarding import account_of, document_for, payment_of
from tests.factories_awarding import awarded as award_of
from tests.factories_follow_up import closed, paid_back, proposed
from tests.factories_subsidies import ApplicationFactory, SchemeFactory, firm, put


class AwardFactory(DjangoModelFactory):
    """Entered by one person from an earlier document, confirmed by another; with `revoked_on` revoked by two."""

    class Meta:
        model = Award

    @classmethod
    def _create(cls, model_class: type[Award], *args: Any, **fields: Any) -> Award:
        return earlier_award(**fields)

    scheme = factory.SubFactory(SchemeFactory)
    organisation = factory.LazyFunction(firm)
    project_name = factory.Sequence(lambda n: f"已奖补项目{n}")
    amount_yuan = Decimal("2000000.00")
    awarded_on = date(2025, 12, 1)
    document_number = factory.Sequence(lambda n: f"郴科发〔2025〕{n + 1}号")


def earlier_award(*, revoked_on: date | None = None, **facts: Any) -> Award:
    entry = EarlierAward(entered_by=somebody(), **facts)
    entry.save()
    entry.settled_by, entry.settled_at = somebody(), timezone.now()
    entry.save()
    award: Award = Award.objects.create(**facts)
    entry.award, entry.state = award, EarlierState.CONFIRMED
    entry.save()
    if revoked_on:
        revoke_earlier(award, revoked_on)
    return award


def revoke_earlier(award: Award, on: date) -> None:
    """By two people."""
    entry = EarlierAward.objects.get(award=award)
    entry.revocation_by, entry.revocation_reason, entry.revoked_by = somebody(), "录错", somebody()
    entry.state, entry.revoked_at = EarlierState.REVOKED, timezone.now()
    entry.save()
    award.revoked_on = on
    award.save()


def on_document(state: str, **fields: Any) -> Application:
    """Cleared, and on a document in a state before its issue: there is no award yet."""
    application: Application = ApplicationFactory(state=State.CLEARED, **fields)
    document = document_for(application)
    if state != DocumentState.DRAFT:
        document.state = state
        if state == DocumentState.COUNTERSIGNED:
            document.countersigned_by, document.countersigned_at = somebody(), timezone.now()
        document.save()
    return application


def awarded(**fields: Any) -> Award:
    """Of an application under an issued document."""
    given = {name: fields.pop(name) for name in ("organisation", "project", "project_name") if name in fields}
    return given_to(ApplicationFactory(state=State.CLEARED, **given), **fields)


def given_to(application: Application, **fields: Any) -> Award:
    """With the issue of the document it stands on, or of one of its own."""
    award = award_of(application, **fields)
    put(application, state=State.AWARDED)
    award.refresh_from_db()
    return award


def paid(award: Award, amount: str, on: date, payer: str = Payer.CITY, state: str = PaymentState.PAID) -> Payment:
    application = Application.objects.get(pk=award.application_id)
    if application.state == State.AWARDED:
        account_of(application, bank="某银行", number="6222000000000000", last_digits="0000")
        put(application, state=State.PAYING)
    voucher = f"PZ{Payment.objects.count() + 1}"
    return payment_of(application, amount, state, payer=payer, paid_on=on, voucher_number=voucher)


def recovered(award: Award, amount: str, on: date, state: str = RecoveryState.SETTLED) -> Recovery:
    """Settled with 100 yuan of interest."""
    recovery = proposed(award.application, amount_yuan=Decimal(amount), reason="金丝雀追回理由", due_on=on)
    if state == RecoveryState.PROPOSED:
        return recovery
    closed(recovery, RecoveryState.DECIDED if state == RecoveryState.SETTLED else state)
    if state == RecoveryState.SETTLED:
        with_interest = recovery.amount_yuan + 100
        paid_back(award.application, amount_yuan=with_interest, interest_yuan=Decimal(100), received_on=on)
    return recovery
