"""Money without what it rests on, tried by plain SQL: the ledger, the award, the payment (I6 to I11)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils import timezone

from common.calendar import shanghai_today
from subsidies.enums import Consequence, EntryKind, State, Verdict
from subsidies.models import Application, Award, Budget, BudgetChange, Payment, Repayment
from tests.factories_accounts import UserFactory
from tests.factories_awarding import awarded_without_money, document_for, issued, payment_of, revoked
from tests.factories_decision import (
    AMOUNT,
    approved_without_money,
    budget_for,
    confirmed_change,
    decided,
    given_to,
    rejected,
    upheld_and_freed,
)
from tests.factories_publicity import objected, upheld
from tests.factories_subsidies import ApplicationFactory, CallFactory, as_kept
from tests.subsidies.by_hand import by_hand, moved_by_hand
from tests.subsidies.ledgers import raw_entry
from tests.worlds import in_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
IN, OUT, RESERVE = ("source", "free"), ("free", "source"), ("free", "reserved")


def make_world() -> None:
    """One application in each state that is named here."""
    on_the_way = (State.MEETING, State.PUBLICITY_READY, State.PUBLICITY, State.CLEARED)
    for state in (*on_the_way, State.AWARDED, State.PAYING, State.PAID, State.RECOVERY, State.WITHDRAWN):
        ApplicationFactory(state=state)


# ---------------------------------------------------------------- money from outside
def money_from_nowhere() -> None:
    raw_entry(budget_for(CallFactory()), "initial", IN, AMOUNT, None)


def money_on_a_change_nobody_confirmed() -> None:
    budget = budget_for(CallFactory())
    change = BudgetChange.objects.create(
        budget=budget, kind="increase", amount_yuan=AMOUNT, reason="年中", proposed_by=UserFactory()
    )
    raw_entry(budget, "increase", IN, AMOUNT, None, change=change)


def more_money_than_was_confirmed() -> None:
    budget = budget_for(CallFactory())
    raw_entry(budget, "increase", IN, AMOUNT + 1, None, change=confirmed_change(budget, "increase", AMOUNT))


def money_of_another_kind_than_was_confirmed() -> None:
    budget = budget_for(CallFactory())
    raw_entry(budget, "increase", IN, AMOUNT, None, change=confirmed_change(budget, "decrease", AMOUNT))


def money_confirmed_for_another_budget() -> None:
    change = confirmed_change(budget_for(CallFactory()), "increase", AMOUNT)
    raw_entry(budget_for(CallFactory()), "increase", IN, AMOUNT, None, change=change)


def one_change_entered_twice() -> None:
    budget = budget_for(CallFactory())
    change = confirmed_change(budget, "increase", AMOUNT)
    for _time in range(2):
        raw_entry(budget, "increase", IN, AMOUNT, None, change=change)


def money_taken_out_without_a_change() -> None:
    raw_entry(budget_for(CallFactory()), "decrease", OUT, AMOUNT, None)


def money_carried_into_another_scheme() -> None:
    budget = budget_for(CallFactory())
    elsewhere = Budget.objects.create(scheme=CallFactory().scheme, year=budget.year + 1)
    change = confirmed_change(budget, "carried_out", AMOUNT)
    raw_entry(elsewhere, "carried_in", IN, AMOUNT, None, change=change)


def money_carried_in_without_a_change() -> None:
    raw_entry(budget_for(CallFactory()), "carried_in", IN, AMOUNT, None)


def change_inserted_as_confirmed() -> None:
    people = {"proposed_by": UserFactory(), "confirmed_by": UserFactory(), "confirmed_at": timezone.now()}
    BudgetChange.objects.create(
        budget=budget_for(CallFactory()), kind="increase", amount_yuan=AMOUNT, reason="年中", **people
    )


def confirmed_change_raised() -> None:
    change = confirmed_change(budget_for(CallFactory()), "increase", AMOUNT)
    by_hand("UPDATE subsidies_budgetchange SET amount_yuan = amount_yuan * 2 WHERE id = %s", change.pk)


# ---------------------------------------------------------------- money reserved
def reserve(application: Application, amount: Decimal = AMOUNT) -> None:
    raw_entry(budget_for(application.call), "reserve", RESERVE, amount, application)


def reserved_without_a_decision() -> None:
    reserve(in_state(State.MEETING))


def reserved_on_a_decision_nobody_released() -> None:
    application = in_state(State.MEETING)
    decided(application, Verdict.APPROVE, amount_yuan=AMOUNT, released_at=None)
    reserve(application)


def reserved_after_a_refusal() -> None:
    application = in_state(State.MEETING)
    rejected(application)
    reserve(application)


def reserved_on_an_approval_that_another_decision_followed() -> None:
    application = in_state(State.MEETING)
    approved_without_money(application)
    rejected(application)
    reserve(application)


def reserved_once_it_has_left_the_meeting() -> None:
    application = in_state(State.PUBLICITY_READY)
    upheld(application)
    release(application)
    reserve(application)


def other_sum_reserved_than_was_approved() -> None:
    call = CallFactory(amount_yuan=None, rate_percent=30, cap_yuan=AMOUNT)
    application = ApplicationFactory(call=call, state=State.MEETING)
    approved_without_money(application, AMOUNT / 4)
    reserve(application, AMOUNT / 2)


# ---------------------------------------------------------------- money committed, left again, come back
def commit(application: Application) -> None:
    raw_entry(budget_for(application.call), "commit", ("reserved", "committed"), AMOUNT, application)


def release(application: Application, pot: str = "reserved") -> None:
    raw_entry(budget_for(application.call), "release", (pot, "free"), AMOUNT, application)


def committed_without_a_document() -> None:
    commit(in_state(State.CLEARED))


def committed_on_a_document_nobody_issued() -> None:
    application = in_state(State.CLEARED)
    document_for(application)
    commit(application)


def committed_on_a_document_without_its_award() -> None:
    application = in_state(State.CLEARED)
    issued(document_for(application))
    commit(application)


def committed_while_the_notice_runs() -> None:
    commit(in_state(State.PUBLICITY))


def awarded_without_its_money() -> None:
    application = in_state(State.CLEARED)
    awarded_without_money(application)
    moved_by_hand(application, State.AWARDED)


def released_without_any_cause() -> None:
    release(in_state(State.PUBLICITY_READY))


def released_with_an_objection_open() -> None:
    application = in_state(State.PUBLICITY)
    objected(application.notice_entries.get())
    release(application)


def released_on_an_objection_of_an_earlier_round() -> None:
    application = in_state(State.PUBLICITY)
    upheld(application, Consequence.RECONSIDER)
    later = as_kept(timezone.now() + timedelta(days=1))
    by_hand("UPDATE subsidies_application SET state_since = %s WHERE id = %s", later, application.pk)
    release(application)


def released_with_the_award_in_force() -> None:
    release(in_state(State.AWARDED), "committed")


def released_though_paid_back_is_due() -> None:
    """What is paid comes back by a recovery: there is nothing committed to be released."""
    release(in_state(State.RECOVERY), "committed")


def recovered_without_a_repayment() -> None:
    recover(in_state(State.RECOVERY), AMOUNT)


def recovered_more_than_was_repaid() -> None:
    application = in_state(State.RECOVERY)
    repaid(application, AMOUNT / 2)
    recover(application, AMOUNT)


def recovered_with_the_interest() -> None:
    application = in_state(State.RECOVERY)
    repaid(application, AMOUNT / 2, interest=Decimal(100))
    recover(application, AMOUNT / 2)


def recover(application: Application, amount: Decimal) -> None:
    raw_entry(budget_for(application.call), "recover", ("paid", "recovered"), amount, application)


def repaid(application: Application, amount: Decimal, interest: Decimal = Decimal(0)) -> None:
    Repayment.objects.create(
        recovery=application.recoveries.get(),
        amount_yuan=amount,
        interest_yuan=interest,
        received_on=shanghai_today(),
        voucher_number=f"记-{application.pk}",
        registered_by=UserFactory(),
    )


# ---------------------------------------------------------------- I7: the award
def cleared_before_any_notice() -> None:
    moved_by_hand(in_state(State.PUBLICITY_READY), State.PUBLICITY)


def cleared_while_the_notice_runs() -> None:
    application = in_state(State.PUBLICITY)
    by_hand("UPDATE subsidies_publicnotice SET ends_on = %s", shanghai_today().isoformat())
    moved_by_hand(application, State.CLEARED)


def cleared_with_an_objection_open() -> None:
    application = in_state(State.PUBLICITY)
    objected(application.notice_entries.get())
    moved_by_hand(application, State.CLEARED)


def listed_for_the_award_before_the_notice_is_over() -> None:
    document = document_for(in_state(State.CLEARED))
    other = ApplicationFactory(call=document.call, state=State.PUBLICITY)
    by_hand(
        "INSERT INTO subsidies_awardentry (document_id, application_id, position, amount_yuan) "
        "VALUES (%s, %s, 2, '2000000.00')",
        document.pk,
        other.pk,
    )


def award_inserted(application: Application, **fields: Any) -> None:
    given = {
        "scheme": application.call.scheme,
        "organisation": application.organisation,
        "project_name": application.project_name,
        "application": application,
        "amount_yuan": AMOUNT,
        "awarded_on": shanghai_today(),
        "document_number": "郴科发〔2026〕1号",
        "once_key": application.once_key,
    }
    Award.objects.create(**{**given, **fields})


def award_without_a_document() -> None:
    award_inserted(in_state(State.CLEARED))


def award_on_a_document_nobody_issued() -> None:
    application = in_state(State.CLEARED)
    document = document_for(application)
    award_inserted(application, document=document, document_number=document.number)


def award_of_another_sum_than_listed() -> None:
    document = document_for(in_state(State.CLEARED))
    by_hand("UPDATE subsidies_awardentry SET amount_yuan = 1 WHERE document_id = %s", document.pk)


def awarded_twice_for_one_thing() -> None:
    award = in_state(State.AWARDED).award
    by_hand(
        "INSERT INTO subsidies_award (scheme_id, organisation_id, project_name, amount_yuan, awarded_on, "
        "document_number, once_key) VALUES (%s, %s, '同一项目', '2000000.00', '2026-01-01', '', %s)",
        award.scheme_id,
        award.organisation_id,
        award.once_key,
    )


# ---------------------------------------------------------------- I11: what was withdrawn or annulled
def withdrawn_and_awarded() -> None:
    award_inserted(in_state(State.WITHDRAWN))


def withdrawn_and_paid() -> None:
    moved_by_hand(in_state(State.WITHDRAWN), State.PAYING)


def annulled_and_paid() -> None:
    application = in_state(State.PAYING)
    account = application.payee_accounts.get()
    revoked(application)
    moved_by_hand(application, State.ANNULLED)
    pay(application, account.pk)


def annulled_after_an_objection_and_awarded() -> None:
    application = in_state(State.CLEARED)
    upheld_and_freed(application)
    moved_by_hand(application, State.ANNULLED)
    award_inserted(application)


def annulled_after_an_objection_with_its_money_reserved() -> None:
    for state in (State.PUBLICITY_READY, State.PUBLICITY):
        application = in_state(state)
        upheld_and_freed(application)
        moved_by_hand(application, State.ANNULLED)
    application = in_state(State.CLEARED)
    upheld(application)
    moved_by_hand(application, State.ANNULLED)


def decided_anew_with_its_money_reserved() -> None:
    application = in_state(State.CLEARED)
    upheld(application, Consequence.RECONSIDER)
    moved_by_hand(application, State.REVIEWED)


def annulled_after_a_revocation_with_its_money_committed() -> None:
    application = in_state(State.PAYING)
    by_hand("UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE id = %s", application.award.pk)
    moved_by_hand(application, State.ANNULLED)


def withdrawn_from_the_meeting_with_its_money_reserved() -> None:
    application = in_state(State.MEETING)
    approved_without_money(application)
    reserve(application)
    moved_by_hand(application, State.WITHDRAWN)


def revoked_with_a_payment_under_way() -> None:
    application = in_state(State.PAYING)
    payment_of(application)
    by_hand("UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE id = %s", application.award.pk)


def pay(application: Application, account: int, amount: str = "2000000.00", state: str = "prepared") -> None:
    by_hand(
        "INSERT INTO subsidies_payment (award_id, payer, amount_yuan, account_id, state, prepared_by_id, prepared_at,"
        " voucher_number, reason) VALUES (%s, 'city', %s, %s, %s, %s, %s, '', '')",
        application.award.pk,
        amount,
        account,
        state,
        UserFactory().pk,
        as_kept(timezone.now()),
    )


# ---------------------------------------------------------------- I6, I8, I9: the payment
def paid_in(state: str = "prepared") -> Payment:
    return payment_of(in_state(State.PAYING), state=state)


def executed_by_whoever_approved_it() -> None:
    payment = paid_in("approved")
    application = payment.award.application
    raw_entry(budget_for(application.call), "pay", ("committed", "paid"), AMOUNT, application, payment)
    by_hand(
        "UPDATE subsidies_payment SET state = 'paid', executed_by_id = approved_by_id, paid_on = '2026-01-01',"
        " voucher_number = 'X' WHERE id = %s",
        payment.pk,
    )


def preparer_changed_to_let_them_approve() -> None:
    by_hand("UPDATE subsidies_payment SET prepared_by_id = %s WHERE id = %s", UserFactory().pk, paid_in().pk)


def payment_inserted_as_approved() -> None:
    application = in_state(State.PAYING)
    pay(application, application.payee_accounts.get().pk, state="approved")


def approval_skipped() -> None:
    by_hand(
        "UPDATE subsidies_payment SET state = 'paid', approved_by_id = %s, approved_at = prepared_at,"
        " executed_by_id = prepared_by_id, paid_on = '2026-01-01', voucher_number = 'X' WHERE id = %s",
        UserFactory().pk,
        paid_in().pk,
    )


def document_signed_by_whoever_prepared_it() -> None:
    document = document_for(in_state(State.CLEARED))
    by_hand(
        "UPDATE subsidies_awarddocument SET state = 'countersigned', countersigned_by_id = prepared_by_id,"
        " countersigned_at = created_at WHERE id = %s",
        document.pk,
    )


def paid_more_than_the_award() -> None:
    application = in_state(State.PAYING)
    pay(application, application.payee_accounts.get().pk, "2000000.01")


def amount_of_a_payment_raised() -> None:
    by_hand("UPDATE subsidies_payment SET amount_yuan = amount_yuan + 1 WHERE id = %s", paid_in("approved").pk)


def paid_twice_under_another_payer() -> None:
    application = in_state(State.PAID)
    pay(application, application.payee_accounts.get().pk)


def entered_twice_in_the_ledger() -> None:
    payment = paid_in("paid")
    application = payment.award.application
    raw_entry(budget_for(application.call), "pay", ("committed", "paid"), AMOUNT, application, payment)


def called_paid_with_a_share_missing() -> None:
    application = in_state(State.PAYING)
    payment_of(application, "1999999.99", "paid")
    moved_by_hand(application, State.PAID)


# ---------------------------------------------------------------- I10: what is paid
def paid_row_deleted() -> None:
    by_hand("DELETE FROM subsidies_payment WHERE id = %s", paid_in("paid").pk)


def paid_row_taken_back() -> None:
    by_hand("UPDATE subsidies_payment SET state = 'approved' WHERE id = %s", paid_in("paid").pk)


def paid_row_lowered() -> None:
    by_hand("UPDATE subsidies_payment SET amount_yuan = amount_yuan - 1 WHERE id = %s", paid_in("paid").pk)


def returned_without_the_ledger() -> None:
    by_hand("UPDATE subsidies_payment SET state = 'returned' WHERE id = %s", paid_in("paid").pk)


def entry_of_a_payment_deleted() -> None:
    by_hand("DELETE FROM subsidies_budgetentry WHERE payment_id = %s", paid_in("paid").pk)


def award_of_a_payment_deleted() -> None:
    by_hand("DELETE FROM subsidies_award WHERE id = %s", paid_in("paid").award_id)


def account_of_a_payment_changed() -> None:
    by_hand("UPDATE subsidies_payeeaccount SET bank = '另一家银行' WHERE id = %s", paid_in("paid").account_id)


REFUSED: list[tuple[Callable[[], None], str]] = [
    (money_from_nowhere, "by a confirmed change, once"),
    (money_on_a_change_nobody_confirmed, "by a confirmed change, once"),
    (more_money_than_was_confirmed, "by a confirmed change, once"),
    (money_of_another_kind_than_was_confirmed, "by a confirmed change, once"),
    (money_confirmed_for_another_budget, "by a confirmed change, once"),
    (one_change_entered_twice, "by a confirmed change, once"),
    (money_taken_out_without_a_change, "by a confirmed change, once"),
    (money_carried_into_another_scheme, "by a confirmed change, once"),
    (money_carried_in_without_a_change, "by a confirmed change, once"),
    (change_inserted_as_confirmed, "begins unconfirmed"),
    (confirmed_change_raised, "never changes once confirmed or declined"),
    (reserved_without_a_decision, "reserves what a meeting has approved"),
    (reserved_on_a_decision_nobody_released, "reserves what a meeting has approved"),
    (reserved_after_a_refusal, "reserves what a meeting has approved"),
    (reserved_on_an_approval_that_another_decision_followed, "reserves what a meeting has approved"),
    (reserved_once_it_has_left_the_meeting, "reserves what a meeting has approved"),
    (other_sum_reserved_than_was_approved, "reserves what a meeting has approved"),
    (committed_without_a_document, "commits what an issued award document gives"),
    (committed_on_a_document_nobody_issued, "commits what an issued award document gives"),
    (committed_on_a_document_without_its_award, "commits what an issued award document gives"),
    (committed_while_the_notice_runs, "commits what an issued award document gives"),
    (awarded_without_its_money, "needs the money of its award committed first"),
    (released_without_any_cause, "is released after an upheld objection or a revocation"),
    (released_with_an_objection_open, "is released after an upheld objection or a revocation"),
    (released_on_an_objection_of_an_earlier_round, "is released after an upheld objection or a revocation"),
    (released_with_the_award_in_force, "is released after an upheld objection or a revocation"),
    (released_though_paid_back_is_due, "takes more than the budget has|moves what stands for an application whole"),
    (recovered_without_a_repayment, "recovers what was paid back"),
    (recovered_more_than_was_repaid, "recovers what was paid back"),
    (recovered_with_the_interest, "recovers what was paid back"),
    (cleared_before_any_notice, "put in public notice by a published list alone"),
    (cleared_while_the_notice_runs, "waits for the end of its public notice"),
    (cleared_with_an_objection_open, "waits for the end of its public notice"),
    (listed_for_the_award_before_the_notice_is_over, "needs a cleared application"),
    (award_without_a_document, "comes with an issued document"),
    (award_on_a_document_nobody_issued, "comes with an issued document"),
    (award_of_another_sum_than_listed, "awardentry never changes"),
    (awarded_twice_for_one_thing, "award_once|UNIQUE"),
    (withdrawn_and_awarded, "comes with an issued document"),
    (withdrawn_and_paid, "cannot go|needs a confirmed account"),
    (annulled_and_paid, "needs an award being paid"),
    (annulled_after_an_objection_and_awarded, "comes with an issued document"),
    (annulled_after_an_objection_with_its_money_reserved, "leaves the money that stands for it first"),
    (decided_anew_with_its_money_reserved, "leaves the money that stands for it first"),
    (annulled_after_a_revocation_with_its_money_committed, "leaves the money that stands for it first"),
    (withdrawn_from_the_meeting_with_its_money_reserved, "leaves the money that stands for it first"),
    (revoked_with_a_payment_under_way, "cannot be revoked with a payment"),
    (executed_by_whoever_approved_it, "payment_four_eyes"),
    (preparer_changed_to_let_them_approve, "never changes but from step to step"),
    (payment_inserted_as_approved, "needs an award being paid|payment_is_whole"),
    (approval_skipped, "never changes but from step to step|in the ledger first"),
    (document_signed_by_whoever_prepared_it, "awarddocument_six_eyes"),
    (paid_more_than_the_award, "adds up to more than the award"),
    (amount_of_a_payment_raised, "never changes but from step to step"),
    (paid_twice_under_another_payer, "subsidies_payment"),
    (entered_twice_in_the_ledger, "subsidies_budgetentry|budgetentry_payment_once"),
    (called_paid_with_a_share_missing, "is paid with the last cent"),
    (paid_row_deleted, "payment is kept"),
    (paid_row_taken_back, "never changes"),
    (paid_row_lowered, "never changes"),
    (returned_without_the_ledger, "stands in the ledger first"),
    (entry_of_a_payment_deleted, "append-only"),
    (award_of_a_payment_deleted, "is revoked or stays"),
    (account_of_a_payment_changed, "never changes"),
]


@pytest.mark.parametrize(("attempt", "sentence"), REFUSED, ids=lambda each: getattr(each, "__name__", ""))
def test_the_database_moves_no_money_without_what_it_rests_on(attempt, sentence):
    with pytest.raises(IntegrityError, match=sentence):
        attempt()


def test_with_what_it_rests_on_the_same_entries_are_written():
    application = in_state(State.MEETING)
    budget = Budget.objects.create(scheme=application.call.scheme, year=application.call.year)
    following = Budget.objects.create(scheme=budget.scheme, year=budget.year + 1)
    given_to(budget, AMOUNT * 2)
    raw_entry(budget, "decrease", OUT, AMOUNT / 2, None, change=confirmed_change(budget, "decrease", AMOUNT / 2))
    raw_entry(budget, "increase", IN, AMOUNT / 2, None, change=confirmed_change(budget, "increase", AMOUNT / 2))
    carried = confirmed_change(budget, "carried_out", AMOUNT)
    raw_entry(budget, "carried_out", OUT, AMOUNT, None, change=carried)
    raw_entry(following, "carried_in", IN, AMOUNT, None, change=carried)
    approved_without_money(application)
    reserve(application)

    kinds = application.call.scheme.budgets.order_by("year", "entries__pk").values_list("entries__kind", flat=True)
    assert list(kinds) == ["initial", "decrease", "increase", "carried_out", EntryKind.RESERVE, "carried_in"]


def test_with_its_cause_money_is_committed_released_and_recovered():
    one, other, paid = (in_state(state) for state in (State.CLEARED, State.PUBLICITY, State.RECOVERY))
    awarded_without_money(one)
    commit(one)
    moved_by_hand(one, State.AWARDED)
    by_hand("UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE application_id = %s", one.pk)
    release(one, "committed")
    moved_by_hand(one, State.ANNULLED)
    upheld(other)
    release(other)
    moved_by_hand(other, State.ANNULLED)
    repaid(paid, AMOUNT / 2, interest=Decimal(100))
    recover(paid, AMOUNT / 2 - 100)

    last = {row.pk: row.budget_entries.order_by("pk").last().kind for row in (one, other, paid)}
    assert last == {one.pk: "release", other.pk: "release", paid.pk: "recover"}
