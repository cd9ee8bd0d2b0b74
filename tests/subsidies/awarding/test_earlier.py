"""Awards of before the portal: two people enter one, two people revoke one; what stands on record stays on record."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.enums import PersonKind
from common.models import JournalEntry
from subsidies import cross_checks, hits
from subsidies.awarding import earlier
from subsidies.enums import EarlierState, HitKind, State
from subsidies.models import Application, Award, EarlierAward
from subsidies.workflow import MoveRefused
from tests.factories import ProjectFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory
from tests.factories_awards import earlier_award
from tests.factories_decision import staff
from tests.factories_subsidies import ApplicationFactory, SchemeFactory, put
from tests.subsidies.calls import client_for
from tests.subsidies.deciders import agenda, bureau, funded_call, recorded, released

pytestmark = pytest.mark.django_db

HEAD = PersonKind.SECTION_HEAD


def entry(**fields):
    facts = {
        "project_name": "固态电池",
        "amount_yuan": Decimal("2000000.00"),
        "awarded_on": date(2025, 6, 1),
        "document_number": "郴科发〔2025〕12号",
    }
    if "scheme" not in fields:
        fields["scheme"] = SchemeFactory()
    if "organisation" not in fields:
        fields["organisation"] = OrganisationFactory()
    return EarlierAward(**{**facts, **fields})


def entered(by=None, **fields):
    return earlier.enter(entry(**fields), by=by or staff())


def confirmed(**fields):
    return earlier.confirm(entered(**fields), by=staff(HEAD))


def anew(row):
    return EarlierAward.objects.get(pk=row.pk)


# ---------------------------------------------------------------- entering and confirming
def test_what_one_person_entered_is_no_award_before_another_confirms_it():
    made = entered()
    assert (made.state, Award.objects.count()) == (EarlierState.ENTERED, 0)

    done = earlier.confirm(made, by=staff(HEAD))

    award = Award.objects.get()
    assert (done.state, done.award, award.once_key, award.amount_yuan) == (
        EarlierState.CONFIRMED,
        award,
        made.once_key,
        made.amount_yuan,
    )
    assert set(Award.objects.on_public_site()) == {award}


@pytest.mark.parametrize("deed", [earlier.confirm, lambda made, by: earlier.refuse(made, by=by, reason="查无此文")])
def test_nobody_settles_their_own_entry_nor_without_the_right_nor_of_their_own_firm(deed):
    author, tied = staff(HEAD), staff(HEAD)
    made = entered(by=author)
    MembershipFactory(user=tied, organisation=made.organisation)

    for person in (author, tied, staff(), staff(PersonKind.FINANCE), staff(PersonKind.COUNTY_OFFICER)):
        with pytest.raises(PermissionDenied):
            deed(made, by=person)
    assert anew(made).state == EarlierState.ENTERED

    deed(made, by=staff(HEAD))
    assert anew(made).state != EarlierState.ENTERED


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.FINANCE, PersonKind.ENTERPRISE])
def test_who_may_not_enter_enters_nothing(kind):
    with pytest.raises(PermissionDenied):
        entered(by=staff(kind))


def test_nobody_enters_an_award_of_a_firm_of_their_own():
    clerk, organisation = staff(), OrganisationFactory()
    MembershipFactory(user=clerk, organisation=organisation)

    with pytest.raises(PermissionDenied):
        entered(by=clerk, organisation=organisation)


def test_a_refused_entry_stays_on_record_and_can_be_entered_anew():
    made = entered()

    refused = earlier.refuse(made, by=staff(HEAD), reason="文号有误")
    again = entered(scheme=made.scheme, organisation=made.organisation)

    assert (refused.state, refused.award, again.state) == (EarlierState.REFUSED, None, EarlierState.ENTERED)
    assert JournalEntry.objects.filter(action="refuse_earlier_award", reason="文号有误").exists()
    with pytest.raises(MoveRefused):
        earlier.confirm(refused, by=staff(HEAD))


@pytest.mark.parametrize("before", [entered, confirmed])
def test_the_same_is_entered_once(before):
    first = before()

    with pytest.raises(ValidationError):
        entered(scheme=first.scheme, organisation=first.organisation, project_name="固态 电池")
    assert entered(scheme=first.scheme, organisation=first.organisation, project_name="另一项目")


def test_a_project_of_the_registry_is_entered_once_whoever_had_it():
    project = ProjectFactory()
    first = confirmed(project=project)

    with pytest.raises(ValidationError):
        entered(project=project, scheme=first.scheme, project_name="换名")


def test_what_was_awarded_meanwhile_is_not_confirmed():
    made = entered()
    facts = {name: getattr(made, name) for name in earlier.FACTS}
    earlier_award(**facts)

    with pytest.raises(ValidationError):
        earlier.confirm(made, by=staff(HEAD))
    assert anew(made).state == EarlierState.ENTERED


# ---------------------------------------------------------------- what it does to others
def found_in(application):
    return [found.key for found in hits.award(Application.objects.get(pk=application.pk))]


def test_an_entry_is_a_hit_from_the_first_moment_and_the_award_after_it():
    application = ApplicationFactory(state=State.FORM_CHECK)
    facts = {"scheme": application.call.scheme, "organisation": application.organisation}
    assert found_in(application) == []

    made = entered(**facts, project_name=application.project_name)
    assert set(found_in(application)) == {f"earlier:{made.pk}"}
    cross_checks.run(application)
    assert application.hits.get().kind == HitKind.AWARD

    done = earlier.confirm(made, by=staff(HEAD))
    assert set(found_in(application)) == {f"award:{done.award_id}"}


@pytest.mark.parametrize("settle", ["wait", "confirm", "refuse"])
def test_an_approval_waits_for_the_entry_and_is_barred_by_the_award(settle):
    people = bureau()
    meeting, (decision,) = agenda(people, funded_call(), "80.00")
    application = decision.application
    recorded(decision, people.secretary)
    made = entered(scheme=application.call.scheme, organisation=application.organisation)
    put(application, once_key=made.once_key)
    if settle == "confirm":
        earlier.confirm(made, by=staff(HEAD))
    if settle == "refuse":
        earlier.refuse(made, by=staff(HEAD), reason="查无此文")
        assert released(people, meeting).released_at
        return

    with pytest.raises(MoveRefused) as refusal:
        released(people, meeting)
    assert refusal.value.code == "once"
    assert Application.objects.get(pk=application.pk).state == State.MEETING


# ---------------------------------------------------------------- revoking
def test_two_people_revoke_a_wrong_entry_with_the_reason_and_the_same_may_be_awarded_again():
    made = confirmed()
    with pytest.raises(MoveRefused):
        earlier.revoke(made, by=staff(HEAD))

    earlier.propose_revocation(made, by=staff(), reason="企业名称录错")
    assert Award.objects.get().revoked_on is None
    done = earlier.revoke(made, by=staff(HEAD))

    assert (done.state, done.award.revoked_on is None) == (EarlierState.REVOKED, False)
    entries = JournalEntry.objects.filter(action="revoke_earlier_award", reason="企业名称录错")
    assert set(entries.values_list("object_type", flat=True)) == {"subsidies.award", "subsidies.earlieraward"}
    assert confirmed(scheme=made.scheme, organisation=made.organisation)


def test_nobody_revokes_what_they_themselves_called_wrong():
    made, author = confirmed(), staff(HEAD)
    earlier.propose_revocation(made, by=author, reason="录错")

    for person in (author, staff(), staff(PersonKind.DISCIPLINE)):
        with pytest.raises(PermissionDenied):
            earlier.revoke(made, by=person)
    with pytest.raises(MoveRefused):
        earlier.propose_revocation(made, by=staff(), reason=" ")
    assert anew(made).state == EarlierState.CONFIRMED


# ---------------------------------------------------------------- by plain SQL
def by_hand(row, assignments):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE subsidies_earlieraward SET {assignments} WHERE id = %s", [row.pk])


@pytest.mark.parametrize(
    ("assignments", "sentence"),
    [
        ("amount_yuan = 1", "never rewritten"),
        ("once_key = 'other'", "never rewritten"),
        ("state = 'revoked'", "cannot go that way"),
        ("state = 'confirmed'", "earlieraward_confirmed_is_whole"),
        ("state = 'refused', settled_by_id = entered_by_id", "earlieraward_four_eyes"),
    ],
)
def test_the_database_refuses_it_whoever_writes(assignments, sentence):
    made = entered()

    with pytest.raises(IntegrityError, match=sentence):
        by_hand(made, assignments)


def test_the_database_refuses_a_revocation_by_one():
    made = confirmed()

    with pytest.raises(IntegrityError, match="earlieraward_revoked_by_two"):
        by_hand(
            made,
            "state = 'revoked', revocation_reason = 'x', revoked_at = settled_at, revocation_by_id = settled_by_id, "
            "revoked_by_id = settled_by_id",
        )


def test_no_entry_is_deleted_nor_begins_confirmed():
    made = entered()

    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        made.delete()
    facts = {name: getattr(made, name) for name in earlier.FACTS}
    with pytest.raises(IntegrityError, match="begins as entered"), transaction.atomic():
        EarlierAward.objects.create(**facts, entered_by=made.entered_by, state=EarlierState.REFUSED)


def inserted(row, **changes):
    """An award without an application, in the facts of the entry."""
    facts = {f"{name}_id" if name in BY_KEY else name: getattr(row, name) for name in earlier.FACTS}
    kept = {name: getattr(value, "pk", value) for name, value in facts.items()} | changes
    columns, places = ", ".join(kept), ", ".join(["%s"] * len(kept))
    values = [str(value) if isinstance(value, (Decimal, date)) else value for value in kept.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO subsidies_award ({columns}) VALUES ({places})", values)


BY_KEY = ("scheme", "organisation", "project")
CONFIRMED = "of before the portal is confirmed by two people first"


def second_signature(row):
    by_hand(row, f"settled_by_id = {staff(HEAD).pk}, settled_at = entered_at")


def test_the_database_lets_in_no_award_that_two_people_have_not_confirmed():
    made = entered()
    with pytest.raises(IntegrityError, match=CONFIRMED):
        inserted(made)
    with pytest.raises(IntegrityError, match="earlieraward_four_eyes"):
        by_hand(made, "settled_by_id = entered_by_id, settled_at = entered_at")
    refused = earlier.refuse(entered(), by=staff(HEAD), reason="查无此文")
    with pytest.raises(IntegrityError, match=CONFIRMED):
        inserted(refused)
    second_signature(made)

    for wrong in ({"amount_yuan": "1.00"}, {"once_key": "other"}, {"organisation_id": OrganisationFactory().pk}):
        with pytest.raises(IntegrityError, match=CONFIRMED):
            inserted(made, **wrong)
    assert not Award.objects.exists()

    inserted(made)

    award = Award.objects.get()
    by_hand(made, f"state = 'confirmed', award_id = {award.pk}")
    assert anew(made).award == award


def test_one_confirmed_entry_lets_in_one_award():
    made = confirmed(scheme=SchemeFactory(is_once_per_project=False))
    assert made.once_key == ""

    with pytest.raises(IntegrityError, match=CONFIRMED):
        inserted(made)
    again = entered(scheme=made.scheme, organisation=made.organisation)
    second_signature(again)
    inserted(again)

    assert Award.objects.count() == 2


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE subsidies_award SET amount_yuan = 1 WHERE id = %s", "is never rewritten"),
        ("UPDATE subsidies_award SET once_key = 'other' WHERE id = %s", "is never rewritten"),
        ("UPDATE subsidies_award SET revoked_on = '2026-01-01' WHERE id = %s", "is revoked by two people"),
        ("DELETE FROM subsidies_award WHERE id = %s", "stays on record"),
    ],
)
def test_an_award_of_before_the_portal_is_revoked_by_two_or_stays(statement, sentence):
    made = confirmed()

    with pytest.raises(IntegrityError, match=sentence), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [made.award_id])
    assert Award.objects.get().revoked_on is None


def test_what_was_revoked_stays_revoked():
    made = confirmed()
    earlier.propose_revocation(made, by=staff(), reason="录错")
    earlier.revoke(made, by=staff(HEAD))

    with (
        pytest.raises(IntegrityError, match="is never rewritten"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE subsidies_award SET revoked_on = NULL WHERE id = %s", [made.award_id])


# ---------------------------------------------------------------- the desk
def form(scheme, organisation, **changes):
    given = {"scheme": scheme.pk, "organisation": organisation.pk, "project_name": "固态电池"}
    told = {"amount_yuan": "2000000.00", "awarded_on": "2025-06-01", "document_number": "郴科发[2025]12号"}
    return {**given, **told, **changes}


def test_the_desk_enters_once_confirms_and_revokes():
    scheme, organisation, client = SchemeFactory(), OrganisationFactory(), client_for(staff())
    add = reverse("admin:subsidies_earlieraward_add")

    first = client.post(add, form(scheme, organisation))
    again = client.post(add, form(scheme, organisation, project_name="固态 电池"))

    made = EarlierAward.objects.get()
    assert (first.status_code, again.status_code, made.document_number) == (302, 200, "郴科发〔2025〕12号")
    assert len(again.context["adminform"].form.non_field_errors()) == 1
    page = made.get_absolute_url()
    assert list(client.get(page).context["board"].offers) == []
    head, other = client_for(staff(HEAD)), client_for(staff(HEAD))
    assert list(head.get(page).context["board"].offers) == ["confirm", "refuse"]
    head.post(page, {"do": "confirm"})
    assert anew(made).state == EarlierState.CONFIRMED
    client.post(page, {"do": "propose", "propose-reason": "录错"})
    assert list(other.get(page).context["board"].offers) == ["revoke", "propose"]
    other.post(page, {"do": "revoke"})
    assert anew(made).state == EarlierState.REVOKED


def test_the_desk_tells_who_may_confirm_what_waits_for_them():
    author = staff(HEAD)
    made = entered(by=author)

    told = [client_for(person).get(reverse("admin:index")).text for person in (staff(HEAD), author, staff())]

    assert [made.get_absolute_url() in text for text in told] == [True, False, False]


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    for number in range(count):
        entered(project_name=f"项目{number}")
    client = client_for(staff())

    with django_assert_num_queries(9):
        client.get(reverse("admin:subsidies_earlieraward_changelist"))
