"""Money paid by many at the same moment. Needs row locks, hence PostgreSQL."""

import pytest

from common.calendar import shanghai_today
from subsidies import budgets
from subsidies.awarding import documents, payments
from subsidies.enums import EntryKind, State
from subsidies.models import Award, BudgetEntry, Payment
from tests.factories_decision import AMOUNT
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import approved, cleared, drafted, fresh, people
from tests.together import tallied

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
RIVALS, THREADS = 60, 8


def test_sixty_executions_of_one_payment_make_one():
    who, application = people(), ApplicationFactory(state=State.PAYING)
    (payment,) = approved(who, application)

    def execute(number):
        payments.execute(payment, by=who.cashier, paid_on=shanghai_today(), voucher_number=f"PZ-{number}")

    results = tallied(*(lambda number=number: execute(number) for number in range(RIVALS)))

    assert results == {"done": 1, "state": RIVALS - 1}
    assert BudgetEntry.objects.filter(kind=EntryKind.PAY).count() == 1
    assert budgets.standing_of(application) == {"paid": AMOUNT}
    assert fresh(application).steps.filter(action="settle").count() == 1


def test_a_double_click_in_the_same_words_is_answered_alike_and_pays_once():
    who, application = people(), ApplicationFactory(state=State.PAYING)
    (payment,) = approved(who, application)
    told = {"by": who.cashier, "paid_on": shanghai_today(), "voucher_number": "PZ-1"}

    results = tallied(*(lambda: payments.execute(payment, **told) for _ in range(THREADS)))

    assert results == {"done": THREADS}
    assert BudgetEntry.objects.filter(kind=EntryKind.PAY).count() == 1


def test_eight_who_prepare_the_shares_at_once_prepare_them_once():
    who, application = people(), ApplicationFactory(state=State.PAYING)

    results = tallied(
        *(lambda: payments.prepare(application, by=who.finance, shares={"city": AMOUNT}) for _ in range(THREADS))
    )

    assert results == {"done": 1, "state": THREADS - 1}
    assert Payment.objects.count() == 1


def test_sixty_who_issue_a_document_give_each_award_once():
    who, applications = people(), cleared(3)
    document = documents.countersign(drafted(who, *applications), by=who.finance)

    results = tallied(*(lambda: documents.issue(document, by=who.leader) for _ in range(RIVALS)))

    assert results == {"done": 1, "state": RIVALS - 1}
    assert Award.objects.count() == 3
    assert [budgets.standing_of(each) for each in applications] == [{"committed": AMOUNT}] * 3
