from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import translation

from accounts.enums import MembershipRole
from accounts.models import User
from common.models import JournalEntry, Notice
from subsidies.awarding import accounts
from subsidies.enums import AccountState, PaymentState, State
from subsidies.models import Application, PayeeAccount
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.awarding.people import BANK, NUMBER, People, administrator, fresh, given_account, people
from tests.subsidies.awarding.raw import refused, refuses
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
WHOLE = NUMBER.replace(" ", "")
OTHER = "4300 1234 5678 9000"


class World(NamedTuple):
    who: People
    application: Application


def make_world() -> World:
    return World(people(), ApplicationFactory(state=State.AWARDED))


who, application = parts(World)


def enter(application, **fields):
    by = fields.pop("by", None) or administrator(application)
    return accounts.enter(application, by=by, **given_account(application, **fields))


# ---------------------------------------------------------------- entering
def test_the_administrator_gives_the_account_and_finance_is_told(who, application):
    account = enter(application)

    assert (account.state, account.number, account.last_digits) == ("entered", "6222020000001234567", "4567")
    assert account.masked == f"{BANK} •••• 4567"
    assert fresh(application).state == State.AWARDED
    told = Notice.objects.filter(kind="account-wants-confirmation").values_list("recipient", flat=True)
    assert set(told) == {who.finance.pk, who.approver.pk, who.cashier.pk}


def test_the_number_stands_nowhere_in_plain_text(who, application):
    account = enter(application)
    accounts.confirm(account, by=who.finance, number=NUMBER)

    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM subsidies_payeeaccount")
        assert all("4567" not in stored for (stored,) in cursor.fetchall())
    entries = JournalEntry.objects.filter(object_type="subsidies.payeeaccount")
    assert entries.exists()
    assert "6222020000001234567" not in str(list(entries.values()))
    assert "6222020000001234567" not in f"{account!r} {account} {list(Notice.objects.values())}"


@pytest.mark.parametrize("role", [MembershipRole.PROJECT_LEAD, MembershipRole.MEMBER, MembershipRole.READER])
def test_only_the_administrator_of_the_firm_gives_it(application, role):
    for by in (person_of(application.organisation, role), UserFactory(), application.started_by):
        with pytest.raises(PermissionDenied):
            enter(application, by=by)


def test_staff_cannot_give_it_for_the_firm(who, application):
    with pytest.raises(PermissionDenied):
        enter(application, by=who.finance)


def test_width_and_spaces_make_no_other_name(application):
    firm = application.organisation
    firm.name_zh = "郴州示例(集团)有限公司"
    firm.save()

    account = enter(fresh(application), holder=" 郴州示例（集团） 有限公司 ")

    assert account.holder == "郴州示例(集团)有限公司"


@pytest.mark.parametrize("holder", ["", "李工", "郴州示例有限公司分公司", "郴州示例有限公"])
def test_an_account_in_another_name_is_refused(application, holder):
    firm = application.organisation
    firm.name_zh = "郴州示例有限公司"
    firm.save()

    with refuses("holder"):
        enter(fresh(application), holder=holder)


@pytest.mark.parametrize("number", ["", "1234567", "1" * 33, "12345678x", "６２２２ abcd"])
def test_a_number_that_is_none_is_refused(application, number):
    with refuses("number"):
        enter(application, number=number)


@pytest.mark.parametrize("number", ["12345678", "1" * 32, "６２２２-0200 0000"])
def test_eight_to_thirty_two_digits_are_a_number_however_they_are_typed(application, number):
    assert enter(application, number=number).number.isascii()


def test_given_twice_it_is_one_and_another_one_replaces_what_waits(application):
    first = enter(application)

    assert enter(application).pk == first.pk
    second = enter(application, number=OTHER)

    first.refresh_from_db()
    assert (first.state, second.state) == (AccountState.REPLACED, AccountState.ENTERED)
    assert PayeeAccount.objects.count() == 2


@pytest.mark.parametrize("state", [State.CLEARED, State.PAID, State.PUBLICITY])
def test_there_is_no_account_before_the_award_nor_after_the_payment(state):
    application = ApplicationFactory(state=state)

    with refuses("state"):
        enter(application)


# ---------------------------------------------------------------- confirming
def test_finance_confirms_what_it_types_again_from_the_paper_and_payment_can_begin(who, application):
    account = enter(application)

    with refuses("number"):
        accounts.confirm(account, by=who.finance, number=OTHER)
    confirmed = accounts.confirm(account, by=who.finance, number="6222 0200 0000 1234 567")

    assert (confirmed.state, confirmed.decided_by) == (AccountState.CONFIRMED, who.finance)
    assert fresh(application).state == State.PAYING
    assert Notice.objects.filter(kind="account-confirmed", recipient=application.started_by).count() == 1
    with refuses("state"):
        accounts.confirm(account, by=who.finance, number=NUMBER)


def test_nobody_confirms_who_may_not_or_belongs_to_the_firm(who, application):
    account = enter(application)
    MembershipFactory(user=who.cashier, organisation=application.organisation)

    for by in (who.clerk, who.leader, administrator(application), User.objects.get(pk=who.cashier.pk)):
        with pytest.raises(PermissionDenied):
            accounts.confirm(account, by=by, number=NUMBER)
    refused(
        "UPDATE subsidies_payeeaccount SET state = 'confirmed', decided_by_id = entered_by_id, decided_at = entered_at"
        " WHERE id = %s",
        account.pk,
        match="payeeaccount_four_eyes",
    )


def test_what_is_sent_back_has_a_reason_and_another_one_is_given(who, application):
    account = enter(application)
    with refuses(None):
        accounts.refuse(account, by=who.finance, reason="")

    accounts.refuse(account, by=who.finance, reason="与收据上的账号不一致")

    assert (fresh(application).state, PayeeAccount.objects.get().reason) == (State.AWARDED, "与收据上的账号不一致")
    assert Notice.objects.get(kind="account-refused", recipient=application.started_by).facts["reason"]
    assert enter(application).state == AccountState.ENTERED


def test_a_firm_that_was_renamed_meanwhile_gives_its_account_anew(who, application):
    account, firm = enter(application), application.organisation
    firm.name_zh = "更名后有限公司"
    firm.save()

    with refuses("holder"):
        accounts.confirm(account, by=who.finance, number=NUMBER)
    refused(
        "UPDATE subsidies_payeeaccount SET state = 'confirmed', decided_by_id = %s, decided_at = entered_at"
        " WHERE id = %s",
        who.finance.pk,
        account.pk,
        match="in the name of the firm",
    )


# ---------------------------------------------------------------- changing
def test_a_change_is_confirmed_again_and_what_was_prepared_is_cancelled(who):
    application = ApplicationFactory(state=State.PAYING)
    before, payment = application.payee_accounts.get(), payment_of(application)

    account = enter(application, number=OTHER)
    assert accounts.confirmed_account(application) == before
    with translation.override("en"):
        accounts.confirm(account, by=who.finance, number=OTHER)

    before.refresh_from_db()
    payment.refresh_from_db()
    assert (before.state, payment.state) == (AccountState.REPLACED, PaymentState.CANCELLED)
    assert payment.reason == "单位已更换收款账户。"  # in the language of the record, whoever acts
    assert accounts.confirmed_account(application) == account
    assert fresh(application).state == State.PAYING


@pytest.mark.parametrize("state", [PaymentState.APPROVED, PaymentState.PAID])
def test_it_does_not_change_while_a_payment_is_on_its_way_to_it(state):
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "1.00", state)

    with refuses("used"):
        enter(application, number=OTHER)
    refused("UPDATE subsidies_payeeaccount SET state = 'replaced'", match="while a payment uses it")


def test_it_changes_where_the_bank_has_returned_a_payment(who):
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "500000.00", PaymentState.PAID, payer="county")
    payment_of(application, "1500000.00", PaymentState.RETURNED)

    account = accounts.confirm(enter(application, number=OTHER), by=who.finance, number=OTHER)

    assert accounts.confirmed_account(application) == account


def test_the_same_account_again_is_no_change():
    application = ApplicationFactory(state=State.PAYING)
    confirmed = application.payee_accounts.get()

    with refuses("state"):
        enter(application, bank=confirmed.bank, number=confirmed.number)


# ---------------------------------------------------------------- on the page
def account_page(application):
    return reverse("subsidies:application_account", args=[application.public_id])


def test_the_administrator_gives_the_account_on_a_form(application):
    client = client_for(administrator(application))
    assert account_page(application) in client.get(application.get_absolute_url()).text

    told = {"holder": application.organisation.name_zh, "bank": BANK, "number": NUMBER}
    answer = client.post(account_page(application), told)

    assert (answer.status_code, PayeeAccount.objects.get().number) == (302, WHOLE)
    text = client.get(application.get_absolute_url()).text
    assert f"{BANK} •••• 4567" in text
    assert WHOLE not in text


def test_a_refused_number_does_not_come_back_in_the_page(application):
    told = {"holder": "另一单位", "bank": BANK, "number": NUMBER}

    answer = client_for(administrator(application)).post(account_page(application), told)

    assert answer.status_code == 400
    assert NUMBER not in answer.text
    assert 'value="另一单位"' in answer.text
    assert not PayeeAccount.objects.exists()


def test_who_gives_no_account_is_refused_and_who_sees_nothing_finds_nothing(application):
    assert client_for(application.started_by).get(account_page(application)).status_code == 403
    assert client_for(UserFactory()).get(account_page(application)).status_code == 404


# ---------------------------------------------------------------- past every verb
def test_the_database_takes_no_account_in_another_name_nor_one_that_is_confirmed_from_the_start(application):
    insert = (
        "INSERT INTO subsidies_payeeaccount (application_id, holder, bank, number, last_digits, state, reason,"
        " entered_by_id, entered_at) VALUES (%s, %s, 'x', 'x', '1234', %s, '', %s, '2026-01-01')"
    )
    by, name = UserFactory().pk, application.organisation.name_zh

    refused(insert, application.pk, "李工", "entered", by, match="in the name of the firm")
    refused(insert, application.pk, name, "confirmed", by, match="is entered")
    refused(insert, ApplicationFactory(state=State.CLEARED).pk, name, "entered", by, match="once awarded")


def test_the_database_keeps_every_account_as_it_was_given(application):
    account = account_of(application)

    for change in ("number = 'x'", "holder = 'x'", "bank = 'x'", "last_digits = '0000'", "state = 'entered'"):
        refused(f"UPDATE subsidies_payeeaccount SET {change} WHERE id = %s", account.pk, match="subsidies_payeeaccount")
    refused("DELETE FROM subsidies_payeeaccount WHERE id = %s", account.pk, match="is kept")


def test_the_database_pays_nothing_before_an_account_is_confirmed(application):
    move = "UPDATE subsidies_application SET state = 'paying', version = version + 1 WHERE id = %s"

    refused(move, application.pk, match="needs a confirmed account")
    account_of(application, AccountState.ENTERED)
    refused(move, application.pk, match="needs a confirmed account")
