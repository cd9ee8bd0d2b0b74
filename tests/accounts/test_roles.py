import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts import roles
from accounts.enums import STAFF_KINDS, PersonKind
from common.journal import JournalRefused
from common.models import JournalEntry
from tests.factories_accounts import UserFactory, user_of_kind

pytestmark = pytest.mark.django_db

READ = {
    "accounts.view_organisation",
    "bases.view_base",
    "bases.view_basechange",
    "bases.view_basefigure",
    "bases.view_basetitle",
    "bases.view_equipment",
    "bases.view_industry",
    "bases.view_pilotline",
    "bases.view_basemedia",
    "bases.view_safetypermit",
    "bases.view_service",
    "common.view_calendarday",
    "common.view_division",
    "common.view_park",
    "common.view_source",
    "subsidies.view_policy",
    "subsidies.view_scheme",
    "projects.view_project",
    "projects.view_projectoutcome",
    "projects.view_projectpartner",
    "projects.view_projectstep",
}
EDIT_BASES = {
    "bases.change_base",
    "bases.add_basefigure",
    "bases.change_basefigure",
    "bases.delete_basefigure",
    "bases.add_basetitle",
    "bases.change_basetitle",
    "bases.delete_basetitle",
    "bases.add_equipment",
    "bases.change_equipment",
    "bases.delete_equipment",
    "bases.add_pilotline",
    "bases.change_pilotline",
    "bases.delete_pilotline",
    "bases.add_basemedia",
    "bases.change_basemedia",
    "bases.delete_basemedia",
    "bases.add_safetypermit",
    "bases.change_safetypermit",
    "bases.delete_safetypermit",
    "bases.add_service",
    "bases.change_service",
    "bases.delete_service",
}
EDIT_PROJECTS = {
    "projects.change_project",
    "projects.add_projectoutcome",
    "projects.change_projectoutcome",
    "projects.delete_projectoutcome",
    "projects.add_projectpartner",
    "projects.change_projectpartner",
    "projects.delete_projectpartner",
    "projects.add_projectstep",
    "projects.change_projectstep",
    "projects.delete_projectstep",
}
CLERK = (
    READ
    | EDIT_BASES
    | EDIT_PROJECTS
    | {
        "accounts.act_for_whole_city",
        "accounts.add_organisation",
        "accounts.change_organisation",
        "bases.add_base",
        "bases.export_base",
        "bases.import_base",
        "bases.recommend_base",
        "bases.review_base",
        "bases.add_industry",
        "bases.change_industry",
        "bases.delete_base",
        "common.add_source",
        "subsidies.add_policy",
        "subsidies.add_scheme",
        "subsidies.change_policy",
        "subsidies.change_scheme",
        "common.change_source",
        "projects.add_project",
        "projects.export_project",
        "projects.import_project",
    }
)
EXPECTED = {
    "county_officer": READ | EDIT_BASES | EDIT_PROJECTS | {"bases.recommend_base"},
    "bureau_clerk": CLERK,
    "section_head": CLERK | {"accounts.override_credit_code", "bases.decide_base"},
    "finance": READ | {"accounts.act_for_whole_city"},
    "expert": set(),
    "discipline": READ
    | {
        "accounts.act_for_whole_city",
        "accounts.view_membership",
        "accounts.view_user",
        "auth.view_group",
        "common.view_journalentry",
    },
    "administrator": {
        "accounts.add_user",
        "accounts.change_user",
        "accounts.view_user",
        "accounts.add_membership",
        "accounts.change_membership",
        "accounts.delete_membership",
        "accounts.view_membership",
        "accounts.view_organisation",
        "accounts.assign_roles",
        "auth.view_group",
        "common.add_calendarday",
        "common.change_calendarday",
        "common.delete_calendarday",
        "common.view_calendarday",
    },
}


def names(group: Group) -> set[str]:
    return {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}


def test_migrating_gives_each_group_exactly_its_permissions():
    assert {group.name: names(group) for group in Group.objects.all()} == EXPECTED


def test_every_permission_of_the_list_exists():
    listed = {name for permissions in roles.PERMISSIONS.values() for name in permissions}

    assert {f"{p.content_type.app_label}.{p.codename}" for p in roles.named_permissions(listed)} == listed


def test_a_right_given_by_hand_does_not_last_and_a_lost_one_returns():
    group = Group.objects.get(name="finance")
    group.permissions.set(Permission.objects.filter(codename="change_user"))

    call_command("migrate", verbosity=0)

    assert names(group) == EXPECTED["finance"]


def test_only_the_section_head_decides_on_a_base_and_only_the_bureau_deletes_a_draft():
    deciders = {kind for kind, permissions in EXPECTED.items() if "bases.decide_base" in permissions}
    deleters = {kind for kind, permissions in EXPECTED.items() if "bases.delete_base" in permissions}

    assert (deciders, deleters) == ({"section_head"}, {"bureau_clerk", "section_head"})


@pytest.mark.parametrize("kind", PersonKind.values)
def test_staff_are_exactly_the_six_kinds(kind):
    user = user_of_kind(kind)

    assert user.is_staff == (kind in STAFF_KINDS)
    assert not user.is_superuser


def test_losing_the_last_staff_group_ends_being_staff():
    user = user_of_kind("finance")

    user.groups.clear()

    user.refresh_from_db()
    assert not user.is_staff


def test_a_change_of_roles_is_journalled_before_and_after():
    user = user_of_kind("finance")

    user.groups.set(Group.objects.filter(name__in=["bureau_clerk", "expert"]))

    entries = JournalEntry.objects.filter(action="roles", object_id=str(user.pk)).order_by("pk")
    assert [entry.changes["groups"] for entry in entries] == [
        [[], ["finance"]],
        [["finance"], []],
        [[], ["bureau_clerk", "expert"]],
    ]


def test_setting_the_same_groups_writes_nothing():
    user = user_of_kind("finance")
    before = JournalEntry.objects.count()

    user.groups.set(Group.objects.filter(name="finance"))

    assert JournalEntry.objects.count() == before


def test_groups_change_from_the_persons_side_alone():
    with pytest.raises(JournalRefused):
        Group.objects.get(name="finance").user_set.add(UserFactory())
