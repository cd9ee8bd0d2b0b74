from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.journal_context import JournalRefused
from common.models import JournalEntry
from subsidies import budgets
from subsidies.budgets import BudgetRefused
from subsidies.enums import WAYS, Consequence, EntryKind, PaymentState, Pot, State
from subsidies.models import Budget, BudgetChange, BudgetEntry
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_awarding import awarded_without_money, payment_of
from tests.factories_decision import AMOUNT, approved_without_money, budget_for, given_to, staff
from tests.factories_follow_up import being_recovered, paid_back
from tests.factories_publicity import upheld
from tests.factories_subsidies import CallFactory, SchemeFactory, put
from tests.subsidies.ledgers import being_paid, budget_with, candidates, cleared, pots_of, raw_entry

pytestmark = pytest.mark.django_db
NOTHING = Decimal("0.00")
# Where an entry breaks two rules, it is for the engine which of them it names.
WHOLE = "moves what stands for an application whole|takes more than the budget has"
TOO_MUCH = "takes more than stands for the application|takes more than the budget has"


def finance():
    return staff(PersonKind.FINANCE)


def proposed(budget, kind=EntryKind.INITIAL, amount=AMOUNT, **fields):
    given = {"by": finance(), "kind": kind, "amount_yuan": amount, "reason": "年初预算", **fields}
    return budgets.propose_change(budget, **given)


def given_up(application):
    """After an objection to it; the meeting may decide anew."""
    upheld(application, Consequence.RECONSIDER)
    budgets.release(application, by=finance())


def taken_back(award):
    award.revoked_on = shanghai_today()
    award.save()


def figures(budget):
    """Initial, adjusted, left, reserved, committed, paid, recovered, released, in millions."""
    return [float(figure / 1_000_000) for figure in budgets.balances_of(budget)]


# ---------------------------------------------------------------- money from outside
def test_money_is_there_once_another_person_has_confirmed_it():
    budget = Budget.objects.create(scheme=SchemeFactory(), year=2026)
    change = proposed(budget, document_number="郴财教[2026]5号")
    assert figures(budget) == [0, 0, 0, 0, 0, 0, 0, 0]
    other = finance()

    confirmed = budgets.confirm_change(change, by=other)

    assert figures(budget) == [2, 0, 2, 0, 0, 0, 0, 0]
    entry = BudgetEntry.objects.get()
    assert (entry.kind, entry.change, entry.by, entry.application) == ("initial", change, other, None)
    assert (confirmed.confirmed_by, confirmed.document_number) == (other, "郴财教〔2026〕5号")
    actions = JournalEntry.objects.filter(object_type="subsidies.budgetchange").order_by("id")
    assert list(actions.values_list("action", flat=True)) == ["propose_budget", "confirm_budget"]


def test_nobody_confirms_what_they_proposed():
    budget, both = budget_with(), finance()
    change = proposed(budget, EntryKind.INCREASE, by=both)

    with pytest.raises(BudgetRefused):
        budgets.confirm_change(change, by=both)
    with pytest.raises(BudgetRefused):
        budgets.decline_change(change, by=both, reason="改主意")
    assert figures(budget) == [4, 0, 4, 0, 0, 0, 0, 0]


def test_the_database_itself_asks_for_two_people():
    change = proposed(budget_with())
    change.confirmed_by, change.confirmed_at = change.proposed_by, timezone.now()

    with pytest.raises(IntegrityError, match="budgetchange_four_eyes"):
        change.save()


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.DISCIPLINE])
def test_who_has_no_right_proposes_and_confirms_nothing(kind):
    budget = budget_with()
    change = proposed(budget)

    with pytest.raises(PermissionDenied):
        proposed(budget, by=staff(kind))
    with pytest.raises(PermissionDenied):
        budgets.confirm_change(change, by=staff(kind))
    with pytest.raises(PermissionDenied):
        budgets.decline_change(change, by=staff(kind), reason="不行")


def test_a_bureau_leader_confirms_and_does_not_propose():
    budget, leader = budget_with(), staff(PersonKind.BUREAU_LEADER)

    budgets.confirm_change(proposed(budget, EntryKind.INCREASE), by=leader)

    assert figures(budget) == [4, 2, 6, 0, 0, 0, 0, 0]
    with pytest.raises(PermissionDenied):
        proposed(budget, by=leader)


def test_what_was_confirmed_or_declined_is_dealt_with():
    budget = budget_with()
    confirmed, declined = proposed(budget, EntryKind.INCREASE), proposed(budget, EntryKind.INCREASE)
    budgets.confirm_change(confirmed, by=finance())
    budgets.decline_change(declined, by=finance(), reason="依据不足")

    for change in (confirmed, declined):
        with pytest.raises(BudgetRefused) as refusal:
            budgets.confirm_change(change, by=finance())
        assert refusal.value.code == "state"
        with pytest.raises(BudgetRefused):
            budgets.decline_change(change, by=finance(), reason="再看")
    assert figures(budget) == [4, 2, 6, 0, 0, 0, 0, 0]


def test_a_change_is_declined_with_a_reason():
    change = proposed(budget_with())

    with pytest.raises(MoveRefused):
        budgets.decline_change(change, by=finance(), reason=" ")
    declined = budgets.decline_change(change, by=finance(), reason="依据不足")

    assert declined.declined_at is not None
    assert JournalEntry.objects.filter(action="decline_budget").get().reason == "依据不足"


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": NOTHING},
        {"amount": Decimal("-1.00")},
        {"amount": Decimal("0.001")},
        {"reason": " "},
        {"kind": EntryKind.RESERVE},
        {"kind": EntryKind.CARRIED_IN},
        {"document_number": "5号"},
    ],
    ids=str,
)
def test_a_change_has_a_kind_an_amount_and_a_reason(fields):
    budget = budget_with()
    with pytest.raises(ValidationError):
        proposed(budget, **fields)
    assert not BudgetChange.objects.filter(confirmed_at=None).exists()


def test_a_budget_is_lowered_by_no_more_than_is_left():
    budget = budget_with()
    budgets.reserve(candidates(budget)[0], AMOUNT, by=finance(), budget=budget)
    most = proposed(budget, EntryKind.DECREASE, AMOUNT)
    more = proposed(budget, EntryKind.DECREASE, Decimal("0.01"))

    budgets.confirm_change(most, by=finance())
    with pytest.raises(BudgetRefused) as refusal:
        budgets.confirm_change(more, by=finance())

    assert refusal.value.code == "budget"
    more.refresh_from_db()
    assert more.confirmed_by is None
    assert figures(budget) == [4, -2, 0, 2, 0, 0, 0, 0]


def test_what_is_carried_over_leaves_one_year_and_enters_the_next():
    budget = budget_with()

    change = budgets.confirm_change(proposed(budget, EntryKind.CARRIED_OUT), by=finance())

    following = Budget.objects.get(scheme=budget.scheme, year=budget.year + 1)
    assert figures(budget) == [4, -2, 2, 0, 0, 0, 0, 0]
    assert figures(following) == [0, 2, 2, 0, 0, 0, 0, 0]
    assert [entry.kind for entry in change.entries.all()] == ["carried_out", "carried_in"]


def test_what_is_reserved_is_not_carried_over():
    budget = budget_with(AMOUNT)
    budgets.reserve(candidates(budget)[0], AMOUNT, by=finance(), budget=budget)

    with pytest.raises(BudgetRefused):
        budgets.confirm_change(proposed(budget, EntryKind.CARRIED_OUT), by=finance())
    assert not Budget.objects.filter(year=budget.year + 1).exists()


# ---------------------------------------------------------------- money for applications
def test_an_award_is_reserved_committed_and_released_whole():
    budget = budget_with()
    first, second = cleared(budget, 2)
    assert figures(budget) == [4, 0, 0, 4, 0, 0, 0, 0]

    award = awarded_without_money(first)
    budgets.commit(first, by=finance())
    assert figures(budget) == [4, 0, 0, 2, 2, 0, 0, 0]
    upheld(second)
    budgets.release(second, by=finance(), note="异议成立")
    put(first, state=State.AWARDED)
    taken_back(award)
    budgets.release(first, by=finance())

    assert figures(budget) == [4, 0, 4, 0, 0, 0, 0, 4]
    assert budgets.standing_of(first) == {}


def test_what_was_released_can_be_reserved_again():
    budget = budget_with(AMOUNT)
    (first,), (second,) = cleared(budget), candidates(budget)
    given_up(first)

    budgets.reserve(second, AMOUNT, by=finance(), budget=budget)
    put(second, state=State.PUBLICITY_READY)
    given_up(second)
    for state in (State.REVIEWED, State.MEETING):
        put(first, state=state)
    approved_without_money(first)
    budgets.reserve(first, AMOUNT, by=finance(), budget=budget)

    assert budgets.standing_of(first) == {Pot.RESERVED: AMOUNT}
    assert figures(budget) == [2, 0, 0, 2, 0, 0, 0, 4]


def test_a_budget_gives_what_it_has_and_no_more():
    budget = budget_with(AMOUNT * 2 - Decimal("0.01"))
    first, second = candidates(budget, 2)
    budgets.reserve(first, AMOUNT, by=finance(), budget=budget)

    with pytest.raises(BudgetRefused) as refusal:
        budgets.reserve(second, AMOUNT, by=finance(), budget=budget)

    assert refusal.value.code == "budget"
    assert budgets.balances_of(budget).free == AMOUNT - Decimal("0.01")


@pytest.mark.parametrize("amount", ["1999999.99", "2000000.01", "1000000.00", "4000000.00"])
def test_a_flat_award_is_given_whole_or_not_at_all(amount):
    budget = budget_with(AMOUNT * 9)
    application = candidates(budget)[0]

    with pytest.raises(BudgetRefused):
        budgets.reserve(application, Decimal(amount), by=finance(), budget=budget)
    assert budgets.reserve(application, AMOUNT, by=finance(), budget=budget).amount_yuan == AMOUNT


def test_an_award_that_is_not_flat_has_the_amount_decided():
    budget = budget_with(amount_yuan=None, rate_percent=30, cap_yuan=Decimal("500000.00"))
    first, second = candidates(budget, 2)
    approved_without_money(first, Decimal("123456.78"))
    approved_without_money(second, Decimal("500000.00"))

    budgets.reserve(first, Decimal("123456.78"), by=finance(), budget=budget)
    budgets.reserve(second, Decimal("500000.00"), by=finance(), budget=budget)

    assert budgets.balances_of(budget).reserved == Decimal("623456.78")


def test_an_award_that_is_not_flat_stays_within_what_the_call_gives_at_most():
    budget = budget_with(amount_yuan=None, rate_percent=30, cap_yuan=Decimal("500000.00"))
    application = candidates(budget)[0]

    with pytest.raises(BudgetRefused):
        budgets.reserve(application, Decimal("500000.01"), by=finance(), budget=budget)
    refused(budget, "reserve", ("free", "reserved"), "500000.01", application, "gives what the call gives")


def test_an_award_is_not_taken_from_the_budget_of_another_scheme():
    budget, elsewhere = budget_with(), budget_with()
    application = candidates(budget)[0]

    with pytest.raises(BudgetRefused):
        budgets.reserve(application, AMOUNT, by=finance(), budget=elsewhere)
    refused(elsewhere, "reserve", ("free", "reserved"), AMOUNT, application, "takes from the budget of its scheme")


def test_nothing_is_committed_or_released_where_nothing_stands():
    budget = budget_with()
    application = candidates(budget)[0]
    for verb in (budgets.commit, budgets.release):
        with pytest.raises(BudgetRefused):
            verb(application, by=finance())
    (application,) = cleared(budget)
    awarded_without_money(application)
    budgets.commit(application, by=finance())

    with pytest.raises(BudgetRefused):
        budgets.commit(application, by=finance())
    assert figures(budget) == [4, 0, 2, 0, 2, 0, 0, 0]


# ---------------------------------------------------------------- reading
def test_every_balance_is_the_sum_of_the_entries(django_assert_num_queries):
    budget = budget_with(AMOUNT * 4)
    first = being_paid(budget)
    second, third = candidates(budget, 2)
    for application in (second, third):
        budgets.reserve(application, AMOUNT, by=finance(), budget=budget)
    payment_of(first, "1500000.00", PaymentState.PAID)
    being_recovered(first, amount_yuan=Decimal("0.10"))
    paid_back(first)
    put(second, state=State.PUBLICITY_READY)
    given_up(second)
    budgets.confirm_change(proposed(budget, EntryKind.INCREASE, Decimal("0.30")), by=finance())

    with django_assert_num_queries(1):
        found = budgets.balances_of(budget)

    pots = pots_of(budget.entries.all())
    assert (found.free, found.reserved, found.committed) == (pots["free"], pots["reserved"], pots["committed"])
    assert (found.paid, found.recovered, found.given) == (pots["paid"], pots["recovered"], -pots["source"])
    assert found == (
        *(AMOUNT * 4, Decimal("0.30"), AMOUNT * 2 + Decimal("0.30"), AMOUNT, Decimal("500000.00")),
        *(Decimal("1499999.90"), Decimal("0.10"), AMOUNT),
    )
    assert found.given == found.free + found.reserved + found.committed + found.paid + found.recovered


def test_many_budgets_are_summed_in_one_query(django_assert_num_queries):
    several = [budget_with(AMOUNT * count) for count in (1, 2, 3)]
    several.append(Budget.objects.create(scheme=SchemeFactory(), year=2027))

    with django_assert_num_queries(1):
        found = budgets.balances_by_budget(several)

    assert [found[budget.pk].free for budget in several] == [AMOUNT, AMOUNT * 2, AMOUNT * 3, NOTHING]


def test_the_budget_of_a_call_is_that_of_its_scheme_and_year():
    call = CallFactory()
    assert budgets.budget_of(call) is None
    budget_for(CallFactory(scheme=call.scheme, year=2027))

    assert budgets.budget_of(call) is None
    assert budgets.budget_of(CallFactory(scheme=call.scheme, year=2027)).year == 2027


# ---------------------------------------------------------------- past every verb
def refused(budget, kind, way, amount, application, sentence):
    before = list(budget.entries.values_list())
    with pytest.raises(IntegrityError, match=sentence):
        raw_entry(budget, kind, way, amount, application)
    assert list(budget.entries.values_list()) == before


def test_the_database_lets_no_pot_be_overdrawn():
    budget = budget_with(AMOUNT)
    first, second = candidates(budget, 2)

    refused(budget, "decrease", ("free", "source"), "2000000.01", None, "takes more than the budget has")
    raw_entry(budget, "reserve", ("free", "reserved"), AMOUNT, first)
    refused(budget, "reserve", ("free", "reserved"), AMOUNT, second, "takes more than the budget has")
    refused(budget, "carried_out", ("free", "source"), "0.01", None, "takes more than the budget has")


def test_the_database_moves_what_is_reserved_whole():
    budget = budget_with()
    first, second = cleared(budget, 2)
    awarded_without_money(first)
    upheld(second)

    for kind, way in (("commit", ("reserved", "committed")), ("release", ("reserved", "free"))):
        for amount in ("1999999.99", "2000000.01", "4000000.00"):
            refused(budget, kind, way, amount, first, WHOLE)
        raw_entry(budget, kind, way, AMOUNT, first if kind == "commit" else second)
    refused(budget, "release", ("committed", "free"), "1999999.99", first, WHOLE)


@pytest.mark.parametrize("amount", ["1999999.99", "2000000.01", "4000000.00"])
def test_the_database_reserves_a_flat_sum_whole(amount):
    budget = budget_with(AMOUNT * 9)

    refused(budget, "reserve", ("free", "reserved"), amount, candidates(budget)[0], "gives what the call gives")


def test_the_database_reserves_once_for_an_application():
    budget = budget_with(AMOUNT * 9)
    (first,), (second,) = candidates(budget), cleared(budget)
    elsewhere = Budget.objects.create(scheme=budget.scheme, year=budget.year + 1)
    given_to(elsewhere, AMOUNT)
    raw_entry(budget, "reserve", ("free", "reserved"), AMOUNT, first)

    refused(budget, "reserve", ("free", "reserved"), AMOUNT, first, "reserves once for an application")
    refused(elsewhere, "reserve", ("free", "reserved"), AMOUNT, first, "reserves once for an application")
    awarded_without_money(second)
    raw_entry(budget, "commit", ("reserved", "committed"), AMOUNT, second)
    refused(budget, "reserve", ("free", "reserved"), AMOUNT, second, "reserves once for an application")


def test_the_database_pays_no_more_than_stands_for_the_application():
    budget = budget_with()
    first, _second = being_paid(budget), being_paid(budget)
    without_payment = "takes more than stands for the application|pays what was approved"

    refused(budget, "pay", ("committed", "paid"), "2000000.01", first, without_payment)
    payment_of(first, "1200000.00", PaymentState.PAID)
    refused(budget, "pay", ("committed", "paid"), "800000.01", first, without_payment)
    refused(budget, "recover", ("paid", "recovered"), "1200000.01", first, TOO_MUCH)
    payment_of(first, "800000.00", PaymentState.PAID, payer="county")


@pytest.mark.parametrize("amount", ["0.00", "-0.01", "-2000000.00"])
def test_the_database_takes_amounts_above_zero_alone(amount):
    budget = budget_with()

    refused(budget, "increase", ("source", "free"), amount, None, "budgetentry_amount_positive")


def test_the_database_knows_which_kind_goes_which_way():
    budget = budget_with()
    application = candidates(budget)[0]
    known = {(kind.value, source.value, target.value) for kind, ways in WAYS.items() for source, target in ways}
    wrong = [
        (kind, source, target)
        for kind in EntryKind.values
        for source in Pot.values
        for target in Pot.values
        if source != target and (kind, source, target) not in known
    ]

    for kind, source, target in [*wrong, ("gift", "source", "free")]:
        about = application if kind in ("reserve", "commit", "pay", "return", "release", "recover") else None
        with pytest.raises(IntegrityError):
            raw_entry(budget, kind, (source, target), "0.01", about)
    refused(budget, "initial", ("source", "reserved"), "1.00", None, "budgetentry_way_known")
    assert len(wrong) == len(EntryKind) * 30 - len(known)


def test_the_database_ties_money_for_an_award_to_its_application():
    budget = budget_with()

    refused(budget, "reserve", ("free", "reserved"), AMOUNT, None, "budgetentry_about_application")
    refused(budget, "increase", ("source", "free"), "1.00", candidates(budget)[0], "budgetentry_about_application")


@pytest.mark.parametrize("statement", ["UPDATE {} SET amount_yuan = 1 WHERE id = %s", "DELETE FROM {} WHERE id = %s"])
def test_an_entry_never_changes(statement):
    entry = budget_with().entries.get()

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("subsidies_budgetentry"), [entry.pk])
    with pytest.raises(JournalRefused):
        entry.delete()
    assert list(BudgetEntry.objects.values_list("pk", "amount_yuan")) == [(entry.pk, AMOUNT * 2)]


def test_a_budget_is_there_once_a_year():
    budget = budget_with()

    with pytest.raises(IntegrityError, match=r"budget_once_a_year|budget\.scheme_id"):
        Budget.objects.create(scheme=budget.scheme, year=budget.year)


def test_a_change_that_took_its_budget_out_from_under_a_reservation_is_refused_as_a_whole():
    """Two people at once: what the verb looked at is looked at again by the database."""
    budget = budget_with(AMOUNT)
    application = candidates(budget)[0]
    raw_entry(budget, "reserve", ("free", "reserved"), AMOUNT, application)

    with pytest.raises(IntegrityError), transaction.atomic():
        BudgetEntry.objects.create(
            budget=budget, kind="decrease", from_pot="free", to_pot="source", amount_yuan=1, by=UserFactory()
        )
    assert figures(budget) == [2, 0, 0, 2, 0, 0, 0, 0]
