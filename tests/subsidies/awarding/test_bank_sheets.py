from io import BytesIO
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.enums import MembershipRole
from common.calendar import shanghai_today
from common.models import JournalEntry
from common.spreadsheet import read_xlsx, write_xlsx
from subsidies.awarding import bank_sheets
from subsidies.enums import EntryKind, PaymentState, State
from subsidies.models import Application, BudgetEntry, Payment
from tests.factories_accounts import MembershipFactory
from tests.factories_awarding import NUMBER, payment_of
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import People, people
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
TITLES = ["payment", "paid on", "number of the voucher", "amount (yuan)"]
TODAY = shanghai_today().isoformat


class World(NamedTuple):
    who: People
    application: Application
    other: Application


def make_world() -> World:
    return World(people(), *(ApplicationFactory(state=State.PAYING) for _ in range(2)))


who, application, other = parts(World)


def approved(*applications, **fields):
    return [payment_of(row, state=PaymentState.APPROVED, **fields) for row in applications]


def exported(user):
    file = BytesIO()
    bank_sheets.export(by=user, file=file)
    return read_xlsx(file)


def row(payment, **cells):
    given = {"paid_on": TODAY(), "voucher": f"PZ-{payment.pk}", "amount": str(payment.amount_yuan), **cells}
    return [str(payment.pk), given["paid_on"], given["voucher"], given["amount"]]


def planned(user, *rows, titles=TITLES):
    return bank_sheets.lines_of([titles, *rows], by=user)


def workbook(*rows, titles=TITLES):
    file = BytesIO()
    write_xlsx(titles, rows, sheet="x", file=file)
    return SimpleUploadedFile("bank.xlsx", file.getvalue())


# ---------------------------------------------------------------- out
def test_the_list_for_the_bank_holds_what_is_approved_with_whole_numbers(who, application, other):
    (payment,) = approved(application)
    payment_of(other)  # prepared alone

    _titles, *rows = exported(who.cashier)

    assert len(rows) == 1
    firm = payment.award.organisation.name_zh
    assert rows[0] == [
        str(payment.pk),
        "",
        "",
        "2000000",
        payment.get_payer_display(),
        firm,
        "示例银行郴州分行",
        NUMBER,
        payment.award.document_number,
        payment.award.application.number,
    ]
    entry = JournalEntry.objects.get(action="export", object_type="subsidies.payment")
    assert (entry.actor_id, entry.changes) == (who.cashier.pk, {"payments": [None, str(payment.pk)]})
    assert NUMBER not in str(entry.changes)


def test_nobody_else_takes_the_list(who):
    for person in (who.clerk, who.head, who.leader):
        with pytest.raises(PermissionDenied):
            exported(person)
        assert client_for(person).post(reverse("admin:subsidies_payment_bank")).status_code == 403
    assert client_for(who.cashier).get(reverse("admin:subsidies_payment_bank")).status_code == 405
    assert client_for(who.cashier).post(reverse("admin:subsidies_payment_bank")).status_code == 200


def test_the_payment_of_a_firm_of_ones_own_is_on_nobodys_list_and_is_said_to_be_anothers(who, application, other):
    own, theirs = approved(application, other)
    MembershipFactory(user=who.cashier, organisation=own.award.organisation, role=MembershipRole.READER)
    cashier = type(who.cashier).objects.get(pk=who.cashier.pk)

    _titles, *rows = exported(cashier)
    refused, possible = planned(cashier, row(own), row(theirs))

    assert [cells[0] for cells in rows] == [str(theirs.pk)]
    assert (len(refused.problems), refused.payment, possible.problems) == (1, None, [])


# ---------------------------------------------------------------- back in
def test_the_same_sheet_filled_in_records_every_payment(who, application, other):
    first, second = approved(application, other)
    with translation.override("zh-hans"):
        titles, *rows = exported(who.cashier)
    for number, cells in enumerate(rows):
        cells[1:3] = [TODAY(), f"PZ-{number}"]

    count = bank_sheets.apply(planned(who.cashier, *rows, titles=titles), by=who.cashier)

    assert count == 2
    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.PAID}
    assert {first.award.application_id, second.award.application_id} == set(
        BudgetEntry.objects.filter(kind=EntryKind.PAY).values_list("application", flat=True)
    )


def test_rows_that_are_not_filled_in_are_left_out(who, application, other):
    first, second = approved(application, other)

    lines = planned(who.cashier, row(first), row(second, paid_on="", voucher=""))

    assert [line.number for line in lines] == [2]


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({"paid_on": "12月6日"}, 1),
        ({"paid_on": "", "voucher": "PZ-1"}, 1),
        ({"voucher": ""}, 1),
        ({"amount": "1999999.99"}, 1),
        ({"amount": "贰佰万"}, 1),
        ({"paid_on": "x", "amount": "1"}, 2),
    ],
)
def test_each_row_says_what_is_wrong_about_it(who, cells, count, application):
    (payment,) = approved(application)

    (line,) = planned(who.cashier, row(payment, **cells))

    assert len(line.problems) == count


def test_a_payment_that_is_not_waiting_twice_named_or_approved_by_oneself_is_wrong(who, application, other):
    (mine,), prepared = approved(application, approved_by=who.cashier), payment_of(other)
    (twice,) = approved(ApplicationFactory(state=State.PAYING))
    both = row(twice, voucher="a-1"), row(twice, voucher="A-1")

    lines = planned(who.cashier, row(mine), row(prepared), *both, ["x", TODAY(), "B", "1"])

    assert [len(line.problems) for line in lines] == [1, 1, 2, 2, 1]


def test_all_or_nothing(who, application, other):
    first, second = approved(application, other)
    lines = planned(who.cashier, row(first), row(second))
    lines[1].cells["voucher_number"] = lines[0].cells["voucher_number"]

    with pytest.raises(ValidationError):
        bank_sheets.apply(lines, by=who.cashier)

    assert set(Payment.objects.values_list("state", flat=True)) == {PaymentState.APPROVED}
    assert not BudgetEntry.objects.filter(kind=EntryKind.PAY).exists()


@pytest.mark.parametrize("titles", [["payment"], ["a", "b", "c", "d"], []])
def test_a_sheet_without_its_columns_is_refused(who, titles):
    with pytest.raises(ValidationError):
        planned(who.cashier, ["1", "2", "3", "4"], titles=titles)


# ---------------------------------------------------------------- on the desk
def test_a_preview_first_then_all_of_it(who, application):
    (payment,) = approved(application)
    client, address = client_for(who.cashier), reverse("admin:subsidies_payment_reconcile")

    preview = client.post(address, {"file": workbook(row(payment))})
    payment.refresh_from_db()
    assert (preview.status_code, payment.state) == (200, PaymentState.APPROVED)
    client.post(reverse("admin:subsidies_payment_confirm"), {"preview": preview.context["sealed"]})

    payment.refresh_from_db()
    assert (payment.state, payment.voucher_number) == (PaymentState.PAID, f"PZ-{payment.pk}")
    again = client.post(reverse("admin:subsidies_payment_confirm"), {"preview": preview.context["sealed"]})
    assert again.headers["Location"] == address
    assert BudgetEntry.objects.filter(kind=EntryKind.PAY).count() == 1


def test_a_wrong_row_is_shown_and_nothing_can_be_confirmed(who, application):
    (payment,) = approved(application)

    answer = client_for(who.cashier).post(
        reverse("admin:subsidies_payment_reconcile"), {"file": workbook(row(payment, amount="1"))}
    )

    assert (answer.status_code, answer.context["sealed"]) == (400, "")


def test_a_preview_is_its_readers_own(who, application):
    (payment,) = approved(application)
    preview = client_for(who.cashier).post(
        reverse("admin:subsidies_payment_reconcile"), {"file": workbook(row(payment))}
    )

    client_for(who.finance).post(reverse("admin:subsidies_payment_confirm"), {"preview": preview.context["sealed"]})
    client_for(who.cashier).post(reverse("admin:subsidies_payment_confirm"), {"preview": "x"})

    payment.refresh_from_db()
    assert payment.state == PaymentState.APPROVED
    assert client_for(who.clerk).get(reverse("admin:subsidies_payment_reconcile")).status_code == 403
