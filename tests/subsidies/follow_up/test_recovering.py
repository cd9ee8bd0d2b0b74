from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import budgets
from subsidies.enums import Pot, RecoveryState, State
from subsidies.follow_up import recovering
from subsidies.follow_up.amounts import interest, owed
from subsidies.follow_up.recovering import Instalment
from subsidies.follow_up.reminding import remind_of_instalment
from subsidies.models import Application, AwardDocument, IntegrityEntry, Recovery, Repayment
from subsidies.reminder_marks import days_left
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory
from tests.factories_decision import staff
from tests.factories_follow_up import being_recovered
from tests.factories_subsidies import ApplicationFactory, person_of, put
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
NUMBER = "郴科发〔2027〕3号"
WHY = {"basis": "奖补办法第二十条", "reason": "生产线迁出本市"}
WHOLE = Decimal("2000000.00")


class World(NamedTuple):
    application: Application
    lead: User
    clerk: User
    leader: User
    finance: User


def make_world() -> World:
    application = ApplicationFactory(state=State.PAID)
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)
    return World(application, lead, staff(), staff(PersonKind.BUREAU_LEADER), staff(PersonKind.FINANCE))


application, lead, clerk, leader, finance = parts(World)


def in_days(days):
    return shanghai_today() + timedelta(days=days)


def proposed(application, by, **fields):
    given = {"amount_yuan": WHOLE, "due_on": in_days(60), "heard_until": in_days(7), **WHY, **fields}
    return recovering.propose(application, by=by, **given)


def decided(application, clerk, leader, lead, **fields):
    recovery = proposed(application, clerk, **fields)
    recovering.state_own_case(recovery, by=lead, text="设备仍在本市")
    recovering.decide(recovery, by=leader, document_number=NUMBER, answer="现场核查不符")
    recovery.refresh_from_db()
    return recovery


def back(recovery, by, amount, voucher="记-1", on=None, **fields):
    given = {"amount_yuan": Decimal(amount), "received_on": on or shanghai_today(), "voucher_number": voucher}
    return recovering.register(recovery, by=by, **given, **fields)


def raw(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---------------------------------------------------------------- the whole way
def test_money_is_proposed_heard_decided_and_paid_back_in_parts(application, clerk, leader, lead, finance):
    recovery = decided(application, clerk, leader, lead)
    application.refresh_from_db()
    assert (application.state, recovery.state, recovery.document_number) == ("recovery", "decided", NUMBER)

    back(recovery, finance, "500000.00", "记-1")
    application.refresh_from_db()
    assert application.state == State.RECOVERY
    assert owed(recovery).left == Decimal("1500000.00")

    back(recovery, finance, "1500000.00", "记-2")

    application.refresh_from_db()
    recovery.refresh_from_db()
    assert (application.state, recovery.state) == (State.RECOVERED, RecoveryState.SETTLED)
    assert budgets.standing_of(application) == {Pot.RECOVERED: WHOLE}
    actions = list(application.steps.order_by("pk").values_list("action", flat=True))[-2:]
    assert actions == ["recover", "repay"]
    assert JournalEntry.objects.filter(action="register_repayment").count() == 2


def test_the_firm_and_the_leaders_are_told(application, clerk, leader, lead):
    decided(application, clerk, leader, lead)

    told = Notice.objects.filter(recipient=lead).order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["recovery-hearing", "recovery-decided"]
    assert Notice.objects.get(kind="recovery-statement").recipient == leader


def test_a_closed_case_can_be_recovered_and_one_being_paid_cannot(clerk):
    paying = ApplicationFactory(state=State.PAYING)

    with pytest.raises(MoveRefused) as refusal:
        proposed(paying, clerk)

    assert refusal.value.code == "state"


# ---------------------------------------------------------------- proposing
@pytest.mark.parametrize("amount", ["2000000.01", "0.00", "-1.00"])
def test_more_than_was_paid_is_not_recovered(application, clerk, amount):
    with pytest.raises(MoveRefused) as refusal:
        proposed(application, clerk, amount_yuan=Decimal(amount))
    assert refusal.value.code == "amount"


def test_the_firm_has_five_working_days_unless_told_otherwise(application, clerk, time_machine):
    time_machine.move_to("2026-03-09T10:00:00+08:00")

    recovery = proposed(application, clerk, heard_until=None, due_on=date(2026, 6, 1))

    assert recovery.heard_until == date(2026, 3, 16)


@pytest.mark.parametrize(("heard", "due"), [(0, 60), (7, 7)])
def test_the_firm_has_time_to_answer_and_then_to_pay(application, clerk, heard, due):
    with pytest.raises(MoveRefused) as refusal:
        proposed(application, clerk, heard_until=in_days(heard), due_on=in_days(due))
    assert refusal.value.code == "term"


@pytest.mark.parametrize("gap", ["basis", "reason"])
def test_basis_and_reason_are_given(application, clerk, gap):
    with pytest.raises(MoveRefused):
        proposed(application, clerk, **{gap: " "})


def test_a_second_recovery_waits_until_the_first_is_dropped(application, clerk, leader):
    first = proposed(application, clerk)
    with pytest.raises(MoveRefused) as refusal:
        proposed(application, clerk)
    assert refusal.value.code == "exists"

    recovering.drop(first, by=leader, reason="情况属实，不予追回")

    assert proposed(application, clerk).pk != first.pk


@pytest.mark.parametrize(
    "parts",
    [
        [("2027-06-30", "500000.00"), ("2027-12-31", "1000000.00")],
        [("2027-12-31", "500000.00"), ("2027-06-30", "1500000.00")],
        [("2027-06-30", "500000.00"), ("2027-12-30", "1500000.00")],
    ],
)
def test_instalments_add_up_and_end_with_the_last_day(application, clerk, parts):
    plan = [Instalment(date.fromisoformat(day), Decimal(amount)) for day, amount in parts]
    with pytest.raises(MoveRefused) as refusal:
        proposed(application, clerk, due_on=date(2027, 12, 31), instalments=plan)
    assert refusal.value.code == "instalments"


@pytest.mark.parametrize(
    ("paid_ahead", "asked"), [(None, "500000.00"), ("300000.00", "200000.00"), ("500000.00", None)]
)
def test_the_firm_is_reminded_of_an_instalment_less_what_it_paid_ahead(
    application, clerk, leader, lead, finance, paid_ahead, asked
):
    first, second = Instalment(in_days(30), Decimal("500000.00")), Instalment(in_days(60), Decimal("1500000.00"))
    recovery = decided(application, clerk, leader, lead, instalments=[first, second])
    if paid_ahead:
        back(recovery, finance, paid_ahead)
    day = first.due_on
    while days_left(day, first.due_on) < 1:
        day -= timedelta(days=1)

    remind_of_instalment(recovery, day)

    told = Notice.objects.filter(kind="instalment-due", recipient=lead)
    assert [notice.facts["amount_yuan"] for notice in told] == ([asked] if asked else [])


def test_instalments_are_kept(application, clerk):
    plan = [Instalment(date(2027, 6, 30), Decimal("500000.00")), Instalment(date(2027, 12, 31), Decimal("1500000.00"))]

    recovery = proposed(application, clerk, due_on=date(2027, 12, 31), instalments=plan)

    assert recovering.plan_of(Recovery.objects.get(pk=recovery.pk)) == plan


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_others_than_clerks_propose_nothing(application, kind):
    with pytest.raises(PermissionDenied):
        proposed(application, staff(kind))


def test_who_belongs_to_the_firm_neither_proposes_nor_decides(application, clerk, leader):
    recovery = proposed(application, clerk)
    MembershipFactory(user=leader, organisation=application.organisation)
    own = type(leader).objects.get(pk=leader.pk)

    with pytest.raises(PermissionDenied):
        recovering.drop(recovery, by=own, reason="不追回")


# ---------------------------------------------------------------- hearing and deciding
def test_nothing_is_decided_before_the_firm_is_heard(application, clerk, leader):
    recovery = proposed(application, clerk)
    with pytest.raises(MoveRefused) as refusal:
        recovering.decide(recovery, by=leader, document_number=NUMBER)
    assert refusal.value.code == "hearing"


def test_a_firm_that_says_nothing_is_decided_on_after_its_term(application, clerk, leader, lead, time_machine):
    recovery = proposed(application, clerk)
    time_machine.move_to(f"{in_days(8)}T09:00:00+08:00")

    with pytest.raises(MoveRefused) as refusal:
        recovering.state_own_case(recovery, by=lead, text="迟到")
    recovering.decide(recovery, by=leader, document_number=NUMBER)

    assert refusal.value.code == "late"
    assert Application.objects.get().state == State.RECOVERY


def test_a_statement_is_made_once_by_the_firm_and_answered(application, clerk, leader, lead):
    recovery = proposed(application, clerk)
    for stranger in (clerk, person_of(application.organisation, MembershipRole.MEMBER)):
        with pytest.raises(PermissionDenied):
            recovering.state_own_case(recovery, by=stranger, text="不属实")
    recovering.state_own_case(recovery, by=lead, text="不属实")
    with pytest.raises(MoveRefused):
        recovering.state_own_case(recovery, by=lead, text="再说一次")

    with pytest.raises(MoveRefused) as refusal:
        recovering.decide(recovery, by=leader, document_number=NUMBER)

    assert refusal.value.code == "answer"


def test_who_proposed_does_not_decide(application, clerk, lead):
    both = staff()
    both.user_permissions.set(permissions_named("propose_recovery", "decide_recovery"))
    both = type(both).objects.get(pk=both.pk)
    recovery = proposed(application, both)

    with pytest.raises(MoveRefused) as refusal:
        recovering.drop(recovery, by=both, reason="不追回")

    assert refusal.value.code == "interest"


def permissions_named(*codenames):
    return Permission.objects.filter(codename__in=codenames)


def test_a_decision_has_a_valid_number(application, clerk, leader, lead):
    recovery = proposed(application, clerk)
    recovering.state_own_case(recovery, by=lead, text="不属实")
    with pytest.raises(ValidationError):
        recovering.decide(recovery, by=leader, document_number="三号", answer="不采纳")


# ---------------------------------------------------------------- paying back
def test_interest_is_simple_on_what_is_outstanding_for_each_day():
    recovery = Recovery(
        amount_yuan=Decimal("1000000.00"), interest_percent=Decimal("3.65"), interest_from=date(2026, 1, 1)
    )
    half = Repayment(amount_yuan=Decimal("500000.00"), interest_yuan=0, received_on=date(2026, 1, 11))

    assert interest(recovery, [], date(2026, 1, 1)) == Decimal("0.00")
    assert interest(recovery, [], date(2026, 1, 11)) == Decimal("1000.00")
    assert interest(recovery, [half], date(2026, 1, 21)) == Decimal("1500.00")
    assert interest(recovery, [half], date(2026, 1, 6)) == Decimal("500.00")


def test_the_case_is_recovered_with_the_last_of_the_interest(application, clerk, leader, lead, finance, time_machine):
    recovery = decided(application, clerk, leader, lead, interest_percent=Decimal("3.65"), due_on=in_days(60))
    assert recovery.interest_from == shanghai_today()
    time_machine.move_to(f"{in_days(10)}T09:00:00+08:00")

    back(recovery, finance, "2000000.00", "记-1")
    assert Application.objects.get().state == State.RECOVERY
    assert owed(recovery).left == Decimal("2000.00")
    with pytest.raises(MoveRefused):
        back(recovery, finance, "2000.01", "记-2", interest_yuan=Decimal("2000.01"))
    back(recovery, finance, "2000.00", "记-2", interest_yuan=Decimal("2000.00"))

    assert Application.objects.get().state == State.RECOVERED
    assert budgets.standing_of(application) == {Pot.RECOVERED: WHOLE}


@pytest.mark.parametrize(
    ("amount", "fields"),
    [
        ("2000000.01", {}),
        ("0.00", {}),
        ("100.00", {"interest_yuan": Decimal("100.01")}),
        ("100.00", {"interest_yuan": Decimal("50.00")}),
        ("100.00", {"on": date(2020, 1, 1)}),
        ("100.00", {"on": date(2999, 1, 1)}),
        ("100.00", {"voucher": " "}),
    ],
)
def test_what_does_not_fit_is_not_registered(application, clerk, leader, lead, finance, amount, fields):
    recovery = decided(application, clerk, leader, lead)
    with pytest.raises(MoveRefused):
        back(recovery, finance, amount, **fields)
    assert Repayment.objects.count() == 0


def test_a_voucher_is_registered_once(application, clerk, leader, lead, finance):
    recovery = decided(application, clerk, leader, lead)
    back(recovery, finance, "100.00", "记-1")
    with pytest.raises(ValidationError):
        back(recovery, finance, "100.00", "记-1")
    assert owed(recovery).repaid == Decimal("100.00")


def test_others_than_finance_register_nothing(application, clerk, leader, lead):
    recovery = decided(application, clerk, leader, lead)
    for stranger in (clerk, leader, lead, staff(PersonKind.DISCIPLINE)):
        with pytest.raises(PermissionDenied):
            back(recovery, stranger, "100.00")


def test_what_is_overdue_is_enforced(application, clerk, leader, lead, finance, time_machine):
    recovery = decided(application, clerk, leader, lead)
    with pytest.raises(MoveRefused):
        recovering.enforce(recovery, by=finance, note="申请法院强制执行")
    time_machine.move_to(f"{in_days(61)}T09:00:00+08:00")

    recovering.enforce(recovery, by=finance, note="申请法院强制执行")
    back(recovery, finance, "2000000.00")

    assert Recovery.objects.get().state == RecoveryState.SETTLED


# ---------------------------------------------------------------- the database
def test_no_case_is_recovered_without_a_decision(application, clerk):
    with pytest.raises(IntegrityError, match="needs a decided recovery"), transaction.atomic():
        put(application, state=State.RECOVERY)
    proposed(application, clerk)
    with pytest.raises(IntegrityError, match="needs a decided recovery"), transaction.atomic():
        put(application, state=State.RECOVERY)


def test_no_case_ends_as_recovered_before_the_ledger_has_it(application):
    being_recovered(application)
    put(application, state=State.RECOVERY)
    with pytest.raises(IntegrityError, match="needs its money back"):
        put(application, state=State.RECOVERED)


@pytest.mark.parametrize("state", [State.RECOVERY, State.RECOVERED])
def test_the_factory_reaches_what_follows_a_recovery(state):
    assert ApplicationFactory(state=state).state == state


@pytest.mark.parametrize(
    "change",
    ["amount_yuan = 1", "reason = '改'", "due_on = '2030-01-01'", "interest_percent = 5", "state = 'dropped'"],
)
def test_a_decided_recovery_is_not_rewritten(application, change):
    recovery = being_recovered(application)
    with pytest.raises(IntegrityError, match="subsidies_recovery|recovery_"):
        raw(f"UPDATE subsidies_recovery SET {change} WHERE id = %s", recovery.pk)


def test_more_than_was_paid_is_refused_by_the_database_too(application):
    with pytest.raises(IntegrityError, match="more than was paid"), transaction.atomic():
        being_recovered(application, amount_yuan=WHOLE + 1)


def test_repayments_neither_change_nor_go_nor_exceed(application, finance):
    recovery = being_recovered(application)
    repayment = Repayment.objects.create(
        recovery=recovery, amount_yuan=1, received_on=shanghai_today(), voucher_number="记-1", registered_by=finance
    )
    for statement in (
        "UPDATE subsidies_repayment SET amount_yuan = 2 WHERE id = %s",
        "DELETE FROM subsidies_repayment WHERE id = %s",
    ):
        with pytest.raises(IntegrityError, match="subsidies_repayment"):
            raw(statement, repayment.pk)
    more = {"amount_yuan": WHOLE, "received_on": shanghai_today(), "voucher_number": "记-2", "registered_by": finance}
    with pytest.raises(IntegrityError, match="more than is owed"), transaction.atomic():
        Repayment.objects.create(recovery=recovery, **more)
    with pytest.raises(IntegrityError, match="subsidies_recovery"):
        raw("DELETE FROM subsidies_recovery WHERE id = %s", recovery.pk)


def test_nothing_comes_back_for_a_recovery_that_is_not_decided(application, clerk, finance):
    recovery = proposed(application, clerk)
    given = {"amount_yuan": 1, "received_on": shanghai_today(), "voucher_number": "记-1", "registered_by": finance}
    with pytest.raises(IntegrityError, match="decided first"), transaction.atomic():
        Repayment.objects.create(recovery=recovery, **given)


# ---------------------------------------------------------------- the desk
def case(application):
    return f"/admin/subsidies/application/{application.pk}/change/"


def do(user, application, name, **fields):
    sent = {"do": name, **{f"{name}-{key}": value for key, value in fields.items()}}
    return client_for(user).post(case(application), sent)


def test_the_desk_leads_from_the_proposal_to_the_money(application, clerk, leader, lead, finance, in_english):
    fields = {"amount_yuan": "200", **WHY, "heard_until": in_days(7), "due_on": in_days(60)}
    plan = f"{in_days(30)} 50\n{in_days(60)} 150"
    assert do(clerk, application, "propose_recovery", **fields, plan=plan).status_code == 302
    recovery = Recovery.objects.get()
    assert [row.amount_yuan for row in recovering.plan_of(recovery)] == [Decimal(500000), Decimal(1500000)]
    assert "do-decide_recovery" not in client_for(leader).get(case(application)).text

    recovering.state_own_case(recovery, by=lead, text="设备仍在本市")
    assert "设备仍在本市" in client_for(leader).get(case(application)).text
    assert do(leader, application, "decide_recovery", document_number=NUMBER, answer="不采纳").status_code == 302
    paid = {"amount_yuan": "200", "received_on": shanghai_today(), "voucher_number": "记-1"}
    assert do(finance, application, "register_repayment", **paid).status_code == 302

    assert Application.objects.get().state == State.RECOVERED


def test_the_number_of_the_decision_stands_begun_as_on_the_newest_one(application, clerk, leader, lead):
    recovering.state_own_case(proposed(application, clerk), by=lead, text="设备仍在本市")
    year = shanghai_today().year

    def begun():
        offered = client_for(leader).get(case(application)).context["offered"]
        (form,) = (each.form for each in offered if each.name == "decide_recovery")
        return form["document_number"].value()

    (document,) = AwardDocument.objects.all()
    assert begun() == document.number.partition("〔")[0] + f"〔{year}〕"
    being_recovered(ApplicationFactory(state=State.PAID), document_number="郴科决〔2025〕9号")
    assert begun() == f"郴科决〔{year}〕"
    assert do(leader, application, "decide_recovery", document_number=begun(), answer="不采纳").status_code == 400


def test_a_plan_that_cannot_be_read_comes_back(application, clerk):
    fields = {"amount_yuan": "200", **WHY, "heard_until": in_days(7), "due_on": in_days(60)}

    answer = do(clerk, application, "propose_recovery", **fields, plan="明年五十")

    assert answer.status_code == 400
    assert "明年五十" in answer.text
    assert Recovery.objects.count() == 0


def test_the_firm_is_listed_from_the_case(application, clerk):
    answer = do(clerk, application, "list_integrity", category="breach", basis="追回决定")

    assert answer.status_code == 302
    assert IntegrityEntry.objects.get().source == application
