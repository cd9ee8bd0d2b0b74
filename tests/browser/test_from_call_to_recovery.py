"""The whole way of an award: a call, three firms, and everybody who has to do with them, each in a browser.

In Chinese, on the days of 2025 and 2026, with the National Day holiday inside the second public notice.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from common.models import Notice
from subsidies.enums import ExpertKind, NoticeState, PaymentState, State
from subsidies.models import Application, Award, Budget, Payment, PublicNotice, SiteVisit
from tests.browser import applying, awarding, deciding
from tests.browser.applying import NAMES
from tests.browser.town import Town
from tests.factories_decision import ExpertFactory, budget_for

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]

PANEL_KINDS = (*[ExpertKind.TECHNICAL] * 4, ExpertKind.FINANCE, ExpertKind.INDUSTRY)
GIVEN, OBJECTED, DEFERRED = NAMES


@pytest.fixture
def town(arrive: Any, time_machine: Any, tmp_path: Path) -> Town:
    time_machine.move_to("2025-09-01T09:00:00+08:00")
    return Town(arrive, time_machine, tmp_path).settled()


def test_three_firms_go_from_the_call_to_award_payment_and_recovery(town: Town) -> None:
    call = applying.opens_the_call(town)
    budget_for(call, Decimal("4000000.00"))  # for two awards

    town.wakes("2025-09-02T10:00:00")
    first = applying.applies_by_hand(town, call)
    others = [applying.applies_prepared(town, call, number) for number in (1, 2)]
    applications = [first, *others]
    applying.anybody_checks_the_receipt(town, first)

    town.wakes("2025-09-04T10:00:00")
    for application in applications:
        applying.is_recommended(town, application)
    applying.is_corrected_and_checked(town, first)
    for application in others:
        applying.is_checked(town, application)
    assert states() == dict.fromkeys(NAMES, State.CHECKED)
    assert Application.objects.get(pk=first.pk).data["investment_yuan"] == "8805000.00"
    town.administrators[0].opens("/accounts/inbox/")
    town.administrators[0].looks("inbox")
    assert Notice.objects.filter(recipient=town.people[town.administrators[0]]).count() >= 4

    town.wakes("2025-09-08T10:00:00")
    experts = town.experts([ExpertFactory(kind=kind) for kind in PANEL_KINDS])
    deciding.draws(town, call)
    deciding.declines(experts)
    for seat in deciding.invited():
        deciding.reviews(experts[seat.expert.user], seat)
    assert states() == dict.fromkeys(NAMES, State.REVIEWED)

    town.wakes("2025-09-12T10:00:00")
    for application in applications:
        deciding.visits(town, application)
    assert set(SiteVisit.objects.values_list("state", flat=True)) == {"concluded"}
    deciding.meets(town, call)
    assert states() == {
        GIVEN: State.PUBLICITY_READY,
        OBJECTED: State.PUBLICITY_READY,
        DEFERRED: State.DEFERRED,
    }
    town.finance.opens(f"/admin/subsidies/budget/{Budget.objects.get().pk}/change/")
    town.finance.looks("budget")
    deciding.firms_read_the_decision(town, applications, experts)

    town.wakes("2025-09-22T10:00:00")
    notice = awarding.publishes(town, call)
    objections = [awarding.objects(town, notice, application) for application in applications[:2]]
    awarding.answers(town, objections[0], is_upheld=False)
    awarding.answers(town, objections[1], is_upheld=True)
    notice.refresh_from_db()
    assert (notice.ends_on, notice.state) == (date(2025, 9, 26), NoticeState.REPLACED)
    assert states() == {GIVEN: State.PUBLICITY_READY, OBJECTED: State.ANNULLED, DEFERRED: State.DEFERRED}

    town.wakes("2025-09-29T10:00:00")
    notice = awarding.sends_and_publishes(town, PublicNotice.objects.get(replaces=notice))
    assert notice.ends_on == date(2025, 10, 11)  # eight days of holiday, and a Saturday at work
    town.wakes("2025-10-11T23:59:00")
    awarding.the_clock_clears()
    assert states()[GIVEN] == State.PUBLICITY
    town.wakes("2025-10-12T00:10:00")
    awarding.the_clock_clears()
    assert states()[GIVEN] == State.CLEARED

    town.wakes("2025-10-13T10:00:00")
    award = awarding.is_awarded(town, call)
    awarding.gives_an_account(town, first, awarding.ACCOUNTS[0])
    payment = awarding.is_paid(town, first, "记-36")
    assert states()[GIVEN] == State.PAID
    town.wakes("2025-10-15T10:00:00")
    awarding.comes_back(town, first, payment, "2025-10-15")
    assert states()[GIVEN] == State.PAYING
    awarding.gives_an_account(town, first, awarding.ACCOUNTS[1])
    awarding.is_paid(town, first, "记-41")
    assert list(Payment.objects.order_by("pk").values_list("state", "account__last_digits")) == [
        (PaymentState.RETURNED, "4567"),
        (PaymentState.PAID, "4321"),
    ]
    assert (states()[GIVEN], Award.objects.get()) == (State.PAID, award)

    town.wakes("2026-01-12T10:00:00")
    awarding.reports(town, first)
    awarding.is_recovered(town, first)
    assert states() == {GIVEN: State.RECOVERED, OBJECTED: State.ANNULLED, DEFERRED: State.DEFERRED}
    assert town.problems() == []


def states() -> dict[str, str]:
    return dict(Application.objects.values_list("project_name", "state"))
