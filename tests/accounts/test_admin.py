import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from common.models import JournalEntry
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory, user_of_kind

pytestmark = pytest.mark.django_db

NO_MEMBERSHIPS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
ADD_USER = "/admin/accounts/user/add/"


def as_kind(kind: str) -> tuple[Client, User]:
    client, user = Client(), user_of_kind(kind)
    client.force_login(user)
    return client, user


def change_url(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def group(name: str) -> Group:
    return Group.objects.get(name=name)


def test_an_administrator_invites_a_person_by_mail(mailoutbox, settings, django_capture_on_commit_callbacks):
    settings.SITE_URL = "https://pilot.example"
    client, _user = as_kind("administrator")
    form = {"email": "New@Example.invalid", "name": "新人", "groups": [group("finance").pk], "is_active": "on"}

    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADD_USER, form | NO_MEMBERSHIPS)

    person = User.objects.get(email="new@example.invalid")
    assert (person.has_usable_password(), person.is_staff) == (False, True)
    assert [message.to for message in mailoutbox] == [["new@example.invalid"]]
    assert "https://pilot.example/accounts/password/reset/key/" in mailoutbox[0].body


def test_the_invitation_sets_the_first_password_and_signs_in(mailoutbox, django_capture_on_commit_callbacks):
    client, _user = as_kind("administrator")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ADD_USER, {"email": "new@example.invalid", "is_active": "on"} | NO_MEMBERSHIPS)
    link = next(line for line in mailoutbox[0].body.splitlines() if "/password/reset/key/" in line)
    guest = Client()
    form = guest.get(link.removeprefix("http://localhost:8000"), follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": "another quiet evening", "password2": "another quiet evening"})

    guest.post("/accounts/login/", {"login": "new@example.invalid", "password": "another quiet evening"})

    assert guest.get("/accounts/").status_code == 200


def test_an_administrator_changes_anothers_roles():
    client, _user = as_kind("administrator")
    person = UserFactory()

    client.post(change_url(person), {"groups": [group("expert").pk], "is_active": "on"} | NO_MEMBERSHIPS)

    assert [each.name for each in person.groups.all()] == ["expert"]


def test_an_administrator_cannot_change_the_own_roles():
    client, user = as_kind("administrator")

    answer = client.post(change_url(user), {"groups": [group("section_head").pk], "is_active": "on"} | NO_MEMBERSHIPS)

    assert answer.status_code == 403
    assert [each.name for each in user.groups.all()] == ["administrator"]


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "user_permissions"])
def test_a_forged_right_is_refused(field):
    client, _user = as_kind("administrator")
    person = UserFactory()

    answer = client.post(change_url(person), {field: "1", "is_active": "on"} | NO_MEMBERSHIPS)

    person.refresh_from_db()
    assert answer.status_code == 403
    assert (person.is_staff, person.is_superuser, person.user_permissions.count()) == (False, False, 0)


def test_an_administrator_cannot_change_an_address_or_a_superuser():
    client, _user = as_kind("administrator")
    person = UserFactory(email="old@example.invalid")
    root = UserFactory(is_superuser=True, is_staff=True)

    client.post(change_url(person), {"email": "mine@example.invalid", "is_active": "on"} | NO_MEMBERSHIPS)
    refused = client.post(change_url(root), {"name": "x"} | NO_MEMBERSHIPS)

    person.refresh_from_db()
    assert person.email == "old@example.invalid"
    assert refused.status_code == 403


def test_nobody_changes_the_own_membership():
    client, user = as_kind("administrator")
    office = OrganisationFactory()
    form = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-organisation": office.pk,
        "memberships-0-user": user.pk,
        "memberships-0-role": "officer",
        "memberships-0-is_active": "on",
    }

    client.post(change_url(user), {"name": "me"} | form)

    assert Membership.objects.count() == 0


def test_an_administrator_gives_anyone_else_an_office():
    client, _user = as_kind("administrator")
    person, office = UserFactory(), OrganisationFactory(kind="government")
    form = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-organisation": office.pk,
        "memberships-0-user": person.pk,
        "memberships-0-role": "officer",
        "memberships-0-is_active": "on",
    }

    client.post(change_url(person), {"is_active": "on"} | form)

    assert Membership.objects.get().role == "officer"


@pytest.mark.parametrize("kind", ["county_officer", "bureau_clerk", "section_head", "finance"])
def test_other_staff_do_not_see_people(kind):
    client, _user = as_kind(kind)

    assert client.get("/admin/accounts/user/").status_code == 403
    assert client.get(ADD_USER).status_code == 403


@pytest.mark.parametrize("kind", ["enterprise", "base_operator", "expert"])
def test_people_who_are_no_staff_have_no_admin(kind):
    client, _user = as_kind(kind)

    assert client.get("/admin/accounts/user/").status_code in {302, 403}


def test_nobody_deletes_people_or_changes_groups():
    client, _user = as_kind("administrator")
    person = UserFactory()

    assert client.post(f"/admin/accounts/user/{person.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(change_url(group("expert")), {"name": "x"}).status_code == 403


PEOPLE_QUERIES = 8
ORGANISATION = {"kind": "enterprise", "name_zh": "甲公司", "verified_at_0": "", "verified_at_1": ""} | NO_MEMBERSHIPS


def test_a_clerk_cannot_accept_a_wrong_check_digit():
    client, _user = as_kind("bureau_clerk")
    form = ORGANISATION | {"credit_code": "91431025DEM000081D", "credit_code_override_reason": "因为"}

    answer = client.post("/admin/accounts/organisation/add/", form)

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["credit_code"]
    assert Organisation.objects.count() == 0


def test_a_section_head_accepts_it_with_a_reason_and_is_named():
    client, user = as_kind("section_head")
    form = ORGANISATION | {"credit_code": "91431025dem000081d", "credit_code_override_reason": "与营业执照一致"}

    client.post("/admin/accounts/organisation/add/", form)

    organisation = Organisation.objects.get()
    assert (organisation.credit_code, organisation.credit_code_override_by) == ("91431025DEM000081D", user)
    assert JournalEntry.objects.get(object_type="accounts.organisation").actor_id == user.pk


def test_the_lists_ask_as_many_queries_for_three_rows_as_for_one(django_assert_num_queries):
    client, _user = as_kind("administrator")
    MembershipFactory()
    client.get("/admin/accounts/user/")  # content types are read once per process
    with django_assert_num_queries(PEOPLE_QUERIES):
        client.get("/admin/accounts/user/")
    MembershipFactory.create_batch(2)
    with django_assert_num_queries(PEOPLE_QUERIES):
        client.get("/admin/accounts/user/")


OWN_ROW = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1", "memberships-0-role": "officer"}


@pytest.mark.parametrize("more", [{}, {"memberships-0-DELETE": "on"}])
def test_nobody_changes_the_own_membership_from_the_page_of_the_organisation(more):
    client, user = as_kind("administrator")
    user.groups.add(group("bureau_clerk"))
    own = MembershipFactory(user=user)
    office = own.organisation
    row = {"memberships-0-id": own.pk, "memberships-0-user": user.pk, "memberships-0-organisation": office.pk}
    form = {"kind": office.kind, "name_zh": "改名", "slug": office.slug} | OWN_ROW | row | more

    answer = client.post(change_url(office), form)

    assert (answer.status_code, Membership.objects.get(pk=own.pk).role) == (200, "member")


def test_the_membership_of_somebody_else_is_changed_from_the_page_of_the_organisation():
    client, user = as_kind("administrator")
    user.groups.add(group("bureau_clerk"))
    other = MembershipFactory()
    office = other.organisation
    row = {"memberships-0-id": other.pk, "memberships-0-user": other.user_id, "memberships-0-organisation": office.pk}
    form = {"kind": office.kind, "name_zh": "改名", "slug": office.slug} | OWN_ROW | row

    answer = client.post(change_url(office), form)

    assert (answer.status_code, Membership.objects.get(pk=other.pk).role) == (302, "officer")
