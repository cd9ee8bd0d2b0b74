"""Whom a case waits for, written out by hand: for the bureau, and for who may not know of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone, translation

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from subsidies.awaited import BY_STATE, WORDS, awaited, awaited_in
from subsidies.enums import AccountState, CheckState, PaymentState, State
from subsidies.follow_up import reports, site_checks
from subsidies.models import Application
from tests.factories_accounts import UserFactory
from tests.factories_awarding import account_of, payment_of
from tests.factories_checks import concluded, drawn
from tests.factories_decision import staff
from tests.factories_follow_up import accepted, being_recovered, proposed
from tests.factories_publicity import objected
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.desk import section_head

pytestmark = pytest.mark.django_db
TODAY = shanghai_today()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def read_by(kind, application):
    return awaited(Application.objects.get(pk=application.pk), staff(kind))


def case(state, prepare=lambda application: None):
    application = ApplicationFactory(state=state)
    prepare(application)
    return application


# ---------------------------------------------------------------- money
def paying(state=None, **facts):
    application = ApplicationFactory(state=State.PAYING)
    if state:
        payment = payment_of(application)
        payment.state = state
        for name, value in facts.items():
            setattr(payment, name, value)
        payment.save()
    return application


def approved():
    return paying(PaymentState.APPROVED, approved_by=UserFactory(), approved_at=timezone.now())


def with_account():
    application = ApplicationFactory(state=State.AWARDED)
    account_of(application, AccountState.ENTERED)
    return application


# ---------------------------------------------------------------- after the payment
def paid(*settled, sent=False):
    """Of three years, the first is over where the clock of the test says so."""
    application = ApplicationFactory(state=State.PAID)
    reports.lay_out(application)
    for report in list(application.reports.order_by("year"))[: len(settled)]:
        accepted(report)
    return application


def to_recover(state=State.PAID, **facts):
    application = ApplicationFactory(state=state)
    proposed(application, **facts)
    return application


def recovering():
    application = ApplicationFactory(state=State.PAID)
    return being_recovered(application).application


def commented():
    check = concluded()
    return site_checks.comment(check, by=person_of(check.application.organisation), text="设备当日检修")


def to_mend():
    facts = {"reason": "账目未分开", "demand": "补建专账", "remedy_by": TODAY + timedelta(days=9)}
    return site_checks.settle(commented(), by=section_head(), outcome=CheckState.RECTIFY, **facts)


def mended():
    check = to_mend()
    return site_checks.report_remedy(check, by=person_of(check.application.organisation), text="专账已建")


def settled():
    return site_checks.settle(commented(), by=section_head(), outcome=CheckState.CLEAR, reason="属实")


def with_objection():
    application = ApplicationFactory(state=State.PUBLICITY)
    objected(application.notice_entries.select_related("notice").get())
    return application


FOLLOWED = {
    "account not given": (lambda: case(State.AWARDED), "applicant"),
    "account given": (with_account, "finance bureau"),
    "payment not prepared": (paying, "finance bureau"),
    "payment prepared": (lambda: paying(PaymentState.PREPARED), "bureau leader, finance bureau"),
    "payment approved": (approved, "finance bureau"),
    "paid, the year runs": (paid, "applicant"),
    "every year accepted": (lambda: paid(1, 2, 3), "bureau"),
    "recovery proposed, the firm is heard": (
        lambda: to_recover(heard_until=TODAY + timedelta(days=3)),
        "applicant",
    ),
    "recovery proposed, the firm was heard": (to_recover, "bureau leader"),
    "recovery of a closed case": (lambda: to_recover(State.CLOSED), "bureau leader"),
    "recovery dropped or none, closed": (lambda: case(State.CLOSED), ""),
    "notice runs": (lambda: case(State.PUBLICITY), "the public"),
    "objection open": (with_objection, "bureau"),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_what_waits_in_money_and_objections_says_whom_it_waits_for(name):
    make, expected = FOLLOWED[name]

    assert read_by(PersonKind.BUREAU_CLERK, make()) == expected


CHECKS = {
    "drawn": (drawn, "officers of the site check"),
    "concluded": (concluded, "applicant"),
    "commented on": (commented, "bureau"),
    "to be put right": (to_mend, "applicant"),
    "reported as put right": (mended, "bureau"),
    "settled": (settled, "applicant"),  # its next yearly report, as before
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_site_check_says_whom_it_waits_for_to_those_who_may_know_of_it(name):
    make, expected = CHECKS[name]
    application = make().application

    assert read_by(PersonKind.BUREAU_CLERK, application) == expected
    assert read_by(PersonKind.COUNTY_OFFICER, application) == "applicant"  # as of every paid case


@pytest.mark.parametrize(("make", "days"), [(concluded, 30), (to_mend, 10)])
def test_once_its_term_is_over_the_bureau_decides(make, days):
    application = make().application

    with time_machine.travel(datetime.combine(TODAY + timedelta(days=days), time(4), UTC), tick=False):
        assert read_by(PersonKind.BUREAU_CLERK, application).startswith("bureau")


def test_several_that_are_waited_for_stand_beside_one_another_once_each():
    check = concluded()
    proposed(check.application)

    assert read_by(PersonKind.BUREAU_CLERK, check.application) == "bureau leader, applicant"


def test_a_report_of_a_year_that_is_over_waits_for_the_firm_and_once_sent_for_the_bureau():
    application = paid()
    report = application.reports.order_by("year").first()

    with time_machine.travel(datetime(report.year + 1, 2, 1, 4, tzinfo=UTC), tick=False):
        assert read_by(PersonKind.BUREAU_CLERK, application) == "applicant"
        report.in_city, report.sales_yuan, report.tax_yuan, report.jobs, report.text = True, 1, 1, 1, "正常"
        report.state, report.submitted_by, report.submitted_at = "submitted", UserFactory(), timezone.now()
        report.save()
        assert read_by(PersonKind.BUREAU_CLERK, application) == "bureau"


def test_who_may_not_read_recoveries_and_objections_reads_what_the_state_says():
    assert read_by(PersonKind.COUNTY_OFFICER, to_recover()) == "applicant"
    assert read_by(PersonKind.COUNTY_OFFICER, with_objection()) == "the public"


def test_money_that_is_being_recovered_waits_for_the_firm():
    application = ApplicationFactory(state=State.RECOVERY)

    assert read_by(PersonKind.BUREAU_CLERK, application) == "applicant"


@pytest.mark.parametrize("state", [state for state in BY_STATE if state != State.PAYING])
def test_where_no_record_says_another_one_the_state_says_it(state):
    assert read_by(PersonKind.BUREAU_CLERK, ApplicationFactory(state=state)) == WORDS[BY_STATE[state]]


def test_a_page_of_cases_asks_once(django_assert_num_queries):
    rows = [ApplicationFactory(state=state) for state in (State.PAID, State.PAYING, State.REVIEW)]
    reader = staff()
    awaited(rows[0], reader)  # reads the rights and the roles of the person

    with django_assert_num_queries(1):
        found = awaited_in(rows, reader)
    with django_assert_num_queries(0):
        awaited_in(rows[2:], reader)

    assert list(found.values()) == ["applicant", "finance bureau", "experts"]
