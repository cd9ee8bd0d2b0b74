"""The desk's pages of the money, and what the firm reads of its payments."""

import re
from typing import NamedTuple

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from subsidies.awarding import payments
from subsidies.enums import AccountState, PaymentState, State
from subsidies.models import Application, Payment, Submission
from subsidies.snapshots import digest_of, snapshot_of
from tests.factories_accounts import UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.awarding.people import (
    NUMBER,
    People,
    fresh,
    people,
    sent,
)
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
WHOLE = NUMBER.replace(" ", "")


class World(NamedTuple):
    who: People
    awarded: Application
    in_payment: Application


def make_world() -> World:
    return World(people(), ApplicationFactory(state=State.AWARDED), ApplicationFactory(state=State.PAYING))


who, awarded, in_payment = parts(World)


# ---------------------------------------------------------------- on the desk
def money_url(application):
    return reverse("admin:subsidies_application_money", args=[application.pk])


def test_account_and_payment_go_through_their_people_on_the_desk(who, awarded):
    account_of(awarded, AccountState.ENTERED, number=WHOLE)
    address = money_url(awarded)

    client_for(who.finance).post(address, sent("confirm_account", number=NUMBER))
    client_for(who.finance).post(address, sent("prepare_payment", city="1,500,000.00", county="500000"))
    city, county = Payment.objects.order_by("pk")
    for payment in (city, county):
        client_for(who.approver).post(address, sent(f"approve-{payment.pk}"))
        told = {"paid_on": shanghai_today().isoformat(), "voucher_number": f"PZ-{payment.pk}"}
        client_for(who.cashier).post(address, sent(f"execute-{payment.pk}", **told))

    assert fresh(awarded).state == State.PAID
    told = {"returned_on": shanghai_today().isoformat(), "reason": "户名不符"}
    client_for(who.cashier).post(address, sent(f"return-{city.pk}", **told))
    city.refresh_from_db()
    assert (city.state, fresh(awarded).state) == (PaymentState.RETURNED, State.PAYING)


def test_the_page_of_the_money_never_shows_a_whole_number(who, in_payment):
    payment_of(in_payment)
    case = reverse("admin:subsidies_application_change", args=[in_payment.pk])

    for person in (who.finance, who.approver, who.clerk, who.leader, staff(PersonKind.DISCIPLINE)):
        for address in (money_url(in_payment), case, reverse("admin:subsidies_payment_changelist")):
            text = client_for(person).get(address).text
            assert WHOLE not in text
            assert "•••• 4567" in text


def test_a_wrong_number_confirms_nothing_and_is_told(who, awarded):
    account_of(awarded, AccountState.ENTERED, number=WHOLE)

    answer = client_for(who.finance).post(money_url(awarded), sent("confirm_account", number="12345678"))

    assert answer.status_code == 400
    assert fresh(awarded).state == State.AWARDED


def test_the_money_is_the_bureaus_own_and_there_only_after_the_notice(who):
    unit = ApplicationFactory(state=State.PUBLICITY)
    officer = person_of(unit.recommender, "officer")

    assert client_for(who.clerk).get(money_url(unit)).status_code == 404
    paying = ApplicationFactory(state=State.PAYING, organisation=unit.organisation)
    assert client_for(officer).get(money_url(paying)).status_code == 404
    assert client_for(who.clerk).get(money_url(paying)).status_code == 200


def test_the_page_takes_the_same_queries_for_one_payment_and_for_many(who, django_assert_max_num_queries, in_payment):
    for state in (PaymentState.RETURNED, PaymentState.CANCELLED, PaymentState.PREPARED):
        payment_of(in_payment, "1.00", PaymentState.RETURNED if state != PaymentState.PREPARED else state)
    client = client_for(who.finance)
    client.get(money_url(in_payment))

    with django_assert_max_num_queries(24):
        client.get(money_url(in_payment))


def test_the_next_step_of_a_payment_stands_open_and_what_stops_it_does_not(who, in_payment):
    payment = payment_of(in_payment)

    def opened(person):
        text = client_for(person).get(money_url(in_payment)).text
        assert f'<details id="cancel-{payment.pk}">' in text or payment.state == PaymentState.PAID
        return re.findall(r'<details id="([^"]+)" open>', text)

    assert opened(who.approver) == [f"approve-{payment.pk}"]
    payment = payments.approve(payment, by=who.approver)
    assert opened(who.approver) == []
    assert opened(who.cashier) == [f"execute-{payment.pk}"]
    payment = payments.execute(payment, by=who.cashier, voucher_number="凭证-1", paid_on=shanghai_today())
    assert opened(who.cashier) == []


# ---------------------------------------------------------------- the firm
def test_the_firm_reads_in_soft_words_what_was_awarded_and_what_was_paid(in_payment):
    payment_of(in_payment, "500000.00", PaymentState.RETURNED, payer="county")
    payment_of(in_payment, "1500000.00", PaymentState.PAID)
    payment_of(in_payment, "500000.00", payer="county")  # prepared: the bureau's own yet
    client = client_for(in_payment.started_by)

    events = client.get(in_payment.get_absolute_url()).context["events"]

    told = [(event.words, event.reason) for event in events if event.is_day]
    assert sorted(told) == sorted(
        [
            ("已拨付 500,000.00 元（县级分担）", "•••• 4567"),
            ("500,000.00 元 被银行退回，将重新拨付", ""),
            ("已拨付 1,500,000.00 元（市级分担）", "•••• 4567"),
        ]
    )


def test_the_receipt_shows_award_and_payments_and_the_account_to_the_firm_alone(in_payment):
    payment_of(in_payment, "1500000.00", PaymentState.PAID)
    snapshot = snapshot_of(in_payment)
    facts = {"snapshot": snapshot, "digest": digest_of(snapshot), "receipt_code": "CODE23456789RECETP22"}
    signed = Submission.objects.create(application=in_payment, round=0, signed_by=in_payment.started_by, **facts)
    address = reverse("subsidies:receipt_detail", args=[in_payment.public_id, signed.round])

    own = client_for(in_payment.started_by).get(address)
    bureau = client_for(staff(PersonKind.BUREAU_CLERK)).get(address)

    assert [told.words for told in own.context["money"]] == [
        f"已给予奖补 2,000,000.00 元，文号 {in_payment.award.document_number}",
        "已拨付 1,500,000.00 元（市级分担）",
    ]
    assert ("•••• 4567" in own.text, "•••• 4567" in bureau.text) == (True, False)
    assert WHOLE not in own.text


def test_what_is_only_prepared_is_not_told_to_the_firm(in_payment):
    payment = payment_of(in_payment)
    client = client_for(in_payment.started_by)
    line = f'<th scope="row">{payment.get_payer_display()}</th>'

    assert line not in client.get(in_payment.get_absolute_url()).text

    payments.approve(payment, by=people().approver)
    assert line in client.get(in_payment.get_absolute_url()).text


def test_a_consultant_reads_what_was_paid_and_nothing_of_the_account(in_payment):
    payment_of(in_payment, state=PaymentState.PAID)
    guest, lead = UserFactory(), in_payment.started_by
    in_payment.guests.create(user=guest, let_in_by=lead)

    for person, is_told in ((lead, True), (guest, False)):
        page = client_for(person).get(in_payment.get_absolute_url()).text
        history = Caller(person).get(f"applications/{in_payment.public_id}/history/")
        account = Caller(person).get(f"applications/{in_payment.public_id}/account/")

        assert ("•••• 4567" in page, "2,000,000.00" in page) == (is_told, True)
        assert [row["last_digits"] for row in history.json()["money"]["payments"]] == ["4567" if is_told else None]
        assert account.status_code == (200 if is_told else 403)
