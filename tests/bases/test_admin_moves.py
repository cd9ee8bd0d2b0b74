import datetime

import pytest
import time_machine

from accounts.enums import PersonKind
from bases import workflow
from bases.enums import ChangeState, State
from bases.models import Base, BaseChange
from common.models import JournalEntry
from tests.bases.admin_pages import change_url, client_of, staff
from tests.factories import BaseFactory, DivisionFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/bases/base/"


def state_of(base):
    return Base.objects.get(pk=base.pk).state


def notice(until):
    dates = {"publicity_from": datetime.date(2026, 11, 2), "publicity_until": until}
    return BaseFactory(state=State.PUBLICITY, complete=True, **dates)


# ---------------------------------------------------------------- one base
def test_asking_for_a_move_changes_nothing():
    base = BaseFactory(state=State.DRAFT, complete=True)

    answer = client_of(staff()).get(change_url(base, "move", "submit"))

    assert (answer.status_code, state_of(base)) == (200, State.DRAFT)


def test_a_move_is_made_by_post_and_stands_in_the_journal():
    base, user = BaseFactory(state=State.DRAFT, complete=True), staff()

    answer = client_of(user).post(change_url(base, "move", "submit"))

    entry = JournalEntry.objects.filter(object_type="bases.base").latest("pk")
    assert (answer.status_code, state_of(base)) == (302, State.COUNTY_REVIEW)
    assert (entry.action, entry.actor, entry.source) == ("submit", user, "admin")


def test_a_draft_that_lacks_something_says_so_and_is_not_submitted():
    base = BaseFactory(state=State.DRAFT)
    client = client_of(staff())

    page = client.get(change_url(base))
    answer = client.post(change_url(base, "move", "submit"), follow=True)

    (message,) = answer.context["messages"]
    assert len(page.context["missing"]) == 2
    assert (str(message), state_of(base)) == (" ".join(page.context["missing"]), State.DRAFT)


def test_sending_back_needs_a_reason():
    base = BaseFactory(state=State.BUREAU_REVIEW)
    client = client_of(staff())

    without = client.post(change_url(base, "move", "send_back"), {"reason": " "})
    kept = state_of(base)
    client.post(change_url(base, "move", "send_back"), {"reason": "缺少设备清单"})

    assert (without.status_code, kept) == (400, State.BUREAU_REVIEW)
    assert (state_of(base), Base.objects.get().state_reason) == (State.DRAFT, "缺少设备清单")


def test_a_warning_needs_a_day_in_the_future():
    base = BaseFactory()
    client = client_of(staff(PersonKind.SECTION_HEAD))
    url = change_url(base, "move", "warn")

    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=False):
        past = client.post(url, {"reason": "未报年报", "rectify_until": "2026-11-23"})
        client.post(url, {"reason": "未报年报", "rectify_until": "2026-12-23"})

    assert past.status_code == 400
    assert (state_of(base), Base.objects.get().rectify_until) == (State.WARNED, datetime.date(2026, 12, 23))


@pytest.mark.parametrize(
    ("code", "status"), [("CZZS-2024-0001-2", 400), ("abc", 400), ("CZZS-2031-0009-9", 400), (None, 302)]
)
def test_a_merger_names_its_heir_by_code(code, status):
    base, heir = BaseFactory(), BaseFactory()

    answer = client_of(staff(PersonKind.SECTION_HEAD)).post(
        change_url(base, "move", "merge"), {"into": code or heir.code.lower(), "reason": "合并"}
    )

    assert answer.status_code == status
    assert (state_of(base) == State.MERGED) == (status == 302)


# Moves that are not there for the state or for the person: nothing changes.
REFUSED = [
    (PersonKind.BUREAU_CLERK, State.LISTED, "remove", 302),
    (PersonKind.BUREAU_CLERK, State.LISTED, "submit", 302),
    (PersonKind.COUNTY_OFFICER, State.BUREAU_REVIEW, "visit", 302),
    (PersonKind.FINANCE, State.DRAFT, "submit", 302),
    (PersonKind.SECTION_HEAD, State.DRAFT, "enlist", 302),
    (PersonKind.SECTION_HEAD, State.LISTED, "propose_change", 404),
    (PersonKind.SECTION_HEAD, State.LISTED, "explode", 404),
]


@pytest.mark.parametrize(("kind", "state", "action", "status"), REFUSED)
def test_a_move_that_is_not_offered_is_refused(kind, state, action, status):
    base = BaseFactory(state=state)

    answer = client_of(staff(kind)).post(change_url(base, "move", action), {"reason": "试试"})

    assert (answer.status_code, state_of(base)) == (status, state)


def test_a_county_officer_cannot_move_a_base_of_another_county():
    base = BaseFactory(state=State.COUNTY_REVIEW, division=DivisionFactory(code="431023", name_zh="永兴县"))

    answer = client_of(staff(PersonKind.COUNTY_OFFICER)).post(change_url(base, "move", "recommend"))

    assert (answer.status_code, state_of(base)) == (404, State.COUNTY_REVIEW)


@time_machine.travel("2026-11-23T10:00:00+08:00", tick=False)
def test_whoever_submitted_a_base_does_not_decide_on_it():
    head = staff(PersonKind.SECTION_HEAD)
    base = BaseFactory(state=State.SITE_CHECK, submitted_by=head)

    client_of(head).post(change_url(base, "move", "publicise"))
    kept = state_of(base)
    client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(base, "move", "publicise"))

    assert (kept, state_of(base)) == (State.SITE_CHECK, State.PUBLICITY)


def test_a_base_is_not_entered_before_its_notice_is_over():
    base = notice(datetime.date(2026, 11, 23))
    client = client_of(staff(PersonKind.SECTION_HEAD))

    with time_machine.travel("2026-11-23T23:00:00+08:00", tick=False):
        client.post(change_url(base, "move", "enlist"))
    kept = state_of(base)
    with time_machine.travel("2026-11-24T00:00:01+08:00", tick=False):
        client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(base, "move", "enlist"))

    assert (kept, state_of(base)) == (State.PUBLICITY, State.LISTED)


# ---------------------------------------------------------------- many bases
def test_many_at_once_shows_first_who_is_left_out_and_why():
    going, left = BaseFactory(state=State.DRAFT, complete=True), BaseFactory()

    answer = client_of(staff()).post(LIST, {"action": "move_submit", "_selected_action": [going.pk, left.pk]})

    assert [base.pk for base in answer.context["going"]] == [going.pk]
    assert [each.base.pk for each in answer.context["left_out"]] == [left.pk]
    assert (state_of(going), state_of(left)) == (State.DRAFT, State.LISTED)


def test_many_at_once_moves_after_the_confirmation():
    bases = [BaseFactory(state=State.DRAFT, complete=True) for _ in range(3)]
    chosen = {"_selected_action": [base.pk for base in bases], "action": "move_submit", "confirmed": "1"}

    client_of(staff()).post(LIST, chosen)

    assert {state_of(base) for base in bases} == {State.COUNTY_REVIEW}


def test_many_at_once_asks_for_the_reason_it_needs():
    base = BaseFactory(state=State.BUREAU_REVIEW)
    chosen = {"_selected_action": [base.pk], "action": "move_send_back", "confirmed": "1"}

    answer = client_of(staff()).post(LIST, chosen)

    assert (answer.status_code, state_of(base)) == (400, State.BUREAU_REVIEW)


@pytest.mark.parametrize("across", ["0", "1"])
def test_many_at_once_never_reaches_another_county(across):
    other = BaseFactory(state=State.COUNTY_REVIEW, division=DivisionFactory(code="431023", name_zh="永兴县"))
    chosen = {"_selected_action": [other.pk], "action": "move_recommend", "confirmed": "1", "select_across": across}

    client_of(staff(PersonKind.COUNTY_OFFICER)).post(LIST, chosen)

    assert state_of(other) == State.COUNTY_REVIEW


def test_a_bulk_move_without_the_right_to_it_does_not_exist():
    base = BaseFactory()
    chosen = {"_selected_action": [base.pk], "action": "move_remove", "confirmed": "1", "reason": "试"}

    client_of(staff()).post(LIST, chosen)

    assert state_of(base) == State.LISTED


# ---------------------------------------------------------------- reviewed fields
def propose(client, base, **values):
    data = {"name_zh": base.name_zh, "name_en": base.name_en, "kind": base.kind, "division": base.division_id}
    return client.post(change_url(base, "propose"), data | {"reason": "迁址"} | values)


def test_a_proposed_change_waits_and_changes_nothing():
    base, user = BaseFactory(name_zh="旧名"), staff()

    answer = propose(client_of(user), base, name_zh="新名")

    change = BaseChange.objects.get()
    assert answer.status_code == 302
    assert (change.values, change.reason, change.proposed_by) == ({"name_zh": "新名"}, "迁址", user)
    assert (Base.objects.get().name_zh, state_of(base)) == ("旧名", State.CHANGE_PENDING)


@pytest.mark.parametrize("values", [{}, {"name_zh": "新名", "reason": ""}, {"name_zh": ""}, {"kind": "other"}])
def test_a_proposal_without_a_change_or_a_reason_is_refused(values):
    base = BaseFactory()

    answer = propose(client_of(staff()), base, **values)

    assert (answer.status_code, BaseChange.objects.count()) == (400, 0)


def pending(by, **values):
    return workflow.propose_change(
        BaseFactory(name_zh="旧名"), by=by, values=values or {"name_zh": "新名"}, reason="更名"
    )


def test_the_decision_shows_both_sides():
    DivisionFactory(code="431023", name_zh="永兴县")
    change = pending(staff(), name_zh="新名", division="431023")

    answer = client_of(staff(PersonKind.SECTION_HEAD)).get(change_url(change))

    assert [(side.now, side.proposed) for side in answer.context["sides"]] == [("旧名", "新名"), ("临武县", "永兴县")]
    assert answer.context["may_decide"] is True


def test_the_proposer_does_not_decide():
    head = staff(PersonKind.SECTION_HEAD)
    change = pending(head)

    refused = client_of(head).post(change_url(change, "approve"))
    kept = Base.objects.get().name_zh
    client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(change, "approve"))

    assert (refused.status_code, kept, Base.objects.get().name_zh) == (403, "旧名", "新名")
    assert BaseChange.objects.get().state == ChangeState.APPROVED


@pytest.mark.parametrize(("reason", "state"), [("", ChangeState.PENDING), ("材料不全", ChangeState.DECLINED)])
def test_a_change_is_declined_with_a_reason(reason, state):
    change = pending(staff())

    client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(change, "decline"), {"reason": reason})

    assert (BaseChange.objects.get().state, Base.objects.get().name_zh) == (state, "旧名")


@pytest.mark.parametrize("page", ["approve", "decline"])
def test_a_decision_is_never_made_by_get(page):
    change = pending(staff())

    answer = client_of(staff(PersonKind.SECTION_HEAD)).get(change_url(change, page))

    assert (answer.status_code, BaseChange.objects.get().state) == (405, ChangeState.PENDING)


def test_whoever_submitted_the_base_is_offered_no_decision_on_a_change_of_it():
    head = staff(PersonKind.SECTION_HEAD)
    base = BaseFactory(submitted_by=head)
    change = workflow.propose_change(base, by=staff(), values={"name_zh": "新名"}, reason="更名")
    client = client_of(head)

    assert client.get(change_url(change)).context["may_decide"] is False
    assert client.post(change_url(change, "approve")).status_code == 403


def test_a_change_that_no_longer_fits_is_refused_with_a_sentence():
    host = OrganisationFactory()
    change = workflow.propose_change(BaseFactory(), by=staff(), values={"host": host.pk}, reason="更换")
    host.delete()

    answer = client_of(staff(PersonKind.SECTION_HEAD)).post(change_url(change, "approve"), follow=True)

    assert (answer.status_code, [message.level_tag for message in answer.context["messages"]]) == (200, ["error"])
    assert BaseChange.objects.get().state == ChangeState.PENDING


def test_a_clerk_reads_a_change_and_cannot_decide():
    change = pending(staff())
    client = client_of(staff())

    assert client.get(change_url(change)).context["may_decide"] is False
    assert client.post(change_url(change, "approve")).status_code == 403
