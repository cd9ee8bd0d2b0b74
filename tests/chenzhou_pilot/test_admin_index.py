import datetime

import pytest
import time_machine
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from bases import workflow
from bases.enums import State
from bases.models import Base
from chenzhou_pilot.desk_tasks import tasks_for
from common.models import JournalEntry, JournalPending
from subsidies.enums import IntegrityCategory, PleaKind
from subsidies.follow_up import integrity
from tests.bases.admin_pages import client_of, staff
from tests.factories import BaseFactory, DivisionFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_subsidies import firm, person_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_monday")]
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture
def _monday():
    with time_machine.travel("2026-11-23T10:00:00+08:00", tick=False):
        yield


def counted(user):
    return {task.href.partition("?")[2] or task.title: task.count for task in tasks_for(user)}


def notes(user, query):
    return [
        (line.note != "", line.is_urgent)
        for task in tasks_for(user)
        if task.href.endswith(query)
        for line in task.lines
    ]


def of_query(user, query):
    return next(task for task in tasks_for(user) if task.href.endswith(query))


def test_each_kind_of_staff_is_shown_the_moves_it_can_make():
    for state in (State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK):
        BaseFactory(state=state)

    def waiting(kind):
        found = counted(staff(kind))
        return [found.get(f"state__exact={state}") for state in ("county_review", "bureau_review", "site_check")]

    assert waiting(PersonKind.COUNTY_OFFICER) == [1, None, None]
    assert waiting(PersonKind.BUREAU_CLERK) == [1, 1, None]
    assert waiting(PersonKind.SECTION_HEAD) == [1, 1, 1]
    assert waiting(PersonKind.FINANCE) == [None, None, None]


def test_demonstration_records_wait_behind_real_ones():
    for is_demo in (True, False, True, False):
        BaseFactory(is_demo=is_demo, state=State.WARNED, rectify_until=TODAY)
    user = staff()

    for query in ("verified=old", "figures=missing", "state__exact=warned"):
        codes = [line.label.split()[0] for line in of_query(user, query).lines]
        assert [code.startswith("DEMO") for code in codes] == [False, False, True, True], query


@pytest.mark.parametrize(("kind", "shown"), [(PersonKind.DISCIPLINE, 1), (PersonKind.BUREAU_CLERK, 0)])
def test_the_journal_stands_in_the_navigation_of_whoever_may_read_it(kind, shown):
    html = client_of(staff(kind)).get("/admin/bases/base/").content.decode()

    nav = html.split('<nav class="desk-nav"')[1].split("</nav>")[0]
    assert nav.count('href="/admin/common/journalentry/"') == shown


def test_every_base_said_to_wait_has_a_move_for_the_person():
    states = (State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK)
    bases = [BaseFactory(state=state) for state in states]

    for kind in (PersonKind.COUNTY_OFFICER, PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD):
        user = staff(kind)
        waiting = [state for state in states if counted(user).get(f"state__exact={state}")]
        assert all(workflow.available_actions(base, user) for base in bases if base.state in waiting)


def test_what_waits_in_another_county_is_not_shown():
    BaseFactory(state=State.COUNTY_REVIEW, division=DivisionFactory(code="431023", name_zh="永兴县"))

    assert counted(staff(PersonKind.COUNTY_OFFICER))["state__exact=county_review"] == 0


def test_whoever_submitted_or_proposed_is_not_asked_to_decide():
    head = staff(PersonKind.SECTION_HEAD)
    BaseFactory(state=State.COUNTY_REVIEW, submitted_by=head)
    BaseFactory(state=State.SITE_CHECK, submitted_by=head)
    workflow.propose_change(BaseFactory(), by=head, values={"name_zh": "新名"}, reason="更名")
    workflow.propose_change(BaseFactory(submitted_by=head), by=staff(), values={"name_zh": "又名"}, reason="更名")

    own, other = counted(head), counted(staff(PersonKind.SECTION_HEAD))

    queries = [f"state__exact={state}" for state in ("county_review", "site_check", "pending")]
    assert [own[query] for query in queries] == [0, 0, 0]
    assert [other[query] for query in queries] == [1, 1, 2]


def test_notices_count_working_days_and_name_those_that_are_over():
    BaseFactory(
        state=State.PUBLICITY, publicity_from=datetime.date(2026, 11, 16), publicity_until=datetime.date(2026, 11, 20)
    )
    BaseFactory(state=State.PUBLICITY, publicity_from=TODAY, publicity_until=datetime.date(2026, 11, 30))

    over, running = of_query(staff(), "state__exact=publicity").lines

    assert (over.is_urgent, running.is_urgent) == (True, False)
    assert "6" in running.note  # Monday to Monday without the weekend


def test_rectifications_are_urgent_on_their_last_day():
    BaseFactory(state=State.WARNED, rectify_until=TODAY)
    BaseFactory(state=State.WARNED, rectify_until=TODAY + datetime.timedelta(days=1))

    assert notes(staff(), "state__exact=warned") == [(True, True), (True, False)]


def test_records_are_due_for_verification_after_a_year():
    BaseFactory(verified_on=None)
    office = OrganisationFactory()
    BaseFactory(verified_on=TODAY - datetime.timedelta(days=366), verified_by=office)
    BaseFactory(verified_on=TODAY, verified_by=office)
    BaseFactory(state=State.DRAFT)

    assert counted(staff())["verified=old"] == 2


def test_missing_figures_are_counted_per_base():
    BaseFactory()

    (line,) = of_query(staff(), "figures=missing").lines

    assert "14" in line.note


def test_entries_without_a_seal_are_told_to_those_who_keep_the_system_running():
    entry = JournalEntry.objects.create(
        action="x", object_type="bases.base", happened_at=timezone.now() - datetime.timedelta(hours=2)
    )
    JournalPending.objects.create(entry=entry)

    assert [task.count for task in tasks_for(staff(PersonKind.ADMINISTRATOR))] == [1]
    assert not any(line.is_urgent for task in tasks_for(staff()) for line in task.lines)


def listed_firm():
    organisation = firm(name_zh="某新材料公司")
    clerk = staff(PersonKind.BUREAU_CLERK)
    entry = integrity.enter(organisation, by=clerk, category=IntegrityCategory.FALSE_DATA, basis="处理决定")
    lead = person_of(organisation, MembershipRole.PROJECT_LEAD)
    return integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="认定有误")


def pleas(user):
    found = [task for task in tasks_for(user) if "integrityentry" in task.href]
    return [(line.href, bool(line.note)) for task in found for line in task.lines]


def test_a_plea_waits_for_those_who_answer_and_then_for_another_who_confirms():
    plea = listed_firm()
    clerk, head, other = staff(PersonKind.BUREAU_CLERK), staff(PersonKind.SECTION_HEAD), staff(PersonKind.SECTION_HEAD)
    shown = [(f"/admin/subsidies/integrityentry/{plea.entry_id}/change/", True)]
    before = [pleas(user) for user in (clerk, head, other)]

    integrity.answer(plea, by=head, is_upheld=True, answer="认定有误，撤销")

    assert before == [shown, shown, shown]
    assert [pleas(user) for user in (clerk, head, other)] == [[], [], shown]
    page = client_of(other).get("/admin/subsidies/integrityentry/?pleas=mine")
    assert [row.pk for row in page.context["cl"].result_list] == [plea.entry_id]
    assert list(client_of(head).get("/admin/subsidies/integrityentry/?pleas=mine").context["cl"].result_list) == []


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE])
def test_a_plea_does_not_wait_for_who_has_no_part_in_the_answer(kind):
    listed_firm()

    assert pleas(staff(kind)) == []


def test_a_plea_does_not_wait_for_whoever_belongs_to_the_firm_be_it_by_its_name_alone():
    plea, clerk = listed_firm(), staff(PersonKind.BUREAU_CLERK)
    namesake = OrganisationFactory(name_zh=plea.entry.name)
    clerk.memberships.create(organisation=namesake, role=MembershipRole.READER)

    assert pleas(User.objects.get(pk=clerk.pk)) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_start_page_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    for _ in range(rows):
        for state in (State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK, State.LISTED):
            BaseFactory(state=state)
        BaseFactory(state=State.PUBLICITY, publicity_from=TODAY, publicity_until=TODAY)
        BaseFactory(state=State.WARNED, rectify_until=TODAY)
    client = client_of(staff(PersonKind.SECTION_HEAD))
    client.get("/admin/")

    with django_assert_num_queries(26):
        client.get("/admin/")


@pytest.mark.parametrize(
    "kind",
    [
        PersonKind.COUNTY_OFFICER,
        PersonKind.BUREAU_CLERK,
        PersonKind.SECTION_HEAD,
        PersonKind.FINANCE,
        PersonKind.DISCIPLINE,
        PersonKind.ADMINISTRATOR,
    ],
)
def test_the_start_page_opens_for_every_kind_of_staff(kind):
    BaseFactory(state=State.COUNTY_REVIEW)

    assert client_of(staff(kind)).get("/admin/").status_code == 200
    assert Base.objects.count() == 1


def test_no_page_of_the_desk_holds_inline_script_or_style():
    base = BaseFactory()
    client = client_of(staff(PersonKind.SECTION_HEAD))
    pages = ["", "bases/base/", "bases/base/add/", "bases/base/import/", f"bases/base/{base.pk}/change/"]
    pages += [f"bases/base/{base.pk}/history/", f"bases/base/{base.pk}/propose/", f"bases/base/{base.pk}/move/warn/"]

    bodies = {page: client.get(f"/admin/{page}").content.decode() for page in pages}

    assert [page for page, body in bodies.items() if " style=" in body or "<script>" in body or "<style" in body] == []
