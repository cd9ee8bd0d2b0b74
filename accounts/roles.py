"""What each group may do. Code asks has_perm() and never for a group's name; this list alone joins the two.

A group is set to exactly its list after every migration: a right given by hand in the database does not last.
"""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from accounts.enums import PersonKind

BASE_PARTS = (
    "basefigure",
    "basemedia",
    "basepicture",
    "basetitle",
    "equipment",
    "pilotline",
    "safetypermit",
    "service",
)
SUBSIDY_DATA = ("policy", "policyclause", "scheme", "call", "callversion", "callquestion")
APPLICATION_PARTS = ("recommendation", "formcheck", "checkresult", "crosscheckhit", "correction", "correctionitem")
DECISION_PARTS = (
    "assignment",
    "draw",
    "namesake",
    "scoresheet",
    "sitevisit",
    "meeting",
    "decision",
    "appeal",
    "checkround",
    "sitecheck",
)
EXPERT_PARTS = ("expert", "expertemployment", "expertinterest", "expertabsence")
NOTICE_PARTS = ("publicnotice", "noticeentry", "awarddocument", "payment", "recovery", "repayment", "caseseal")
BUDGET_PARTS = ("budget", "budgetchange", "budgetentry")
PROJECT_PARTS = ("projectoutcome", "projectpartner", "projectstep")


def _may(app: str, verbs: str, *models: str) -> list[str]:
    return [f"{app}.{verb}_{model}" for model in models for verb in verbs.split()]


READ_REGISTRY = [
    *_may("accounts", "view", "organisation"),
    *_may("bases", "view", "base", "basechange", "industry", *BASE_PARTS),
    *_may("common", "view", "calendarday", "division", "park", "source"),
    *_may("projects", "view", "project", *PROJECT_PARTS),
    *_may("subsidies", "view", *SUBSIDY_DATA),
]
READ_APPLICATIONS = _may("subsidies", "view", "application", "followupreport", *APPLICATION_PARTS)
READ_DECISIONS = _may(
    "subsidies", "view", *DECISION_PARTS, *NOTICE_PARTS, *BUDGET_PARTS
)  # the bureau's own; not a county's
EDIT_BASES = [*_may("bases", "change", "base"), *_may("bases", "add change delete", *BASE_PARTS)]
EDIT_PROJECTS = [*_may("projects", "change", "project"), *_may("projects", "add change delete", *PROJECT_PARTS)]
WHOLE_CITY = ["accounts.act_for_whole_city"]

CLERK = [
    *READ_REGISTRY,
    *WHOLE_CITY,
    *EDIT_BASES,
    *EDIT_PROJECTS,
    *_may("accounts", "add change", "organisation"),
    *_may("accounts", "view", "verificationrequest"),
    "accounts.verify_organisation",
    *_may("bases", "add delete export import recommend review", "base"),  # the desk deletes drafts alone
    *_may("bases", "add change", "industry"),
    *_may("common", "add change", "source"),
    *_may("common", "view change", "delivery"),  # to see which messages were given up, and try them again
    *_may("projects", "add export import", "project"),
    *READ_APPLICATIONS,
    *_may("subsidies", "add change", *SUBSIDY_DATA),
    *_may("subsidies", "delete", "callquestion", "policyclause"),
    *_may("subsidies", "view add change", "integrityentry"),
    *_may("subsidies", "view", "integrityplea"),
    *_may("subsidies", "view", "award"),
    *_may("subsidies", "view add", "earlieraward"),
    *READ_DECISIONS,
    *_may("subsidies", "view add change", *EXPERT_PARTS),
    *_may("subsidies", "add change", "meeting"),
    *_may("subsidies", "add", "namesake"),
    *_may("subsidies", "view add change", "lettertemplate"),
    *_may("subsidies", "view add", "letter"),
    "subsidies.check_application",
    "subsidies.judge_hit",
    "subsidies.invite_applicant",
    "subsidies.draw_experts",
    "subsidies.run_visits",
    "subsidies.propose_checks",
    "subsidies.stage_decision",
    "subsidies.view_objection",
    "subsidies.view_subscription",
    "subsidies.edit_notice",
    "subsidies.prepare_award",
    "subsidies.close_case",
    "subsidies.judge_report",
    "subsidies.make_archive",
    "subsidies.propose_recovery",
]

PERMISSIONS: dict[PersonKind, list[str]] = {
    # Rows of the own county or park alone: see User.divisions() and User.parks().
    PersonKind.COUNTY_OFFICER: [
        *READ_REGISTRY,
        *READ_APPLICATIONS,
        *EDIT_BASES,
        *EDIT_PROJECTS,
        "bases.recommend_base",
        "subsidies.recommend_application",
    ],
    PersonKind.BUREAU_CLERK: CLERK,
    PersonKind.SECTION_HEAD: [
        *CLERK,
        "bases.decide_base",
        "accounts.override_credit_code",
        "subsidies.publish_call",
        "subsidies.redirect_application",
        "subsidies.confirm_check",
        "subsidies.approve_waiver",
        "subsidies.confirm_draw",
        "subsidies.confirm_checks",
        "subsidies.settle_checks",
        "subsidies.propose_to_meeting",
        "subsidies.answer_appeal",
        "subsidies.publish_notice",
        "subsidies.answer_objection",
        "subsidies.view_figures",
        "subsidies.confirm_integrity",
        "subsidies.confirm_earlieraward",
    ],
    PersonKind.BUREAU_LEADER: [
        *READ_REGISTRY,
        *WHOLE_CITY,
        *READ_APPLICATIONS,
        *READ_DECISIONS,
        *_may("subsidies", "view", "award", "earlieraward", "integrityentry", "integrityplea", "objection"),
        "subsidies.release_decisions",
        "subsidies.confirm_earlieraward",
        "subsidies.view_figures",
        "subsidies.answer_appeal",
        "subsidies.confirm_budget",
        "subsidies.answer_objection",
        "subsidies.issue_award",
        "subsidies.approve_payment",
        "subsidies.decide_recovery",
        "subsidies.settle_checks",
    ],
    PersonKind.FINANCE: [
        *READ_REGISTRY,
        *WHOLE_CITY,
        *READ_APPLICATIONS,
        *_may(
            "subsidies",
            "view",
            "award",
            "earlieraward",
            "meeting",
            "decision",
            "payeeaccount",
            *NOTICE_PARTS,
            *BUDGET_PARTS,
        ),
        *_may("subsidies", "add", "budget"),
        "subsidies.view_figures",
        "subsidies.propose_budget",
        "subsidies.confirm_budget",
        "subsidies.countersign_award",
        "subsidies.confirm_account",
        "subsidies.prepare_payment",
        "subsidies.approve_payment",
        "subsidies.execute_payment",
        "subsidies.register_repayment",
    ],
    PersonKind.EXPERT: ["subsidies.review_assigned"],  # the seats drawn for them, see subsidies.permissions
    PersonKind.DISCIPLINE: [
        *READ_REGISTRY,
        *WHOLE_CITY,
        *READ_APPLICATIONS,
        *READ_DECISIONS,
        *_may("subsidies", "view", "award", "earlieraward", "integrityentry", "integrityplea", "objection"),
        *_may("subsidies", "view", *EXPERT_PARTS),
        *_may("accounts", "view", "membership", "user", "verificationrequest"),
        *_may("subsidies", "view", "alert"),
        "subsidies.judge_alert",
        "auth.view_group",
        "common.view_journalentry",
        "subsidies.view_figures",
        "subsidies.make_archive",
    ],
    PersonKind.ADMINISTRATOR: [
        *_may("accounts", "add change view", "user"),
        *_may("accounts", "add change delete view", "membership"),
        *_may("accounts", "view", "organisation"),
        *_may("common", "add change delete view", "calendarday"),
        *_may("common", "view change", "delivery"),
        "accounts.assign_roles",
        "auth.view_group",
    ],
}


def sync_groups(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Set every group to exactly its list; idempotent."""
    for kind, names in PERMISSIONS.items():
        group, _created = Group.objects.using(using).get_or_create(name=kind.value)
        group.permissions.set(named_permissions(names, using=using))


def named_permissions(names: Iterable[str], *, using: str = DEFAULT_DB_ALIAS) -> list[Permission]:
    """The permissions of names like "bases.view_base", as far as they exist."""
    wanted = Q(pk=None)
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.using(using).filter(wanted))


def sync_groups_after_migrate(sender: AppConfig, using: str, **kwargs: object) -> None:
    """Receiver of post_migrate; waits for the last application, when every permission is there."""
    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender == last:
        sync_groups(using=using)
