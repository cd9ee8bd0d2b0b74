"""After a move the page leads to what waits for the same person next."""

import re

import pytest
from django.db import connection

from accounts.enums import PersonKind
from subsidies.enums import State
from subsidies.next_cases import next_cases
from tests.bases.admin_pages import client_of
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.deciders import agenda, bureau, funded_call
from tests.subsidies.desk import clerk, in_check

pytestmark = pytest.mark.django_db

LINKS = re.compile(r'<nav class="desk-next".*?</nav>', re.DOTALL)


def led_to(html: str) -> list[str]:
    return re.findall(r'href="/admin/subsidies/application/(\d+)/next/"', "".join(LINKS.findall(html)))


def after_accepting(client, application) -> str:
    page = f"/admin/subsidies/application/{application.pk}/change/"
    return client.post(page, {"do": "accept"}, follow=True).content.decode()


def test_a_move_done_leads_to_the_others_in_the_order_of_the_desk_and_not_to_itself():
    checking, first, second = in_check(), *(ApplicationFactory(state=State.ACCEPTANCE) for _ in range(2))

    html = after_accepting(client_of(clerk()), first)

    assert led_to(html) == [str(second.pk), str(checking.pk)]
    assert f"受理 · {second.project_name}" in html


def test_without_a_move_and_on_the_start_page_nothing_of_it_is_there():
    first, _second = (ApplicationFactory(state=State.ACCEPTANCE) for _ in range(2))
    client = client_of(clerk())

    assert led_to(client.get(f"/admin/subsidies/application/{first.pk}/change/").content.decode()) == []
    client.post(f"/admin/subsidies/application/{first.pk}/change/", {"do": "accept"})
    assert led_to(client.get("/admin/").content.decode()) == []


def test_whoever_has_nothing_left_reads_nothing_of_it():
    html = after_accepting(client_of(clerk()), ApplicationFactory(state=State.ACCEPTANCE))

    assert "desk-next" not in html


def test_the_cases_of_a_meeting_are_not_named_again_on_its_own_page():
    people = bureau()
    meeting, (decision, _other) = agenda(people, funded_call(), "80.00", "70.00")
    elsewhere = ApplicationFactory(state=State.ACCEPTANCE)
    page = f"/admin/subsidies/meeting/{meeting.pk}/change/"
    told = {"do": f"stage-{decision.pk}", f"stage-{decision.pk}-verdict": "approve"}

    answer = client_of(people.head).post(page, told, follow=True)

    assert led_to(answer.content.decode()) == [str(elsewhere.pk)]


@pytest.mark.parametrize("waiting", [1, 7])
def test_it_is_two_queries_however_much_waits(waiting, django_assert_num_queries):
    user = clerk()
    for _ in range(waiting):
        ApplicationFactory(state=State.ACCEPTANCE)
    next_cases(user, but={})  # what the person may do is read once

    with django_assert_num_queries(2):
        found = next_cases(user, but={})

    assert len(found) == min(waiting, 5)


def test_the_case_of_ones_own_firm_is_not_among_them():
    user, (own, other) = clerk(), (ApplicationFactory(state=State.ACCEPTANCE) for _ in range(2))
    MembershipFactory(user=user, organisation=own.organisation)

    assert [case.key for case in next_cases(user, but={})] == [other.pk]


def test_a_refusal_leads_to_nothing():
    people = bureau()
    meeting, _decisions = agenda(people, funded_call(), "80.00", "70.00")
    ApplicationFactory(state=State.ACCEPTANCE)
    page = f"/admin/subsidies/meeting/{meeting.pk}/change/"

    html = client_of(people.head).post(page, {"do": "nothing"}, follow=True).content.decode()

    assert 'class="messagelist"' in html
    assert led_to(html) == []


def test_what_somebody_takes_up_meanwhile_is_left_out():
    user, (taken, other) = clerk(), (ApplicationFactory(state=State.ACCEPTANCE) for _ in range(2))

    def take_up(execute, sql, *told):
        if "next_move" in sql:
            put(taken, state=State.WITHDRAWN)
        return execute(sql, *told)

    with connection.execute_wrapper(take_up):
        found = next_cases(user, but={})

    assert [case.key for case in found] == [other.pk]


def test_who_sees_no_application_is_led_to_none():
    ApplicationFactory(state=State.ACCEPTANCE)

    assert next_cases(user_of_kind(PersonKind.ADMINISTRATOR), but={}) == []
