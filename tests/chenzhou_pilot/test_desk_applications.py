from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import STAFF_KINDS, MembershipRole, PersonKind
from chenzhou_pilot.desk_applications import application_tasks
from chenzhou_pilot.desk_cases import case_lists
from common.calendar import shanghai_today
from common.templatetags.chenzhou import shanghai_date
from subsidies import accepting
from subsidies.enums import HitKind, ObjectionKind, ObjectionState, State
from subsidies.models import Appeal, Application, CrossCheckHit, Objection
from tests.bases.admin_pages import client_of
from tests.factories_accounts import user_of_kind
from tests.factories_publicity import objected
from tests.factories_subsidies import ApplicationFactory, firm, person_of, put
from tests.subsidies.desk import ask_for_correction, clerk, in_check, section_head, to_recommend, unit_of
from tests.subsidies.many import copies

pytestmark = pytest.mark.django_db


def counts(user):
    """{list: {state or clock: count}}, without the lists that are empty."""
    return {
        each.kind: {group.href.rpartition("=")[2]: group.count_text for group in each.groups}
        for each in case_lists(user)
        if each.groups
    }


def row_of(user, application):
    return next(
        row
        for each in case_lists(user)
        for group in each.groups
        for row in group.rows
        if row.application.pk == application.pk
    )


def test_each_person_finds_what_waits_for_them_and_what_waits_for_others():
    waiting = to_recommend()
    ApplicationFactory(state=State.ACCEPTANCE)
    in_check()
    ask_for_correction(in_check(), materials=["A01"])
    ApplicationFactory(state=State.REVIEWED)

    assert counts(unit_of(waiting).officer) == {"mine": {"recommendation": "1"}}
    assert counts(unit_of(waiting).leader) == {"others": {"recommendation": "1"}}
    assert counts(clerk()) == {
        "mine": {"acceptance": "1", "form_check": "1"},
        "others": {"correction": "1", "reviewed": "1"},
    }
    assert counts(section_head()) == {
        "mine": {"acceptance": "1", "form_check": "1", "reviewed": "1"},
        "others": {"correction": "1"},
    }
    assert counts(user_of_kind(PersonKind.FINANCE)) == {
        "others": {"acceptance": "1", "form_check": "1", "correction": "1", "reviewed": "1"}
    }
    assert case_lists(user_of_kind(PersonKind.ADMINISTRATOR)) == []


def test_what_runs_out_stands_in_its_own_lists_whoever_has_it():
    late, soon, later = (ApplicationFactory(state=State.ACCEPTANCE) for _ in range(3))
    for application, days in ((late, -1), (soon, 1), (later, 30)):
        put(application, due_on=shanghai_today() + timedelta(days=days))

    found = counts(clerk())

    assert (found["overdue"], found["soon"]) == ({"acceptance": "1"}, {"acceptance": "1"})
    assert [row.application for row in case_lists(clerk())[0].groups[0].rows] == [late, soon, later]


def test_an_open_appeal_runs_out_in_the_same_lists_and_in_the_queue():
    late, soon, later = (appealed(days) for days in (-1, 1, 30))
    answered = Appeal.objects.get(decision__application=appealed(-1))
    answered.state, answered.answer = "dismissed", "维持"
    answered.answered_by, answered.answered_at = clerk(), timezone.now()
    answered.save()
    head = section_head()

    found = {each.kind: [row.application for group in each.groups for row in group.rows] for each in case_lists(head)}

    assert (found["overdue"], found["soon"]) == ([late], [soon])
    assert later in found["mine"]
    for clock, row in (("overdue", late), ("soon", soon)):
        query = f"clock={clock}&state__exact=not_approved"
        answer = client_of(head).get(f"/admin/subsidies/application/?{query}")
        assert [each.pk for each in answer.context["cl"].result_list] == [row.pk]
    assert "overdue" not in counts(unit_of(late).officer)


def test_an_open_objection_runs_out_in_the_same_lists_and_in_the_queue():
    late, soon, later = (objected_to(days) for days in (-1, 1, 30))
    head = section_head()

    found = {each.kind: [row.application for group in each.groups for row in group.rows] for each in case_lists(head)}

    assert (found["overdue"], found["soon"]) == ([late], [soon])
    assert later not in (*found["overdue"], *found["soon"])
    day = shanghai_date(shanghai_today() + timedelta(days=1))
    assert row_of(head, soon).note == f"异议：须于 {day}前答复"
    for clock, row in (("overdue", late), ("soon", soon)):
        query = f"clock={clock}&state__exact=publicity"
        answer = client_of(head).get(f"/admin/subsidies/application/?{query}")
        assert [each.pk for each in answer.context["cl"].result_list] == [row.pk]


def test_an_answered_objection_and_a_lead_run_out_for_nobody_and_units_learn_of_none():
    answered, secret = objected_to(-1), objected_to(-1)
    objected_to(-1, kind=ObjectionKind.LEAD, state=ObjectionState.KEPT, due_on=None)
    objection = Objection.objects.get(entry__application=answered)
    objection.state, objection.answer = "dismissed", "不属实"
    objection.answered_by, objection.answered_at = clerk(), timezone.now()
    objection.save()

    assert counts(section_head())["overdue"] == {"publicity": "1"}
    officer = unit_of(secret).officer
    assert "overdue" not in counts(officer)
    answer = client_of(officer).get("/admin/subsidies/application/?clock=overdue")
    assert list(answer.context["cl"].result_list) == []


def objected_to(days, **fields):
    application = ApplicationFactory(state=State.PUBLICITY)
    entry = application.notice_entries.select_related("notice").get()
    objected(entry, **{"due_on": shanghai_today() + timedelta(days=days), **fields})
    return application


def appealed(days):
    application = ApplicationFactory(state=State.NOT_APPROVED)
    decision = application.decisions.get()
    due_on = shanghai_today() + timedelta(days=days)
    Appeal.objects.create(decision=decision, text="请复核", made_by=application.started_by, due_on=due_on)
    return application


def test_a_row_says_the_next_move_the_days_used_and_where_it_leads():
    with time_machine.travel(datetime.fromisoformat("2026-03-02T09:00:00+08:00"), tick=False) as clock:
        application = accepting.accept(ApplicationFactory(state=State.ACCEPTANCE), by=clerk())
        clock.move_to(datetime.fromisoformat("2026-03-05T09:00:00+08:00"))

        row = row_of(clerk(), application)

        assert (row.next_move, row.href) == ("审查材料", f"/admin/subsidies/application/{application.pk}/change/")
        [(owner, drawn)] = row.clocks
        assert (owner, drawn.days_used, drawn.days_allowed) == ("市科技局（形式审查）", 3, 10)


def test_while_the_applicant_has_the_file_the_clock_of_the_bureau_stands_still():
    with time_machine.travel(datetime.fromisoformat("2026-03-02T09:00:00+08:00"), tick=False) as clock:
        application = accepting.accept(ApplicationFactory(state=State.ACCEPTANCE), by=clerk())
        clock.move_to(datetime.fromisoformat("2026-03-04T09:00:00+08:00"))
        ask_for_correction(application, materials=["A01"])
        clock.move_to(datetime.fromisoformat("2026-03-06T09:00:00+08:00"))

        row = row_of(clerk(), application)

        assert (row.next_move, row.turn) == ("", "申报单位")
        assert [(drawn.days_used, drawn.state.value) for _owner, drawn in row.clocks] == [
            (2, "paused"),
            (2, "due_soon"),
        ]


def test_the_start_page_names_the_application_that_waits_and_leads_to_it():
    application = ApplicationFactory(state=State.ACCEPTANCE)

    text = client_of(clerk()).get("/admin/").content.decode()

    assert f'<span class="quiet">{application.number}</span>' in text
    assert f'href="/admin/subsidies/application/{application.pk}/change/"' in text
    assert 'href="/admin/subsidies/application/?turn=mine&amp;state__exact=acceptance"' in text


def test_the_queue_that_a_group_leads_to_shows_the_group():
    mine, other = ApplicationFactory(state=State.REVIEWED), ApplicationFactory(state=State.CORRECTION)
    client = client_of(section_head())

    def shown(query):
        rows = client.get(f"/admin/subsidies/application/?{query}").context["cl"].result_list
        return [row.pk for row in rows]

    assert shown("turn=mine&state__exact=reviewed") == [mine.pk]
    assert shown("turn=others") == [other.pk]


def test_hits_to_judge_are_a_task_of_those_who_judge():
    application = in_check()
    CrossCheckHit.objects.create(application=application, kind=HitKind.INVOICE, key="1", facts={"here": "1"})

    assert [task.count for task in application_tasks(clerk())] == [1]
    assert application_tasks(user_of_kind(PersonKind.FINANCE)) == []


@pytest.mark.parametrize("rows", [10, 10_000])
def test_ten_thousand_open_applications_take_the_queries_of_ten(rows, django_assert_num_queries):
    states = (State.ACCEPTANCE, State.FORM_CHECK, State.CHECKED, State.REVIEWED, State.CORRECTION)
    for state in states:
        application = ApplicationFactory(state=state)
        put(application, due_on=shanghai_today())
        copies(application, rows // len(states) - 1)
    user = section_head()
    case_lists(user)

    with django_assert_num_queries(6):
        lists = case_lists(user)

    assert [each.count_text for each in lists] == (["8", "0", "6", "2"] if rows == 10 else ["99+", "0", "99+", "99+"])
    assert sum(len(group.rows) for each in lists for group in each.groups) == (8 + 6 + 2 if rows == 10 else 40)


@pytest.mark.parametrize("kind", STAFF_KINDS)
def test_the_start_page_takes_the_same_queries_for_ten_and_a_thousand_open_applications(kind):
    body = firm()
    client = client_of(_person(kind, body))
    states = (State.RECOMMENDATION, State.ACCEPTANCE, State.FORM_CHECK, State.REVIEWED, State.CORRECTION)
    rows = [ApplicationFactory(state=state, organisation=body) for state in states]
    for row in rows:
        put(row, due_on=shanghai_today())
        copies(row, 1)

    with_ten = _queries_of_the_start_page(client)
    for row in rows:
        copies(row, 198)

    assert Application.objects.count() == 1_000
    assert _queries_of_the_start_page(client) == with_ten


def _person(kind, body):
    """An officer of the unit that recommends the body's applications, or anybody of another kind."""
    is_officer = kind == PersonKind.COUNTY_OFFICER
    return person_of(body.recommender, MembershipRole.OFFICER) if is_officer else user_of_kind(kind)


def _queries_of_the_start_page(client):
    client.get("/admin/")
    with CaptureQueriesContext(connection) as found:
        assert client.get("/admin/").status_code == 200
    return len(found)


def test_the_hidden_heads_of_the_start_page_are_chinese():
    text = client_of(clerk()).get("/admin/").content.decode()

    assert '<th scope="col">修改或查看</th>' in text
    assert "Model name" not in text
