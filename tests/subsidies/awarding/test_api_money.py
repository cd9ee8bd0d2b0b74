"""Award, account and payments by API; see subsidies/api/money.py."""

import pytest

from accounts.enums import PersonKind
from subsidies.enums import AccountState, PaymentState, State
from subsidies.models import PayeeAccount
from tests.factories_accounts import UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.awarding.people import BANK, NUMBER, administrator, given_account

pytestmark = pytest.mark.django_db
WHOLE = NUMBER.replace(" ", "")


def at(application, part):
    return f"applications/{application.public_id}/{part}/"


def put(user, application, content):
    caller = Caller(user)
    return caller.client.put(f"/api/v1/{at(application, 'account')}", content, content_type="application/json")


def test_the_administrator_gives_the_account_and_reads_its_last_digits():
    application = ApplicationFactory(state=State.AWARDED)

    answers = [put(administrator(application), application, given_account(application)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    latest = answers[0].json()["latest"]
    assert latest["entered_at"]
    del latest["entered_at"]
    assert latest == {
        "holder": application.organisation.name_zh,
        "bank": BANK,
        "last_digits": "4567",
        "state": "entered",
        "reason": None,
    }
    assert answers[0].json()["confirmed"] is None
    assert WHOLE not in answers[0].text
    assert PayeeAccount.objects.get().number == WHOLE


def test_others_of_the_firm_may_read_it_and_strangers_find_nothing():
    application = ApplicationFactory(state=State.AWARDED)
    account_of(application, AccountState.ENTERED)

    assert problem(put(application.started_by, application, given_account(application)))[0] == 403
    assert Caller(application.started_by).get(at(application, "account")).json()["latest"]["last_digits"] == "4567"
    for user in (UserFactory(), staff(PersonKind.FINANCE)):
        assert Caller(user).get(at(application, "account")).status_code == 404


@pytest.mark.parametrize(
    ("state", "change", "status"),
    [
        (State.AWARDED, {"holder": "李工"}, 400),
        (State.AWARDED, {"number": "1"}, 400),
        (State.AWARDED, {"number": ""}, 400),
        (State.AWARDED, {"pin": "1"}, 400),
        (State.PUBLICITY, {}, 409),
    ],
)
def test_what_does_not_fit_is_refused_as_on_the_page(state, change, status):
    application = ApplicationFactory(state=state)

    answer = put(administrator(application), application, given_account(application) | change)

    assert problem(answer)[0] == status
    assert not PayeeAccount.objects.exists()


def test_the_firm_reads_its_award_and_what_has_left_for_it():
    application = ApplicationFactory(state=State.PAYING)
    paid = payment_of(application, "1500000.00", PaymentState.PAID)
    payment_of(application, "500000.00", payer="county")  # prepared: the bureau's own yet

    answer = Caller(application.started_by).get(at(application, "payments")).json()

    assert answer["award"]["document_number"] == application.award.document_number
    assert answer["award"]["check_url"].endswith(f"/award-check/{application.award.document.check_code.hex}/")
    assert answer["payments"] == [
        {
            "id": paid.pk,
            "payer": "city",
            "amount_yuan": "1500000.00",
            "state": "paid",
            "paid_on": paid.paid_on.isoformat(),
            "returned_on": None,
            "last_digits": "4567",
            "reason": None,
        }
    ]


def test_the_history_tells_award_and_payments_alike_and_null_before_the_award():
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "1500000.00", PaymentState.PAID)
    caller = Caller(application.started_by)

    history = caller.get(at(application, "history"))

    assert history.json()["money"] == caller.get(at(application, "payments")).json()
    assert WHOLE not in history.text
    before = ApplicationFactory(state=State.CLEARED)
    assert Caller(before.started_by).get(at(before, "history")).json()["money"] is None
    assert Caller(UserFactory()).get(at(application, "history")).status_code == 404


def test_there_is_nothing_to_read_before_the_award():
    application = ApplicationFactory(state=State.CLEARED)

    assert Caller(application.started_by).get(at(application, "payments")).status_code == 404


def test_finance_reads_all_payments_page_by_page_and_no_whole_number(django_assert_max_num_queries):
    for _ in range(3):
        payment_of(ApplicationFactory(state=State.PAYING))
    caller = Caller(staff(PersonKind.FINANCE))
    caller.get("payments/")

    with django_assert_max_num_queries(6):
        answer = caller.get("payments/?page_size=2")

    assert len(answer.json()["results"]) == 2
    assert len(caller.get(answer.json()["next"].partition("/api/v1/")[2]).json()["results"]) == 1
    assert WHOLE not in answer.text


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.ADMINISTRATOR, PersonKind.ENTERPRISE])
def test_nobody_else_reads_them(kind):
    assert problem(Caller(staff(kind)).get("payments/"))[0] == 403
