"""Entering an organisation, asking to be let in, and the people inside."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from accounts import joining, members
from accounts.enums import MembershipRole, OrganisationKind
from accounts.models import JoinRequest, JoinState, Membership, Organisation, User
from common.models import JournalEntry, Notice
from tests.accounts.people import CODE, administrator, fresh, member
from tests.factories import DivisionFactory
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def found(by: User, **given) -> Organisation:
    return joining.found_organisation(
        **{"by": by, "kind": OrganisationKind.ENTERPRISE, "credit_code": CODE, "name_zh": "演示公司", **given}
    )


def test_the_first_person_of_a_new_organisation_administers_it_unverified():
    person = UserFactory()

    organisation = found(person)

    assert fresh(person).roles == {organisation.pk: MembershipRole.ADMINISTRATOR}
    assert (organisation.is_verified, organisation.is_published, organisation.credit_code) == (False, False, CODE)


def test_a_new_organisation_says_where_it_is_registered():
    linwu = DivisionFactory()

    assert found(UserFactory(), registered_division=linwu).registered_division == linwu


@pytest.mark.parametrize("code", ["", "91431025DEM0000810", "not a code", "９１４３１０２５ＤＥＭ０００００"])
def test_a_wrong_code_enters_nothing(code):
    with pytest.raises(ValidationError) as refused:
        found(UserFactory(), credit_code=code)

    assert list(refused.value.message_dict) == ["credit_code"]
    assert Organisation.objects.count() == Membership.objects.count() == 0


def test_a_code_that_is_here_is_not_entered_again_in_any_writing():
    found(UserFactory())

    with pytest.raises(ValidationError) as refused:
        found(UserFactory(), credit_code=f" {CODE.lower()} ")

    assert list(refused.value.message_dict) == ["credit_code"]
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize("kind", [OrganisationKind.GOVERNMENT, OrganisationKind.PARK_COMMITTEE, "emperor"])
def test_nobody_makes_an_office_of_their_own(kind):
    with pytest.raises(ValidationError) as refused:
        found(UserFactory(), kind=kind)

    assert list(refused.value.message_dict) == ["kind"]


def test_one_person_enters_no_more_than_five_before_the_bureau_looks():
    person = UserFactory()
    for _each in range(joining.MOST_WAITING):
        MembershipFactory(user=person, role=MembershipRole.ADMINISTRATOR)

    with pytest.raises(ValidationError):
        found(person)


def test_an_administrator_lets_a_person_in_who_asked():
    organisation = OrganisationFactory()
    head, person = administrator(organisation), UserFactory()

    request = joining.ask_to_join(organisation, by=person, message="我是研发部的")
    joining.decide_join(request, by=head, accept=True, role=MembershipRole.PROJECT_LEAD)

    request.refresh_from_db()
    assert (request.state, request.decided_by) == (JoinState.ACCEPTED, head)
    assert fresh(person).roles == {organisation.pk: MembershipRole.PROJECT_LEAD}


def test_a_declined_person_stays_outside_and_asks_again_after_a_week(time_machine):
    organisation, person = OrganisationFactory(), UserFactory()
    head = administrator(organisation)
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    joining.decide_join(joining.ask_to_join(organisation, by=person), by=head, accept=False)

    with pytest.raises(ValidationError):
        joining.ask_to_join(organisation, by=person)
    time_machine.move_to("2026-03-09T08:00:01Z", tick=False)
    joining.ask_to_join(organisation, by=person)

    assert fresh(person).roles == {}
    assert JoinRequest.objects.filter(state=JoinState.WAITING).count() == 1


@pytest.mark.parametrize("role", [MembershipRole.PROJECT_LEAD, MembershipRole.MEMBER, MembershipRole.READER])
def test_only_administrators_decide_on_requests(role):
    organisation = OrganisationFactory()
    administrator(organisation)
    request = joining.ask_to_join(organisation, by=UserFactory())

    for other in (member(organisation, role), administrator(OrganisationFactory()), request.user):
        with pytest.raises(PermissionDenied):
            joining.decide_join(request, by=other, accept=True)

    assert request.user.memberships.count() == 0


def test_a_request_is_decided_once():
    organisation = OrganisationFactory()
    head = administrator(organisation)
    request = joining.ask_to_join(organisation, by=UserFactory())
    joining.decide_join(request, by=head, accept=False)

    with pytest.raises(ValidationError) as refused:
        joining.decide_join(request, by=head, accept=True)

    assert refused.value.code == "state"
    assert request.user.memberships.count() == 0


def test_asking_twice_is_one_request():
    organisation, person = OrganisationFactory(), UserFactory()
    administrator(organisation)
    joining.ask_to_join(organisation, by=person)

    with pytest.raises(ValidationError):
        joining.ask_to_join(organisation, by=person)

    assert JoinRequest.objects.count() == 1


def test_the_database_keeps_one_waiting_request_too():
    organisation, person = OrganisationFactory(), UserFactory()
    JoinRequest.objects.create(organisation=organisation, user=person)

    with pytest.raises(IntegrityError), transaction.atomic():
        JoinRequest.objects.create(organisation=organisation, user=person)


def test_a_person_withdraws_the_own_request_and_nobody_elses():
    organisation, person = OrganisationFactory(), UserFactory()
    administrator(organisation)
    request = joining.ask_to_join(organisation, by=person)

    with pytest.raises(PermissionDenied):
        joining.withdraw_join(request, by=UserFactory())
    joining.withdraw_join(request, by=person)

    request.refresh_from_db()
    assert request.state == JoinState.WITHDRAWN


def test_an_organisation_without_administrator_is_never_simply_joined():
    organisation, person = OrganisationFactory(), UserFactory()
    member(organisation, MembershipRole.BASE_OPERATOR)

    with pytest.raises(ValidationError) as refused:
        joining.ask_to_join(organisation, by=person)

    assert refused.value.code == "no_administrator"
    assert person.memberships.count() == JoinRequest.objects.count() == 0


def test_people_of_offices_come_from_the_bureau():
    office = OrganisationFactory(kind=OrganisationKind.GOVERNMENT)
    administrator(office)

    with pytest.raises(ValidationError):
        joining.ask_to_join(office, by=UserFactory())


@pytest.mark.parametrize("role", [MembershipRole.OFFICER, MembershipRole.LEADER, MembershipRole.BASE_OPERATOR, "king"])
def test_an_administrator_gives_no_role_of_an_office_or_a_base(role):
    organisation = OrganisationFactory()
    head, person = administrator(organisation), member(organisation)
    request = joining.ask_to_join(organisation, by=UserFactory())

    with pytest.raises(ValidationError):
        joining.decide_join(request, by=head, accept=True, role=role)
    with pytest.raises(ValidationError):
        members.change_role(person.memberships.get(), role=role, by=head)

    assert fresh(person).roles == {organisation.pk: MembershipRole.MEMBER}


def test_a_role_given_by_the_bureau_is_not_the_administrators_to_change():
    organisation = OrganisationFactory()
    head, operator = administrator(organisation), member(organisation, MembershipRole.BASE_OPERATOR)

    with pytest.raises(ValidationError):
        members.change_role(operator.memberships.get(), role=MembershipRole.READER, by=head)
    with pytest.raises(ValidationError):
        members.remove_member(operator.memberships.get(), by=head)
    with pytest.raises(ValidationError):
        members.leave(organisation, by=operator)

    assert fresh(operator).roles == {organisation.pk: MembershipRole.BASE_OPERATOR}


def test_the_last_administrator_neither_leaves_nor_steps_down_nor_is_removed():
    organisation = OrganisationFactory()
    head = administrator(organisation)
    sleeping = MembershipFactory(organisation=organisation, role=MembershipRole.ADMINISTRATOR, user__is_active=False)
    own = head.memberships.get()

    refusals = []
    for attempt in (
        lambda: members.leave(organisation, by=head),
        lambda: members.change_role(own, role=MembershipRole.MEMBER, by=head),
        lambda: members.remove_member(own, by=head),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        refusals.append(refused.value.code)

    assert refusals == ["last_administrator"] * 3
    assert fresh(head).roles == {organisation.pk: MembershipRole.ADMINISTRATOR}
    assert sleeping.is_active


def test_with_a_second_administrator_the_first_leaves_at_once():
    organisation = OrganisationFactory()
    first, second = administrator(organisation), member(organisation)

    members.change_role(second.memberships.get(), role=MembershipRole.ADMINISTRATOR, by=first)
    members.leave(organisation, by=first)

    assert (fresh(first).roles, fresh(second).roles) == ({}, {organisation.pk: MembershipRole.ADMINISTRATOR})


def test_a_removed_member_is_outside_at_once_and_the_journal_keeps_who_was_in():
    organisation = OrganisationFactory()
    head, person = administrator(organisation), member(organisation)
    key = person.memberships.get().pk

    members.remove_member(person.memberships.get(), by=head)

    assert fresh(person).roles == {}
    entry = JournalEntry.objects.get(object_type="accounts.membership", object_id=str(key), action="delete")
    assert (entry.actor, entry.changes["role"]) == (head, [MembershipRole.MEMBER, None])


def test_members_decide_nothing_about_each_other():
    organisation = OrganisationFactory()
    head, lead = administrator(organisation), member(organisation, MembershipRole.PROJECT_LEAD)

    with pytest.raises(PermissionDenied):
        members.remove_member(head.memberships.get(), by=lead)
    with pytest.raises(PermissionDenied):
        members.change_role(lead.memberships.get(), role=MembershipRole.ADMINISTRATOR, by=lead)


def test_a_suspended_member_is_not_let_in_again_by_the_organisation():
    organisation = OrganisationFactory()
    head = administrator(organisation)
    suspended = MembershipFactory(organisation=organisation, is_active=False)

    with pytest.raises(ValidationError) as refused:
        joining.ask_to_join(organisation, by=suspended.user)
    with pytest.raises(ValidationError):
        members.change_role(suspended, role=MembershipRole.ADMINISTRATOR, by=head)

    assert refused.value.code == "suspended"


def test_an_organisation_the_registry_knows_without_its_code_is_not_entered_again_by_name():
    OrganisationFactory(name_zh="登记的公司", credit_code=None)

    with pytest.raises(ValidationError) as refused:
        found(UserFactory(), name_zh=" 登记的公司 ")

    assert refused.value.code == "in_registry"
    assert Membership.objects.count() == 0


def test_administrators_are_told_who_asks_and_the_asker_what_came_of_it():
    organisation, person = OrganisationFactory(), UserFactory()
    head = administrator(organisation)

    joining.decide_join(joining.ask_to_join(organisation, by=person), by=head, accept=True)
    members.remove_member(person.memberships.get(), by=head)

    told = list(Notice.objects.order_by("pk").values_list("kind", "recipient"))
    assert told == [
        ("account_join_asked", head.pk),
        ("account_join_accepted", person.pk),
        ("account_removed", person.pk),
    ]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_leave_at_the_same_moment_one_stays():
    organisation = OrganisationFactory()
    heads = [administrator(organisation), administrator(organisation)]
    together = Barrier(2)

    def attempt(head: User) -> str:
        together.wait()
        try:
            members.leave(organisation, by=head)
        except ValidationError as error:
            return error.code
        finally:
            connection.close()
        return "left"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(attempt, heads))

    assert outcomes == ["last_administrator", "left"]
