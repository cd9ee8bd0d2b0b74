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
    "bases.view_basepicture",
    "bases.view_safetypermit",
    "bases.view_service",
    "common.view_calendarday",
    "common.view_division",
    "common.view_park",
    "common.view_source",
    "subsidies.view_call",
    "subsidies.view_callquestion",
    "subsidies.view_callversion",
    "subsidies.view_policy",
    "subsidies.view_policyclause",
    "subsidies.view_scheme",
    "projects.view_project",
    "projects.view_projectoutcome",
    "projects.view_projectpartner",
    "projects.view_projectstep",
}
READ_APPLICATIONS = {
    "subsidies.view_application",
    "subsidies.view_checkresult",
    "subsidies.view_correction",
    "subsidies.view_correctionitem",
    "subsidies.view_crosscheckhit",
    "subsidies.view_followupreport",
    "subsidies.view_formcheck",
    "subsidies.view_recommendation",
}
READ_BUDGETS = {"subsidies.view_budget", "subsidies.view_budgetchange", "subsidies.view_budgetentry"}
READ_DECISIONS = READ_BUDGETS | {
    "subsidies.view_namesake",
    "subsidies.view_appeal",
    "subsidies.view_assignment",
    "subsidies.view_decision",
    "subsidies.view_draw",
    "subsidies.view_meeting",
    "subsidies.view_scoresheet",
    "subsidies.view_sitevisit",
    "subsidies.view_checkround",
    "subsidies.view_sitecheck",
}
READ_AWARDS = {
    "subsidies.view_earlieraward",
    "subsidies.view_awarddocument",
    "subsidies.view_caseseal",
    "subsidies.view_noticeentry",
    "subsidies.view_payment",
    "subsidies.view_publicnotice",
    "subsidies.view_recovery",
    "subsidies.view_repayment",
}
READ_EXPERTS = {
    "subsidies.view_expert",
    "subsidies.view_expertabsence",
    "subsidies.view_expertemployment",
    "subsidies.view_expertinterest",
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
    "bases.add_basepicture",
    "bases.change_basepicture",
    "bases.delete_basepicture",
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
    | READ_APPLICATIONS
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
        "common.change_delivery",
        "common.view_delivery",
        "accounts.verify_organisation",
        "accounts.view_verificationrequest",
        *READ_DECISIONS,
        *READ_AWARDS,
        *READ_EXPERTS,
        "subsidies.close_case",
        "subsidies.judge_report",
        "subsidies.make_archive",
        "subsidies.edit_notice",
        "subsidies.prepare_award",
        "subsidies.propose_recovery",
        "subsidies.view_objection",
        *(name.replace("view", verb) for name in READ_EXPERTS for verb in ("add", "change")),
        "subsidies.add_letter",
        "subsidies.add_lettertemplate",
        "subsidies.add_meeting",
        "subsidies.change_lettertemplate",
        "subsidies.change_meeting",
        "subsidies.draw_experts",
        "subsidies.run_visits",
        "subsidies.propose_checks",
        "subsidies.stage_decision",
        "subsidies.view_letter",
        "subsidies.view_lettertemplate",
        "subsidies.add_earlieraward",
        "subsidies.add_namesake",
        "subsidies.add_call",
        "subsidies.add_callquestion",
        "subsidies.add_callversion",
        "subsidies.add_integrityentry",
        "subsidies.add_policy",
        "subsidies.add_policyclause",
        "subsidies.add_scheme",
        "subsidies.change_call",
        "subsidies.change_callquestion",
        "subsidies.change_callversion",
        "subsidies.change_integrityentry",
        "subsidies.change_policy",
        "subsidies.change_policyclause",
        "subsidies.change_scheme",
        "subsidies.check_application",
        "subsidies.delete_callquestion",
        "subsidies.delete_policyclause",
        "subsidies.invite_applicant",
        "subsidies.judge_hit",
        "subsidies.view_award",
        "subsidies.view_integrityentry",
        "subsidies.view_integrityplea",
        "subsidies.view_subscription",
        "common.change_source",
        "projects.add_project",
        "projects.export_project",
        "projects.import_project",
    }
)
EXPECTED = {
    "county_officer": READ
    | READ_APPLICATIONS
    | EDIT_BASES
    | EDIT_PROJECTS
    | {"bases.recommend_base", "subsidies.recommend_application"},
    "bureau_clerk": CLERK,
    "section_head": CLERK
    | {
        "accounts.override_credit_code",
        "bases.decide_base",
        "subsidies.approve_waiver",
        "subsidies.answer_appeal",
        "subsidies.confirm_check",
        "subsidies.confirm_earlieraward",
        "subsidies.redirect_application",
        "subsidies.confirm_draw",
        "subsidies.confirm_checks",
        "subsidies.settle_checks",
        "subsidies.propose_to_meeting",
        "subsidies.publish_call",
        "subsidies.answer_objection",
        "subsidies.publish_notice",
        "subsidies.view_figures",
        "subsidies.confirm_integrity",
    },
    "bureau_leader": READ
    | READ_APPLICATIONS
    | READ_DECISIONS
    | READ_AWARDS
    | {
        "accounts.act_for_whole_city",
        "subsidies.answer_objection",
        "subsidies.approve_payment",
        "subsidies.confirm_earlieraward",
        "subsidies.decide_recovery",
        "subsidies.settle_checks",
        "subsidies.issue_award",
        "subsidies.view_objection",
        "subsidies.answer_appeal",
        "subsidies.confirm_budget",
        "subsidies.release_decisions",
        "subsidies.view_figures",
        "subsidies.view_award",
        "subsidies.view_integrityentry",
        "subsidies.view_integrityplea",
    },
    "finance": READ
    | READ_APPLICATIONS
    | READ_BUDGETS
    | READ_AWARDS
    | {
        "accounts.act_for_whole_city",
        "subsidies.approve_payment",
        "subsidies.confirm_account",
        "subsidies.countersign_award",
        "subsidies.execute_payment",
        "subsidies.prepare_payment",
        "subsidies.register_repayment",
        "subsidies.view_payeeaccount",
        "subsidies.add_budget",
        "subsidies.confirm_budget",
        "subsidies.propose_budget",
        "subsidies.view_figures",
        "subsidies.view_award",
        "subsidies.view_decision",
        "subsidies.view_meeting",
    },
    "expert": {"subsidies.review_assigned"},
    "discipline": READ
    | READ_APPLICATIONS
    | READ_DECISIONS
    | READ_AWARDS
    | READ_EXPERTS
    | {
        "subsidies.view_objection",
        "subsidies.view_award",
        "subsidies.view_integrityentry",
        "subsidies.view_integrityplea",
        "accounts.act_for_whole_city",
        "accounts.view_membership",
        "accounts.view_user",
        "accounts.view_verificationrequest",
        "auth.view_group",
        "common.view_journalentry",
        "subsidies.view_figures",
        "subsidies.make_archive",
        "subsidies.judge_alert",
        "subsidies.view_alert",
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
        "common.change_delivery",
        "common.view_delivery",
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
def test_staff_are_exactly_the_seven_kinds(kind):
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
