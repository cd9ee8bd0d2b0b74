from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts.enums import MembershipRole, PersonKind
from accounts.models import Organisation, User
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies.drafting import start
from subsidies.enums import IntegrityCategory, PleaKind, PleaState
from subsidies.follow_up import integrity
from subsidies.models import IntegrityEntry, IntegrityPlea
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import staff
from tests.factories_subsidies import CallFactory, firm, person_of
from tests.subsidies.api_client import Caller
from tests.subsidies.calls import client_for
from tests.worlds import parts

pytestmark = pytest.mark.django_db
BASIS = "弄虚作假处理决定"


class World(NamedTuple):
    clerk: User
    head: User
    organisation: Organisation
    lead: User


def make_world() -> World:
    organisation = firm(name_zh="临武（氟材）公司", credit_code="91431025DEM000081C")
    lead = person_of(organisation, MembershipRole.PROJECT_LEAD)
    return World(staff(), staff(PersonKind.SECTION_HEAD), organisation, lead)


clerk, head, organisation, lead = parts(World)


@pytest.fixture
def entry(clerk, lead, organisation):
    return integrity.enter(organisation, by=clerk, category=IntegrityCategory.FALSE_DATA, basis=BASIS)


def desk(entry):
    return f"/admin/subsidies/integrityentry/{entry.pk}/change/"


def raw(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


# ---------------------------------------------------------------- consulting
@pytest.mark.parametrize("name", ["临武（氟材）公司", "临武(氟材)公司"])
def test_an_entry_is_found_by_the_name_however_its_brackets_are_written(organisation, name):
    found = IntegrityEntry.objects.create(name=name, basis=BASIS, listed_on=shanghai_today())

    assert list(integrity.in_force(organisation)) == [found]


def test_an_entry_is_in_force_from_its_first_day_to_its_last(organisation):
    begins, ends = date(2026, 3, 2), date(2026, 3, 4)
    made = IntegrityEntry.objects.create(
        name="旧名", credit_code=organisation.credit_code, basis=BASIS, listed_on=begins, ends_on=ends
    )

    days = [begins + timedelta(days=each) for each in range(-1, 4)]

    assert [integrity.in_force(organisation, day).exists() for day in days] == [False, True, True, True, False]
    assert [made.is_in_force_on(day) for day in days] == [False, True, True, True, False]


def test_nothing_is_in_force_about_a_stranger(entry):
    assert not integrity.in_force(firm()).exists()
    assert integrity.warning(firm()) == ""


# ---------------------------------------------------------------- entering
def test_an_entry_is_journalled_and_its_firm_told(entry, clerk, lead, organisation):
    assert (entry.name, entry.credit_code, entry.listed_on) == (
        "临武（氟材）公司",
        "91431025DEM000081C",
        shanghai_today(),
    )
    assert list(Notice.objects.filter(kind="integrity-listed").values_list("recipient", flat=True)) == [lead.pk]
    written = JournalEntry.objects.get(action="list_integrity")
    assert (written.actor, written.reason) == (clerk, BASIS)


def test_an_entry_needs_its_basis(organisation, clerk):
    with pytest.raises(MoveRefused):
        integrity.enter(organisation, by=clerk, category=IntegrityCategory.OTHER, basis=" ")
    with pytest.raises(IntegrityError, match="integrityentry_has_basis"):
        IntegrityEntry.objects.create(name="某", basis="", listed_on=shanghai_today())


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_others_than_clerks_enter_nothing(organisation, kind):
    with pytest.raises(PermissionDenied):
        integrity.enter(organisation, by=staff(kind), category=IntegrityCategory.OTHER, basis=BASIS)


def test_nobody_enters_the_own_firm(organisation, clerk):
    MembershipFactory(user=clerk, organisation=organisation)
    with pytest.raises(PermissionDenied):
        integrity.enter(organisation, by=staff_again(clerk), category=IntegrityCategory.OTHER, basis=BASIS)


def staff_again(user):
    return type(user).objects.get(pk=user.pk)


def test_an_entry_of_the_desk_finds_the_firm_by_its_credit_code(organisation, clerk, lead):
    fields = {"name": "某公司", "credit_code": "91431025dem000081c", "category": "authority", "basis": BASIS}

    answer = client_for(clerk).post("/admin/subsidies/integrityentry/add/", {**fields, "listed_on": "2026-01-01"})

    assert answer.status_code == 302
    assert IntegrityEntry.objects.get().organisation == organisation
    assert Notice.objects.filter(kind="integrity-listed", recipient=lead).count() == 1


# ---------------------------------------------------------------- appeal and repair
@pytest.mark.parametrize(("kind", "day"), [(PleaKind.APPEAL, "lifted_on"), (PleaKind.REPAIR, "repaired_on")])
def test_what_is_upheld_ends_the_entry_once_another_person_confirms(entry, organisation, lead, clerk, head, kind, day):
    plea = integrity.plead(entry, organisation, by=lead, kind=kind, text="已整改")
    integrity.answer(plea, by=clerk, is_upheld=True, answer="属实")
    assert integrity.in_force(organisation).exists()

    confirmed = integrity.confirm(plea, by=head)

    entry.refresh_from_db()
    assert (confirmed.state, confirmed.confirmed_by) == (PleaState.UPHELD, head)
    assert getattr(entry, day) == shanghai_today()
    assert not integrity.in_force(organisation).exists()
    assert Notice.objects.filter(kind="integrity-answered", recipient=lead).count() == 1


def test_what_is_dismissed_leaves_the_entry_and_may_be_asked_again(entry, organisation, lead, clerk, head):
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    integrity.answer(plea, by=clerk, is_upheld=False, answer="证据不足")
    assert integrity.confirm(plea, by=head).state == PleaState.DISMISSED

    assert integrity.in_force(organisation).exists()
    assert integrity.plead(entry, organisation, by=lead, kind=PleaKind.REPAIR, text="已整改").pk


def test_one_thing_at_a_time_is_asked_about_an_entry(entry, organisation, lead, clerk):
    integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")

    with pytest.raises(MoveRefused) as refusal:
        integrity.plead(entry, organisation, by=lead, kind=PleaKind.REPAIR, text="已整改")
    assert refusal.value.code == "exists"
    with (
        pytest.raises(IntegrityError, match=r"integrityplea_one_open|subsidies_integrityplea.entry_id"),
        transaction.atomic(),
    ):
        IntegrityPlea.objects.create(entry=entry, kind=PleaKind.REPAIR, text="x", made_by=lead)


def test_the_bureau_proposes_a_repair_itself_and_another_person_confirms(entry, organisation, head):
    plea = integrity.propose_repair(entry, by=head, reason="已退回全部资金")

    with pytest.raises(MoveRefused):
        integrity.confirm(plea, by=head)
    plea.confirmed_by, plea.confirmed_at, plea.state = head, plea.answered_at, PleaState.UPHELD
    with pytest.raises(IntegrityError, match="integrityplea_four_eyes"), transaction.atomic():
        plea.save()

    assert integrity.confirm(IntegrityPlea.objects.get(), by=staff(PersonKind.SECTION_HEAD)).state == PleaState.UPHELD


def test_strangers_members_and_clerks_do_what_is_theirs_alone(entry, organisation, lead, clerk):
    for stranger in (person_of(organisation, MembershipRole.MEMBER), person_of(firm()), clerk):
        with pytest.raises(PermissionDenied):
            integrity.plead(entry, organisation, by=stranger, kind=PleaKind.APPEAL, text="有误")
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    for stranger in (lead, staff(PersonKind.FINANCE), staff(PersonKind.DISCIPLINE)):
        with pytest.raises(PermissionDenied):
            integrity.answer(plea, by=stranger, is_upheld=True, answer="属实")
    integrity.answer(plea, by=clerk, is_upheld=True, answer="属实")
    with pytest.raises(PermissionDenied):
        integrity.confirm(plea, by=staff())


def test_who_waits_for_whom(entry, organisation, lead, clerk, head):
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    assert list(integrity.open_pleas_for(clerk)) == [plea]

    integrity.answer(plea, by=head, is_upheld=True, answer="属实")

    assert list(integrity.open_pleas_for(clerk)) == []
    assert list(integrity.open_pleas_for(head)) == []
    assert list(integrity.open_pleas_for(staff(PersonKind.SECTION_HEAD))) == [plea]
    assert list(integrity.open_pleas_for(lead)) == []


# ---------------------------------------------------------------- the database
@pytest.mark.parametrize(
    "change",
    [
        "basis = '另一'",
        "name = '某'",
        "ends_on = '2030-01-01'",
        "repaired_on = '2026-01-01'",
        "lifted_on = '2026-01-01'",
    ],
)
def test_an_entry_is_neither_rewritten_nor_ended_past_the_verbs(entry, change):
    with pytest.raises(IntegrityError, match="subsidies_integrityentry"):
        raw(f"UPDATE subsidies_integrityentry SET {change} WHERE id = %s", entry.pk)


def test_neither_entries_nor_pleas_are_deleted(entry, organisation, lead):
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    with pytest.raises(IntegrityError, match="subsidies_integrityplea is never deleted"):
        raw("DELETE FROM subsidies_integrityplea WHERE id = %s", plea.pk)
    with pytest.raises(IntegrityError, match="subsidies_integrityentry is never deleted"):
        raw("DELETE FROM subsidies_integrityentry WHERE id = %s", entry.pk)


def test_a_confirmed_answer_never_changes(entry, organisation, lead, clerk, head):
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    integrity.answer(plea, by=clerk, is_upheld=False, answer="证据不足")
    integrity.confirm(plea, by=head)

    with pytest.raises(MoveRefused):
        integrity.answer(plea, by=clerk, is_upheld=True, answer="属实")
    with pytest.raises(IntegrityError, match="never changes once it is decided"):
        raw("UPDATE subsidies_integrityplea SET answer = '改' WHERE id = %s", plea.pk)


# ---------------------------------------------------------------- pages
def test_whoever_starts_for_a_listed_firm_is_warned_and_may_go_on(entry, organisation, lead, in_english):
    call = CallFactory()
    client = client_for(lead)

    answer = client.post(
        f"/applications/start/{call.slug}/",
        {"organisation": organisation.pk, "project_name": "含氟材料中试"},
        follow=True,
    )

    assert answer.status_code == 200
    assert BASIS in answer.text
    assert organisation.applications.count() == 1


def test_the_api_names_the_entry_among_what_is_worth_a_look(entry, organisation, lead):
    application = start(CallFactory(), organisation, lead, project_name="含氟材料中试")

    answer = Caller(lead).get(f"applications/{application.public_id}/validate/")

    assert any(BASIS in hint for hint in answer.json()["hints"])


def test_the_firm_reads_its_entry_and_writes_to_the_bureau(entry, organisation, lead):
    client = client_for(lead)
    page = f"/firms/{organisation.slug}/integrity/"
    assert page in client.get(f"/firms/{organisation.slug}/").text
    assert BASIS in client.get(page).text

    answer = client.post(f"{page}{entry.pk}/", {"kind": "appeal", "text": "认定有误"})

    assert answer.status_code == 302
    assert IntegrityPlea.objects.get().made_by == lead
    assert "认定有误" in client.get(page).text
    assert client.post(f"{page}{entry.pk}/", {"kind": "repair", "text": "再"}).status_code == 200


def test_an_answer_shows_to_the_firm_once_it_is_confirmed(entry, organisation, lead, clerk, head):
    plea = integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    integrity.answer(plea, by=clerk, is_upheld=False, answer="证据不足，维持")
    client, page = client_for(lead), f"/firms/{organisation.slug}/integrity/"
    assert "证据不足，维持" not in client.get(page).text

    integrity.confirm(plea, by=head)

    assert "证据不足，维持" in client.get(page).text


def test_another_firm_reads_and_asks_nothing(entry, organisation):
    client = client_for(person_of(firm()))

    assert client.get(f"/firms/{organisation.slug}/integrity/").status_code == 404
    assert client.post(f"/firms/{organisation.slug}/integrity/{entry.pk}/").status_code == 404
    assert client_for(UserFactory()).get(desk(entry)).status_code in (302, 403)


def test_the_desk_answers_and_confirms_in_two_steps(entry, organisation, lead, clerk, head):
    integrity.plead(entry, organisation, by=lead, kind=PleaKind.APPEAL, text="有误")
    given = {"do": "answer", "answer-is_upheld": "yes", "answer-answer": "属实"}

    assert client_for(clerk).post(desk(entry), given).status_code == 302
    assert client_for(clerk).post(desk(entry), {"do": "confirm"}).status_code == 302
    assert IntegrityPlea.objects.get().state == PleaState.ANSWERED

    assert client_for(head).post(desk(entry), {"do": "confirm"}).status_code == 302
    assert IntegrityPlea.objects.get().state == PleaState.UPHELD


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_the_firm_costs_the_same_for_any_number_of_entries(
    organisation, lead, clerk, django_assert_num_queries, count
):
    for _ in range(count):
        integrity.enter(organisation, by=clerk, category=IntegrityCategory.OTHER, basis=BASIS)
    client = client_for(lead)
    client.get("/")

    with django_assert_num_queries(7):
        client.get(f"/firms/{organisation.slug}/integrity/")


def test_a_firm_listed_by_its_name_alone_is_told_the_answer(organisation, lead, clerk, head):
    listed = IntegrityEntry.objects.create(name=organisation.name_zh, basis="处理决定", listed_on=shanghai_today())
    plea = integrity.plead(listed, organisation, by=lead, kind=PleaKind.APPEAL, text="并非本单位")
    integrity.answer(plea, by=clerk, is_upheld=True, answer="查证属实")

    integrity.confirm(plea, by=head)

    assert Notice.objects.filter(recipient=lead, kind="integrity-answered").exists()


def test_people_of_a_firm_listed_by_its_name_alone_neither_answer_nor_confirm(organisation, lead, clerk, head):
    listed = IntegrityEntry.objects.create(name=organisation.name_zh, basis="处理决定", listed_on=shanghai_today())
    plea = integrity.plead(listed, organisation, by=lead, kind=PleaKind.APPEAL, text="并非本单位")
    partial_clerk, partial_head = (_in_the_firm(person, organisation) for person in (clerk, head))

    with pytest.raises(PermissionDenied):
        integrity.answer(plea, by=partial_clerk, is_upheld=True, answer="查证属实")
    other = staff()
    integrity.answer(plea, by=other, is_upheld=True, answer="查证属实")
    with pytest.raises(PermissionDenied):
        integrity.confirm(plea, by=partial_head)


def _in_the_firm(person, organisation):
    MembershipFactory(user=person, organisation=organisation, role="reader")
    return User.objects.get(pk=person.pk)
