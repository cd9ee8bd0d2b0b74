import re
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.models import JournalEntry
from subsidies import budgets, meetings
from subsidies.enums import EntryKind, MeetingKind, State
from subsidies.meetings import Member
from subsidies.models import Application, Budget, BudgetEntry, Decision, Meeting, Recusal
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import AMOUNT, MeetingFactory, given_to, staff
from tests.subsidies.calls import client_for
from tests.subsidies.deciders import (
    MEMBERS,
    MINUTES,
    ROUTE,
    OnAgenda,
    added,
    agenda,
    day,
    funded_call,
    held,
    on_agenda,
    recorded,
    reviewed,
)
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def make_world() -> OnAgenda:
    return on_agenda(awards=2)


people, call, meeting, decision = parts(OnAgenda)


def page_of(meeting):
    return reverse("admin:subsidies_meeting_change", args=[meeting.pk])


def members_sent(*rows):
    sent = {"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"members-{number}-{name}": value for name, value in row.items()}
    return sent


# ---------------------------------------------------------------- preparing
def test_a_clerk_prepares_a_meeting_on_a_form(people, call):
    member = staff(PersonKind.BUREAU_LEADER)
    sent = {
        "call": call.pk,
        "kind": "party_group",
        "held_on": "2026-03-09",
        "place": "三楼会议室",
        "budget": "",
        **members_sent({"name": "王局长", "is_chair": "on"}, {"name": "李副局长", "user": member.pk}, {"name": ""}),
    }

    answer = client_for(people.secretary).post(reverse("admin:subsidies_meeting_add"), sent)

    meeting = Meeting.objects.latest("pk")
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(meeting))
    assert (meeting.call, meeting.prepared_by, meeting.budget) == (call, people.secretary, budgets.budget_of(call))
    rows = list(meeting.members.values_list("name", "is_chair", "user"))
    assert rows == [("王局长", True, None), ("李副局长", False, member.pk)]


def test_the_members_of_the_last_meeting_stand_ready_for_the_next(people, call):
    add = f"{reverse('admin:subsidies_meeting_add')}?call="
    client = client_for(people.head)
    assert "stand ready" not in client.get(f"{add}{call.pk}").content.decode()
    held(call, people.secretary)

    page = client.get(f"{add}{call.pk}")

    assert [form.initial["name"] for form in page.context_data["members"].initial_forms] == [row[0] for row in MEMBERS]
    assert page.context_data["form"]["call"].value() == str(call.pk)


def test_what_waits_for_a_meeting_stands_ticked(people, call):
    meeting, first, second = held(call, people.secretary), reviewed(call, "70.00"), reviewed(call, "80.00")

    html = client_for(people.head).get(page_of(meeting)).content.decode()

    for row in (first, second):
        assert re.search(rf'name="propose-applications" value="{row.pk}"[^>]* checked', html)


def test_what_is_wrong_comes_back_with_what_was_typed(people, meeting):
    sent = {
        "call": meeting.call_id,
        "kind": "office",
        "held_on": "2026-03-09",
        "place": "三楼",
        **members_sent({"name": "王局长"}, {"name": "", "post": "副局长"}),
    }

    answer = client_for(people.secretary).post(reverse("admin:subsidies_meeting_add"), sent)

    assert answer.status_code == 400
    assert 'value="王局长"' in answer.text
    assert Meeting.objects.get() == meeting


def test_day_and_members_change_until_something_is_recorded(people, meeting, decision):
    client, address = client_for(people.secretary), reverse("admin:subsidies_meeting_edit", args=[meeting.pk])
    sent = {
        "kind": "office",
        "held_on": "2026-03-10",
        **members_sent({"name": "赵局长", "is_chair": "on"}, {"name": "李副局长"}),
    }
    assert 'value="王局长"' in client.get(address).text

    assert client.post(address, sent).status_code == 302
    recorded(decision, people.secretary)
    refused = client.post(address, sent | {"held_on": "2026-03-11"})

    assert refused.status_code == 400
    meeting.refresh_from_db()
    assert (meeting.held_on.isoformat(), meeting.members.count()) == ("2026-03-10", 2)
    assert reverse("admin:subsidies_meeting_edit", args=[meeting.pk]) not in client.get(page_of(meeting)).text


# ---------------------------------------------------------------- the agenda
def test_the_day_of_a_meeting_stands_in_its_form_in_both_languages(people, call):
    meeting = held(call, people.secretary, held_on=day("2026-11-27"))
    client, address = client_for(people.secretary), reverse("admin:subsidies_meeting_edit", args=[meeting.pk])

    for language in ("zh-hans", "en"):
        people.secretary.language = language
        people.secretary.save()
        assert 'value="2026-11-27"' in client.get(address).text


def test_the_page_draws_the_line_where_the_budget_ends(people, meeting):
    rows = added(people, meeting, "90.00", "70.00")

    text = client_for(people.leader).get(page_of(meeting)).text

    names = [row.application.project_name for row in rows]
    table = text[: text.index('id="try"')]
    assert table.index(names[1]) < table.index('class="budget-line"') < table.index(names[2])
    assert table.count('class="budget-line"') == 1


def test_what_if_shows_figures_and_stores_nothing(people, meeting):
    first, second = added(people, meeting, "90.00")
    before = JournalEntry.objects.count(), list(Decision.objects.values()), BudgetEntry.objects.count()

    answer = client_for(people.secretary).get(
        page_of(meeting), {f"d-{first.pk}": "defer", f"d-{second.pk}": "approve", "d-x": "approve", "d-²": "approve"}
    )

    assert answer.status_code == 200
    assert "将冻结 2,000,000.00 元，余 2,000,000.00 元" in answer.text
    assert before == (JournalEntry.objects.count(), list(Decision.objects.values()), BudgetEntry.objects.count())


def test_a_head_puts_several_on_the_agenda_at_once(people, call):
    meeting, first, second = held(call, people.secretary), reviewed(call, "70.00"), reviewed(call, "80.00")

    answer = client_for(people.head).post(
        page_of(meeting), {"do": "propose", "propose-applications": [first.pk, second.pk]}
    )

    assert answer.status_code == 302
    assert [row.application for row in meetings.on_agenda(meeting)] == [second, first]


def test_what_is_not_awaited_is_not_put_on_the_agenda(people, call, decision):
    meeting, elsewhere = held(call, people.secretary), reviewed(funded_call())
    reviewed(call)

    answer = client_for(people.head).post(page_of(meeting), {"do": "propose", "propose-applications": [elsewhere.pk]})

    assert answer.status_code == 400
    assert Decision.objects.get() == decision


# ---------------------------------------------------------------- from the record to the release
def test_the_secretary_records_and_another_person_releases(people, meeting):
    first, second = added(people, meeting, "90.00")
    secretary, leader = client_for(people.secretary), client_for(people.leader)
    turned_down = {"verdict": "reject", "reason": "投入未达到要求", "appeal_route": ROUTE}

    sent = {f"stage-{second.pk}-{name}": value for name, value in turned_down.items()}
    assert secretary.post(page_of(meeting), {"do": f"stage-{second.pk}", **sent}).status_code == 302
    approve = {"do": f"stage-{first.pk}", f"stage-{first.pk}-verdict": "approve"}
    assert secretary.post(page_of(meeting), approve).status_code == 302
    assert "release" not in [offer.key for offer in secretary.get(page_of(meeting)).context["offered"]]
    assert leader.post(page_of(meeting), {"do": "release", "release-minutes_number": ""}).status_code == 400
    answer = leader.post(page_of(meeting), {"do": "release", "release-minutes_number": "郴科纪要[2026]3号"})

    assert answer.status_code == 302
    assert [Application.objects.get(pk=row.application_id).state for row in (first, second)] == [
        State.PUBLICITY_READY,
        State.NOT_APPROVED,
    ]
    assert MINUTES in leader.get(page_of(meeting)).text
    entry = JournalEntry.objects.filter(object_type="subsidies.meeting").latest("pk")
    assert (entry.action, entry.actor, entry.source) == ("release_decisions", people.leader, "admin")


def test_the_number_of_the_minutes_stands_begun_as_at_the_last_meeting_of_the_kind(people, meeting):
    year = shanghai_today().year

    def begun():
        offered = client_for(people.leader).get(page_of(meeting)).context["offered"]
        (form,) = (each.form for each in offered if each.key == "release")
        return form["minutes_number"].value()

    assert begun() == f"〔{year}〕"
    for kind, number in ((meeting.kind, "郴科党纪〔2025〕2号"), (MeetingKind.OFFICE, "郴科纪要〔2025〕3号")):
        signed = {"released_by": people.leader, "released_at": timezone.now(), "minutes_number": number}
        MeetingFactory(call=meeting.call, kind=kind, **signed)
    assert begun() == f"郴科党纪〔{year}〕"


def test_a_refused_release_says_which_application_the_budget_does_not_reach_for(people):
    meeting, rows = agenda(people, funded_call(awards=1), "90.00", "80.00")
    for decision in rows:
        recorded(decision, people.secretary)

    answer = client_for(people.leader).post(page_of(meeting), {"do": "release", "release-minutes_number": MINUTES})

    assert answer.status_code == 400
    assert f"不足以支持议程第 2 项 {rows[1].application.number}" in answer.text
    assert f'value="{MINUTES}"' in answer.text
    assert not BudgetEntry.objects.filter(kind=EntryKind.RESERVE).exists()


def test_the_first_decision_that_is_not_recorded_stands_open(people, meeting):
    first, second = added(people, meeting, "70.00")
    client = client_for(people.secretary)

    def opened():
        return re.findall(r'<details id="([^"]+)" open>', client.get(page_of(meeting)).text)

    assert opened() == [f"stage-{first.pk}"]
    recorded(first, people.secretary)
    assert opened() == [f"stage-{second.pk}"]
    recorded(second, people.secretary)
    assert opened() == []


def test_a_refused_record_keeps_what_was_typed(people, meeting):
    _first, decision = added(people, meeting, "70.00")
    key = f"stage-{decision.pk}"

    answer = client_for(people.secretary).post(
        page_of(meeting), {"do": key, f"{key}-verdict": "defer", f"{key}-reason": "再议一次"}
    )

    assert answer.status_code == 400
    assert "再议一次" in answer.text
    assert f'<details id="{key}" open>' in answer.text


def test_a_member_with_an_interest_is_named_and_recorded_as_out(people, call):
    member = staff(PersonKind.BUREAU_LEADER)
    application = reviewed(call)
    MembershipFactory(user=member, organisation=application.organisation)
    meeting = held(call, people.secretary, members=[*MEMBERS, Member("陈委员", user=member)])
    decision = meetings.propose(application, meeting=meeting, by=people.head)
    client, key = client_for(people.secretary), f"recuse-{decision.pk}"
    assert "陈委员 须回避" in client.get(page_of(meeting)).text

    sent = {f"{key}-member": meeting.members.get(user=member).pk, f"{key}-reason": "任职单位为申报人"}
    assert client.post(page_of(meeting), {"do": key, **sent}).status_code == 302

    assert Recusal.objects.get().reason == "任职单位为申报人"
    text = client.get(page_of(meeting)).text
    assert "陈委员 须回避" not in text
    assert "陈委员 已回避：任职单位为申报人" in text


def test_a_head_takes_off_the_agenda(people, meeting, decision):
    key = f"take_off-{decision.pk}"

    answer = client_for(people.head).post(page_of(meeting), {"do": key, f"{key}-reason": "材料待核"})

    assert answer.status_code == 302
    assert Application.objects.get(pk=decision.application_id).state == State.REVIEWED


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_who_only_reads_is_offered_nothing_and_does_nothing(people, kind, meeting, decision):
    client, key = client_for(staff(kind)), f"stage-{decision.pk}"

    answer = client.get(page_of(meeting))
    client.post(page_of(meeting), {"do": key, f"{key}-verdict": "approve"})
    client.post(page_of(meeting), {"do": "release", "release-minutes_number": MINUTES})

    assert (answer.status_code, answer.context["board"].offers) == (200, {})
    decision.refresh_from_db()
    assert (decision.verdict, decision.released_at) == ("", None)


def test_a_demoted_secretary_records_nothing_at_the_next_request(people, meeting, decision):
    client, key = client_for(people.secretary), f"stage-{decision.pk}"
    people.secretary.groups.clear()

    answer = client.post(page_of(meeting), {"do": key, f"{key}-verdict": "approve"})

    assert answer.status_code in (302, 403)
    decision.refresh_from_db()
    assert decision.verdict == ""


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_much_for_six_as_for_one(people, django_assert_num_queries, count):
    call = funded_call()
    meeting = held(call, people.secretary, members=[*MEMBERS, Member("陈委员", user=UserFactory())])
    for _ in range(count):
        meetings.propose(reviewed(call), meeting=meeting, by=people.head)
        reviewed(call)
    client = client_for(people.head)

    with django_assert_num_queries(25):
        assert client.get(page_of(meeting)).status_code == 200


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_asks_as_much_for_five_as_for_one(people, django_assert_num_queries, count):
    for _ in range(count):
        agenda(people, funded_call(), "80.00")
    client = client_for(people.leader)

    with django_assert_num_queries(10):
        assert client.get(reverse("admin:subsidies_meeting_changelist")).status_code == 200


# ---------------------------------------------------------------- budgets
def budget_page(budget):
    return reverse("admin:subsidies_budget_change", args=[budget.pk])


def test_one_proposes_money_and_another_confirms_it():
    budget = budgets.budget_of(funded_call(awards=1))
    one, other = staff(PersonKind.FINANCE), staff(PersonKind.FINANCE)
    sent = {"kind": "increase", "amount_yuan": "200", "document_number": "郴财教〔2026〕5号", "reason": "追加"}
    client = client_for(one)

    assert (
        client.post(
            budget_page(budget), {"do": "propose", **{f"propose-{name}": value for name, value in sent.items()}}
        ).status_code
        == 302
    )
    change = budget.changes.get(confirmed_at=None)
    client.post(budget_page(budget), {"do": f"confirm-{change.pk}"})
    assert budgets.balances_of(budget).free == AMOUNT
    assert client_for(other).post(budget_page(budget), {"do": f"confirm-{change.pk}"}).status_code == 302

    assert budgets.balances_of(budget).free == AMOUNT * 2
    text = client.get(budget_page(budget)).text
    assert "郴财教〔2026〕5号" in text
    assert "4,000,000.00 元" in text


def test_a_change_is_turned_down_with_a_reason():
    budget = budgets.budget_of(funded_call(awards=1))
    change = budgets.propose_change(
        budget, by=staff(PersonKind.FINANCE), kind="decrease", amount_yuan=AMOUNT, reason="压减"
    )
    client, key = client_for(staff(PersonKind.BUREAU_LEADER)), f"decline-{change.pk}"

    assert client.post(budget_page(budget), {"do": key, f"{key}-reason": ""}).status_code == 400
    assert client.post(budget_page(budget), {"do": key, f"{key}-reason": "依据不足"}).status_code == 302

    assert not BudgetEntry.objects.filter(kind="decrease").exists()


def test_a_clerk_reads_budgets_and_changes_none(call):
    budget = budgets.budget_of(call)
    client = client_for(staff(PersonKind.BUREAU_CLERK))

    answer = client.get(budget_page(budget))
    client.post(budget_page(budget), {"do": "propose", "propose-kind": "increase", "propose-amount_yuan": "1"})

    assert (answer.status_code, answer.context["board"].offers) == (200, {})
    assert not budget.changes.filter(confirmed_at=None).exists()


def test_a_ledger_is_read_page_by_page(django_assert_num_queries, call):
    budget = budgets.budget_of(call)
    for _ in range(60):
        given_to(budget, Decimal(1))
    client = client_for(staff(PersonKind.FINANCE))

    with django_assert_num_queries(12):
        first = client.get(budget_page(budget)).context["board"]
    second = client.get(budget_page(budget), {"before": first.older}).context["board"]

    keys = list(budget.entries.order_by("-pk").values_list("pk", flat=True))
    assert [row.pk for row in first.entries] == keys[:50]
    assert [row.pk for row in second.entries] == keys[50:]
    assert second.older is None
    assert [client.get(budget_page(budget), {"before": each}).status_code for each in ("x", "²", "9" * 30)] == [200] * 3


def test_budgets_stand_by_year(call, django_assert_num_queries):
    own = budgets.budget_of(call)
    Budget.objects.create(scheme=own.scheme, year=own.year - 1)
    client = client_for(staff(PersonKind.BUREAU_LEADER))

    with django_assert_num_queries(10):
        answer = client.get(reverse("admin:subsidies_budget_changelist"))
    before = client.get(reverse("admin:subsidies_budget_changelist"), {"year": own.year - 1})

    (row,) = answer.context["rows"]
    assert (row.budget, [figure for figure in row.figures if figure]) == (own, [AMOUNT * 2, AMOUNT * 2])
    assert "400 万元" in answer.text
    assert [row.budget.year for row in before.context["rows"]] == [own.year - 1]


def test_finance_sets_up_a_budget(call):
    scheme = call.scheme
    client, address = client_for(staff(PersonKind.FINANCE)), reverse("admin:subsidies_budget_add")

    assert client.post(address, {"scheme": scheme.pk, "year": "2030", "note": ""}).status_code == 302
    again = client.post(address, {"scheme": scheme.pk, "year": "2030", "note": ""})

    assert (again.status_code, Budget.objects.filter(year=2030).count()) == (200, 1)


def test_the_day_of_a_meeting_is_shown(people, call):
    meeting = held(call, people.secretary, held_on=shanghai_today())

    assert f"{shanghai_today()}" in client_for(people.leader).get(reverse("admin:subsidies_meeting_changelist")).text
    assert meeting.get_kind_display() in client_for(people.leader).get(page_of(meeting)).text
