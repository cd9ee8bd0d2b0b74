"""The version of what is public is one row that every such verb needs: it is taken last, so that two never wait for
each other, one holding it and one the budget or a case.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.calendar import shanghai_today
from subsidies.awarding import documents, payments
from subsidies.awarding.revoking import revoke
from subsidies.enums import PaymentState, State
from subsidies.follow_up import recovering
from subsidies.models import Application, PublicNotice
from subsidies.publicity import answering, clearing, publishing, writing
from tests.factories_awarding import payment_of
from tests.factories_decision import AMOUNT
from tests.factories_publicity import objected
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import cleared, drafted, executed, people
from tests.subsidies.publicity import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return desk.house()


@pytest.fixture
def who():
    return people()


def is_last(captured):
    """Nothing but the end of savepoints comes after the first statement that writes the version."""
    statements = [query["sql"] for query in captured]
    first = next(place for place, sql in enumerate(statements) if sql.startswith("INSERT INTO common_dataversion"))
    return [sql for sql in statements[first + 1 :] if not sql.startswith("RELEASE SAVEPOINT")] == []


def written(verb, *args, **told):
    with CaptureQueriesContext(connection) as captured:
        verb(*args, **told)
    return captured.captured_queries


def test_a_notice_is_written_and_published(house):
    applications = desk.approved(2)

    assert is_last(written(desk.written, house, *applications))

    notice = PublicNotice.objects.get()
    assert is_last(written(writing.send, notice, by=house.editor))
    assert is_last(written(publishing.publish, notice, by=house.publisher))


def test_a_notice_is_changed_given_back_and_dropped(house):
    (application,) = desk.approved()
    notice = desk.written(house, application)
    assert is_last(written(writing.change, notice, by=house.editor, applications=[application], texts=desk.TEXTS))
    writing.send(notice, by=house.editor)

    assert is_last(written(writing.give_back, notice, by=house.publisher, reason="请核对"))
    assert is_last(written(writing.drop, notice, by=house.editor))


def test_an_objection_is_upheld(house):
    notice = desk.published(house, *desk.approved(2))
    objection = objected(notice.entries.first())

    assert is_last(
        written(answering.uphold, objection, by=house.handler, answer="经核实属实", consequence="reconsider")
    )


def test_a_notice_clears():
    ApplicationFactory(state=State.PUBLICITY)

    assert is_last(written(clearing.clear, PublicNotice.objects.get(state="published")))


def test_an_award_is_issued_and_revoked(who):
    application, other = cleared(2)
    document = documents.countersign(drafted(who, application, other), by=who.finance)

    assert is_last(written(documents.issue, document, by=who.leader))
    assert is_last(written(revoke, application, by=who.leader, reason="材料不实"))


def test_a_payment_is_executed_and_returned(who):
    payment = payment_of(ApplicationFactory(state=State.PAYING), state=PaymentState.APPROVED)

    assert is_last(written(executed, who, payment))

    returned = {"returned_on": shanghai_today(), "reason": "户名不符"}
    assert is_last(written(payments.record_return, payment, by=who.cashier, **returned))


def test_a_recovery_comes_back_whole(who):
    application = Application.objects.get(pk=ApplicationFactory(state=State.RECOVERY).pk)
    recovery = application.recoveries.get()
    told = {"amount_yuan": AMOUNT, "received_on": shanghai_today(), "voucher_number": "记-1"}

    assert is_last(written(recovering.register, recovery, by=who.finance, **told))
