"""Eight at the same moment with notice, award and money, and each race a second time with its lock taken away.

Without the lock both have read before either writes, the triggers look away, and what must never be comes to be: a
race that cannot be lost shows nothing. Needs row locks, hence PostgreSQL. See also awarding/test_payment_races.py.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from common.calendar import shanghai_today
from subsidies import budgets, cross_checks, workflow
from subsidies.awarding import accounts, payments
from subsidies.awarding.revoking import revoke
from subsidies.enums import State
from subsidies.follow_up import recovering
from subsidies.models import Application, BudgetEntry, CrossCheckHit, Objection, Payment, PublicNotice
from subsidies.publicity import answering, clearing, objecting
from tests.factories_awarding import payment_of
from tests.factories_decision import AMOUNT
from tests.factories_follow_up import proposed
from tests.factories_subsidies import ApplicationFactory, CallFactory
from tests.plain_sql import run
from tests.subsidies.awarding.people import administrator, cleared, drafted, given_account, people
from tests.subsidies.publicity.desk import GROUNDS, PERSON, paper
from tests.subsidies.unlocked import raced, reading_first, twice_is_let

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
THREADS = 8
WHOLE = {"city": AMOUNT}


@contextmanager
def without_locks(monkeypatch, *, until=(Application, PublicNotice)):
    """Each of two threads reads the first such row, which it would lock, and waits for the other to have read too."""
    read = reading_first(*until)
    with monkeypatch.context() as patched:
        for module in (workflow, payments, accounts, recovering):
            patched.setattr(module, "locked", read(Application))
        patched.setattr("subsidies.awarding.revoking.locked", read(Application))
        patched.setattr(payments, "_locked_row", read(Payment))
        patched.setattr(budgets, "locked", lambda budget: budget)
        for module in (clearing, objecting, answering):
            patched.setattr(module, "locked_notice", read(PublicNotice))
        yield


def fresh(row):
    return type(row).objects.get(pk=row.pk)


# ---------------------------------------------------------------- the races
def paid(who, state="approved"):
    application = ApplicationFactory(state=State.PAYING)
    return application, payment_of(application, state=state)


def execute(who, payment, voucher):
    return payments.execute(payment, by=who.cashier, paid_on=shanghai_today(), voucher_number=voucher)


def send_back(who, payment):
    return payments.record_return(payment, by=who.cashier, returned_on=shanghai_today(), reason="户名不符")


def test_a_return_that_eight_record_gives_the_money_back_once():
    who = people()
    application, payment = paid(who)
    execute(who, payment, "PZ-1")

    results = raced(*(lambda: send_back(who, payment) for _ in range(THREADS)))

    assert results == {"done": 1, "state": THREADS - 1}
    assert budgets.standing_of(application) == {"committed": AMOUNT}


def returned_and_recovered(who):
    """The bank sends back what a leader decides to recover."""
    application, payment = paid(who)
    execute(who, payment, "PZ-1")
    recovery = proposed(fresh(application))
    decide = {"by": who.leader, "document_number": "郴科发〔2026〕9号"}
    return application, (
        lambda: send_back(who, payment),
        lambda: recovering.decide(recovery, **decide),
    )


def test_what_the_bank_returns_is_not_recovered_as_well():
    who = people()
    application, calls = returned_and_recovered(who)

    assert raced(*calls)["done"] == 1

    standing = {State.PAYING: {"committed": AMOUNT}, State.RECOVERY: {"paid": AMOUNT}}
    assert budgets.standing_of(application) == standing[fresh(application).state]


def test_the_control_without_the_lock_is_returned_and_recovered(monkeypatch):
    who = people()
    _application, calls = returned_and_recovered(who)

    with twice_is_let(), without_locks(monkeypatch):
        results = raced(*calls, held=False)

    assert results == {"done": 2}


def objected_and_cleared():
    """The last objection is on its way while the clock comes round."""
    application = ApplicationFactory(state=State.PUBLICITY)
    notice = PublicNotice.objects.get(state="published")
    run("SET session_replication_role = replica")
    last_day = shanghai_today() - timedelta(days=1)
    run("UPDATE subsidies_publicnotice SET ends_on = %s WHERE id = %s", last_day, notice.pk)
    run("SET session_replication_role = DEFAULT")
    entry = notice.entries.get()
    return application, (
        lambda: objecting.object_to(entry, PERSON, text=GROUNDS, evidence=[paper()]),
        clearing.clear_due,
    )


@pytest.fixture
def still_in_time(monkeypatch, settings, tmp_path):
    """For the objection alone, whose transaction began before midnight: its moment is that of the day before."""
    settings.MEDIA_ROOT = tmp_path
    began = objecting.moment_of_transaction
    for module in (objecting, clearing):
        monkeypatch.setattr(module, "moment_of_transaction", lambda: began() - timedelta(days=1))


def test_nothing_is_cleared_with_the_objection_that_came_meanwhile(still_in_time):
    application, calls = objected_and_cleared()

    results = raced(*calls)

    has_objection = Objection.objects.filter(state="open").exists()
    assert fresh(application).state == (State.PUBLICITY if has_objection else State.CLEARED)
    assert results == ({"done": 2} if has_objection else {"done": 1, "late": 1})


def test_the_control_without_the_lock_is_cleared_and_objected_to(monkeypatch, still_in_time):
    application, calls = objected_and_cleared()

    with without_locks(monkeypatch):
        results = raced(*calls, held=False)

    assert results == {"done": 2}
    assert (fresh(application).state, Objection.objects.filter(state="open").count()) == (State.CLEARED, 1)


NEW = "4300123456789000"


def paid_and_moved(who):
    """Finance confirms another account while the cashier pays to the first."""
    application, payment = paid(who, "prepared")
    account = accounts.enter(application, by=administrator(application), **given_account(application, number=NEW))
    return (
        payment,
        account,
        (
            lambda: payments.approve(payment, by=who.approver),
            lambda: accounts.confirm(account, by=who.finance, number=NEW),
        ),
    )


def test_a_payment_goes_to_the_account_that_stays_confirmed():
    who = people()
    payment, account, calls = paid_and_moved(who)

    assert raced(*calls)["done"] == 1

    is_moved = fresh(account).state == "confirmed"
    assert fresh(payment).state == ("cancelled" if is_moved else "approved")


def test_the_control_without_the_lock_is_approved_to_an_account_that_is_gone(monkeypatch):
    who = people()
    _payment, account, calls = paid_and_moved(who)

    with without_locks(monkeypatch):
        results = raced(*calls, held=False)

    assert results == {"done": 2}
    assert fresh(account).state == "confirmed"


def paid_and_revoked(who):
    application = ApplicationFactory(state=State.PAYING)
    return application, (
        lambda: payments.prepare(application, by=who.finance, shares=WHOLE),
        lambda: revoke(application, by=who.leader, reason="材料不实"),
    )


def test_an_award_is_revoked_or_being_paid_but_never_both():
    who = people()
    application, calls = paid_and_revoked(who)

    assert raced(*calls)["done"] == 1

    assert (fresh(application).state == State.ANNULLED) != Payment.objects.exists()


def test_the_control_without_the_lock_is_revoked_with_a_payment(monkeypatch):
    who = people()
    application, calls = paid_and_revoked(who)

    with without_locks(monkeypatch):
        results = raced(*calls, held=False)

    assert results == {"done": 2}
    assert fresh(application).state == State.ANNULLED
    assert Payment.objects.filter(state="prepared").exists()


def test_the_control_without_the_lock_is_paid_more_than_once(monkeypatch):
    who, application = people(), ApplicationFactory(state=State.PAYING)
    payment = payment_of(application, AMOUNT / 2, state="approved")

    with twice_is_let(), without_locks(monkeypatch, until=(Payment,)):
        results = raced(*(lambda n=n: execute(who, payment, f"PZ-{n}") for n in range(2)), held=False)
        entries = BudgetEntry.objects.filter(kind="pay").count()

    assert (results["done"], entries) == (2, 2)


# ---------------------------------------------------------------- one thing found, or given, by several at once
def test_of_eight_who_give_one_number_to_their_documents_one_does_and_the_others_hear_a_sentence():
    who, waiting = people(), cleared(THREADS)

    became = raced(*[lambda each=each: drafted(who, each) for each in waiting])

    assert became == {"done": 1, "ValidationError": THREADS - 1}


def test_eight_applications_for_one_thing_find_each_other_at_once_and_each_pair_is_told_once():
    call = CallFactory()
    same = [ApplicationFactory(call=call, state=State.FORM_CHECK, project_name="氟化工中试") for _ in range(THREADS)]

    became = raced(*[lambda each=each: cross_checks.run(each) for each in same])

    assert became == {"done": THREADS}
    assert CrossCheckHit.objects.filter(kind="project").count() == THREADS * (THREADS - 1)
