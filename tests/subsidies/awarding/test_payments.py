from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import budgets
from subsidies.awarding import integrity, payments
from subsidies.awarding.revoking import revoke
from subsidies.enums import EntryKind, PaymentState, State
from subsidies.models import Application, BudgetEntry, IntegrityEntry, Payment
from tests.factories_accounts import UserFactory
from tests.factories_awarding import payment_of
from tests.factories_decision import AMOUNT, staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import People, approved, executed, fresh, paying, people
from tests.subsidies.awarding.raw import refused, refuses
from tests.subsidies.ledgers import raw_entry
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    who: People
    application: Application


def make_world() -> World:
    return World(people(), ApplicationFactory(state=State.PAYING))


who, application = parts(World)


def yuan(text):
    return Decimal(text)


# ---------------------------------------------------------------- the whole way
def test_from_the_document_to_the_last_cent_by_the_verbs_alone(who):
    application = paying(who, serial=2)
    city, county = approved(who, application, city=yuan("1500000.01"), county=yuan("499999.99"))

    executed(who, city, "PZ 2026-001")
    assert fresh(application).state == State.PAYING
    executed(who, county)

    assert fresh(application).state == State.PAID
    assert budgets.standing_of(application) == {"paid": AMOUNT}
    rows = Payment.objects.order_by("pk").values_list("state", "voucher_number", "paid_on")
    assert list(rows) == [
        ("paid", "PZ2026-001", shanghai_today()),
        ("paid", f"PZ-{county.pk}", shanghai_today()),
    ]
    ledger = application.budget_entries.filter(kind=EntryKind.PAY).values_list("payment", "amount_yuan")
    assert set(ledger) == {(city.pk, city.amount_yuan), (county.pk, county.amount_yuan)}
    assert Notice.objects.filter(kind="paid", recipient=application.started_by).count() == 1
    deeds = JournalEntry.objects.filter(object_type="subsidies.payment", object_id=str(city.pk)).order_by("id")
    assert [deed.action for deed in deeds] == ["prepare_payment", "approve_payment", "execute_payment"]


# ---------------------------------------------------------------- preparing
@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ({"city": "1999999.99"}, "sum"),
        ({"city": "2000000.00", "county": "0.01"}, "sum"),
        ({}, "sum"),
        ({"city": "2000000.005", "county": "-0.005"}, "share"),
        ({"city": "2000001.00", "county": "-1.00"}, "share"),
        ({"province": "2000000.00"}, "share"),
    ],
)
def test_the_shares_are_the_award_to_the_cent(who, application, shares, code):
    with refuses(code):
        payments.prepare(application, by=who.finance, shares={payer: yuan(text) for payer, text in shares.items()})
    assert not Payment.objects.exists()


def test_what_is_prepared_is_prepared_once(who, application):
    payments.prepare(application, by=who.finance, shares={"city": AMOUNT})

    with refuses("state"):
        payments.prepare(application, by=who.finance, shares={"city": AMOUNT})


@pytest.mark.parametrize("state", [State.AWARDED, State.PAID, State.CLEARED])
def test_nothing_is_prepared_but_while_it_is_being_paid(who, state):
    application = ApplicationFactory(state=state)

    with refuses("state"):
        payments.prepare(application, by=who.finance, shares={"city": AMOUNT})


def test_a_listing_on_the_integrity_list_holds_every_step(who, application):
    (payment,) = payments.prepare(application, by=who.finance, shares={"city": AMOUNT})
    facts = {"name": application.organisation.name_zh, "listed_on": shanghai_today()}
    entry = IntegrityEntry.objects.create(basis="郴科监〔2026〕2号", **facts)
    with refuses("integrity"):
        payments.approve(payment, by=who.approver)
    integrity.let_pass(application, f"entry:{entry.pk}", by=who.head, reason="已整改", ends_on=shanghai_today())
    payments.approve(payment, by=who.approver)
    IntegrityEntry.objects.create(basis="郴科监〔2026〕3号", **facts)

    with refuses("integrity"):
        executed(who, payment)


def test_a_firm_that_was_renamed_is_not_paid_to_the_old_name(who, application):
    (payment,) = approved(who, application)
    firm = application.organisation
    firm.name_zh = "更名后有限公司"
    firm.save()

    with refuses("account"):
        executed(who, payment)
    raw_entry(budgets.budget_of(application.call), "pay", ("committed", "paid"), AMOUNT, application, payment)
    refused(
        "UPDATE subsidies_payment SET state = 'paid', executed_by_id = prepared_by_id, paid_on = '2026-01-01',"
        " voucher_number = 'X' WHERE id = %s",
        payment.pk,
        match="needs an award being paid",
    )


# ---------------------------------------------------------------- people
def test_three_rights_and_nobody_in_two_neighbouring_steps(who, application):
    for by in (who.clerk, who.leader, UserFactory()):
        with pytest.raises(PermissionDenied):
            payments.prepare(application, by=by, shares={"city": AMOUNT})
    (payment,) = payments.prepare(application, by=who.finance, shares={"city": AMOUNT})

    with refuses("person"):
        payments.approve(payment, by=who.finance)
    with pytest.raises(PermissionDenied):
        payments.approve(payment, by=who.clerk)
    payments.approve(payment, by=who.leader)
    with pytest.raises(PermissionDenied):
        executed(who._replace(cashier=who.leader), payment)
    assert executed(who._replace(cashier=who.finance), payment).state == PaymentState.PAID


def test_who_approved_does_not_execute(who, application):
    (payment,) = approved(who, application)

    with refuses("person"):
        executed(who._replace(cashier=who.approver), payment)


def test_i6_the_database_knows_the_four_eyes(application):
    payment = payment_of(application)

    refused(
        "UPDATE subsidies_payment SET state = 'approved', approved_by_id = prepared_by_id, approved_at = prepared_at"
        " WHERE id = %s",
        payment.pk,
        match="payment_four_eyes",
    )


# ---------------------------------------------------------------- executing
def test_said_twice_it_is_one_and_other_words_are_refused(who, application):
    (payment,) = approved(who, application)

    first = executed(who, payment, "PZ-7")
    again = executed(who, payment, " ｐｚ-7 ")
    with refuses("state"):
        executed(who, payment, "PZ-8")
    with refuses("state"):
        executed(who._replace(cashier=who.finance), payment, "PZ-7")

    assert first.pk == again.pk
    assert BudgetEntry.objects.filter(kind=EntryKind.PAY).count() == 1


def test_a_voucher_belongs_to_one_payment(who, application):
    executed(who, approved(who, application)[0], "PZ-7")
    other = ApplicationFactory(state=State.PAYING)
    (payment,) = approved(who, other)

    with refuses(None):
        executed(who, payment, "pz-7")
    assert fresh(other).state == State.PAYING
    assert not other.budget_entries.filter(kind=EntryKind.PAY).exists()


@pytest.mark.parametrize("days", [1, -1])
def test_the_day_lies_between_the_approval_and_today(who, application, days):
    (payment,) = approved(who, application)

    with refuses("day"):
        payments.execute(
            payment, by=who.cashier, paid_on=shanghai_today() + timedelta(days=days), voucher_number="PZ-1"
        )


def test_what_is_prepared_or_approved_can_be_cancelled_with_a_reason_and_prepared_anew(who, application):
    (payment,) = approved(who, application)
    preparer = User.objects.get(pk=staff(PersonKind.BUREAU_CLERK).pk)
    with pytest.raises(PermissionDenied):
        payments.cancel(payment, by=preparer, reason="金额拆分有误")

    payments.cancel(payment, by=who.approver, reason="金额拆分有误")
    (again,) = payments.prepare(application, by=who.finance, shares={"county": AMOUNT})

    assert again.pk != payment.pk
    with refuses("state"):
        executed(who, payment)


# ---------------------------------------------------------------- returned by the bank
def test_the_bank_returns_a_payment_and_another_one_follows(who, application):
    (payment,) = approved(who, application)
    executed(who, payment)
    assert fresh(application).state == State.PAID

    with pytest.raises(PermissionDenied):
        payments.record_return(payment, by=who.clerk, returned_on=shanghai_today(), reason="户名不符")
    payments.record_return(payment, by=who.cashier, returned_on=shanghai_today(), reason="户名不符")

    assert fresh(application).state == State.PAYING
    assert budgets.standing_of(application) == {"committed": AMOUNT}
    assert Notice.objects.get(kind="payment-returned", recipient=application.started_by).facts["reason"] == "户名不符"
    with refuses("state"):
        payments.record_return(payment, by=who.cashier, returned_on=shanghai_today(), reason="再退")
    (again,) = approved(who, fresh(application))
    executed(who, again)
    assert fresh(application).state == State.PAID
    assert budgets.standing_of(application) == {"paid": AMOUNT}


def test_a_share_that_comes_back_before_the_other_is_paid_is_told_too(who, application):
    city, _county = approved(who, application, city=yuan("1.00"), county=yuan("1999999.00"))
    executed(who, city)

    payments.record_return(city, by=who.cashier, returned_on=shanghai_today(), reason="账号错误")

    assert Notice.objects.filter(kind="payment-returned", recipient=application.started_by).count() == 1
    assert payments.left_to_prepare(application.award) == yuan("1.00")


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2100, 1, 1)])
def test_a_return_lies_between_the_payment_and_today(who, application, day):
    (payment,) = approved(who, application)
    executed(who, payment)

    with refuses("day"):
        payments.record_return(payment, by=who.cashier, returned_on=day, reason="退回")


# ---------------------------------------------------------------- past every verb
def insert(application, amount, payer="city", state="prepared", account=None):
    account = account or application.payee_accounts.get()
    values = [application.award.pk, payer, amount, account.pk, state, UserFactory().pk]
    return (
        "INSERT INTO subsidies_payment (award_id, payer, amount_yuan, account_id, state, prepared_by_id, prepared_at,"
        " voucher_number, reason) VALUES (%s, %s, %s, %s, %s, %s, '2026-01-01', '', '')",
        *values,
    )


def test_i9_payments_never_add_up_to_more_than_the_award(application):
    refused(*insert(application, "2000000.01"), match="more than the award")
    payment_of(application, "1500000.00")
    refused(*insert(application, "500000.01", "county"), match="more than the award")
    refused(*insert(application, "1.00", "city"), match="payment_one_a_share|UNIQUE|payment.award_id")


def test_i9_a_payment_is_paid_only_as_it_stands_in_the_ledger_and_the_ledger_only_as_it_was_approved(application):
    payment = payment_of(application, state=PaymentState.APPROVED)
    budget = application.budget_entries.first().budget
    way = ("committed", "paid")
    refused(
        "UPDATE subsidies_payment SET state = 'paid', executed_by_id = prepared_by_id, paid_on = '2026-01-01',"
        " voucher_number = 'X' WHERE id = %s",
        payment.pk,
        match="in the ledger first",
    )
    for amount, about in ((AMOUNT - 1, payment), (AMOUNT, None)):
        with pytest.raises(IntegrityError):
            raw_entry(budget, "pay", way, amount, application, about)
    raw_entry(budget, "pay", way, AMOUNT, application, payment)
    with pytest.raises(IntegrityError):
        raw_entry(budget, "pay", way, AMOUNT, application, payment)


def test_i10_what_is_paid_is_final_but_for_the_return_by_the_bank(application):
    payment = payment_of(application, state=PaymentState.PAID)

    for change in ("paid_on = '2020-01-01'", "voucher_number = 'X'", "executed_by_id = approved_by_id", "reason = 'x'"):
        refused(f"UPDATE subsidies_payment SET {change} WHERE id = %s", payment.pk, match="payment")
    for change in ("amount_yuan = 1", "payer = 'county'", "award_id = award_id + 1", "state = 'approved'"):
        refused(f"UPDATE subsidies_payment SET {change} WHERE id = %s", payment.pk, match="never changes")
    refused("UPDATE subsidies_payment SET state = 'returned' WHERE id = %s", payment.pk, match="in the ledger first")
    refused("DELETE FROM subsidies_payment WHERE id = %s", payment.pk, match="is kept")


@pytest.mark.parametrize("state", [State.AWARDED, State.PAID])
def test_i11_nothing_is_paid_but_while_the_application_is_being_paid(state):
    application = ApplicationFactory(state=State.PAYING if state == State.AWARDED else state)
    if state == State.AWARDED:
        payment = payment_of(application, state=PaymentState.APPROVED)
        payments.cancel(payment, by=people().approver, reason="撤销")
        refused("UPDATE subsidies_payment SET state = 'approved' WHERE id = %s", payment.pk, match="never changes")
    refused(*insert(application, "1.00", "county", "approved"), match="subsidies_payment")
    if state == State.PAID:
        refused(*insert(application, "1.00", "county"), match="subsidies_payment")


def test_i11_what_was_revoked_or_turned_down_is_never_paid(who, application):
    revoke(application, by=who.leader, reason="材料不实")

    refused(*insert(application, "2000000.00"), match="needs an award being paid")
    with refuses("state"):
        payments.prepare(application, by=who.finance, shares={"city": AMOUNT})


def test_an_application_is_paid_with_the_last_cent_and_not_before(application):
    move = "UPDATE subsidies_application SET state = %s, version = version + 1 WHERE id = %s"
    payment_of(application, "1999999.99", PaymentState.PAID)

    refused(move, "paid", application.pk, match="with the last cent")
    payment_of(application, "0.01", PaymentState.PAID, payer="county")
    whole = ApplicationFactory(state=State.PAID)
    refused(move, "paying", whole.pk, match="stays paid unless the bank")
