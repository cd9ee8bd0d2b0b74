"""Whose turn it is between the public notice and the last cent, on the desk and for notices."""

import pytest

from accounts.enums import PersonKind
from subsidies.audiences import whose_turn
from subsidies.awarding import documents
from subsidies.enums import AccountState, PaymentState, State
from subsidies.models import Application
from subsidies.turns import next_move, waiting_for
from tests.factories_accounts import UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.awarding.people import cleared, drafted, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return people()


def awaited(who):
    found = {}
    for name, person in who._asdict().items():
        for application in Application.objects.filter(waiting_for(person)).annotate(move=next_move(person)):
            found[name] = application.move
    return found


FINANCE = ("finance", "approver", "cashier")


def all_of_finance(move):
    return dict.fromkeys(FINANCE, move)


def told(application):
    return set(whose_turn(Application.objects.get(pk=application.pk)))


def test_a_clerk_prepares_the_document_finance_countersigns_and_a_leader_issues(who):
    (application,) = cleared()
    assert awaited(who) == {"clerk": "prepare_award", "head": "prepare_award"}
    assert told(application) == {who.clerk, who.head}

    document = drafted(who, application)
    assert awaited(who) == all_of_finance("countersign")
    assert told(application) == {who.finance, who.approver, who.cashier}

    documents.countersign(document, by=who.finance)
    assert awaited(who) == {"leader": "issue"}
    assert told(application) == {who.leader}


def test_the_firm_gives_the_account_and_finance_confirms_it(who):
    application = ApplicationFactory(state=State.AWARDED)
    administrator = person_of(application.organisation)
    assert awaited(who) == {}
    assert administrator in told(application)

    account_of(application, AccountState.ENTERED)
    assert awaited(who) == all_of_finance("confirm_account")
    assert told(application) == {who.finance, who.approver, who.cashier}


def test_another_person_approves_and_another_one_executes(who):
    application = ApplicationFactory(state=State.PAYING)
    assert awaited(who) == all_of_finance("prepare_payment")

    payment = payment_of(application, prepared_by=who.finance)
    assert awaited(who) == {"approver": "approve_payment", "cashier": "approve_payment", "leader": "approve_payment"}
    assert told(application) == {who.approver, who.cashier, who.leader}

    payment.state, payment.approved_by, payment.approved_at = "approved", who.approver, payment.prepared_at
    payment.save()
    assert awaited(who) == {"finance": "execute_payment", "cashier": "execute_payment"}
    assert told(application) == {who.finance, who.cashier}


def test_a_share_that_came_back_is_prepared_anew(who):
    application = ApplicationFactory(state=State.PAYING)
    payment_of(application, "500000.00", PaymentState.PAID, payer="county")
    payment_of(application, "1500000.00", PaymentState.RETURNED)

    assert awaited(who) == all_of_finance("prepare_payment")


@pytest.mark.parametrize("state", [State.CLEARED, State.AWARDED, State.PAYING])
def test_nobody_with_an_interest_is_awaited(who, state):
    for person in (who.clerk, who.finance, staff(PersonKind.BUREAU_LEADER)):
        application = ApplicationFactory(state=state, started_by=person)
        assert person not in told(application)
        assert not Application.objects.filter(pk=application.pk).filter(waiting_for(person)).exists()
    assert UserFactory()
