"""What each group may do. Code asks has_perm() and never for a group's name; this list alone joins the two.

A group is set to exactly its list after every migration: a right given by hand in the database does not last.
"""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from accounts.enums import PersonKind

BASE_PARTS = ("basefigure", "basemedia", "basetitle", "equipment", "pilotline", "safetypermit", "service")
PROJECT_PARTS = ("projectoutcome", "projectpartner", "projectstep")


def _may(app: str, verbs: str, *models: str) -> list[str]:
    return [f"{app}.{verb}_{model}" for model in models for verb in verbs.split()]


READ_REGISTRY = [
    *_may("accounts", "view", "organisation"),
    *_may("bases", "view", "base", "basechange", "industry", *BASE_PARTS),
    *_may("common", "view", "calendarday", "division", "park", "source"),
    *_may("projects", "view", "project", *PROJECT_PARTS),
    *_may("subsidies", "view", "policy", "scheme"),
]
EDIT_BASES = [*_may("bases", "change", "base"), *_may("bases", "add change delete", *BASE_PARTS)]
EDIT_PROJECTS = [*_may("projects", "change", "project"), *_may("projects", "add change delete", *PROJECT_PARTS)]
WHOLE_CITY = ["accounts.act_for_whole_city"]

CLERK = [
    *READ_REGISTRY,
    *WHOLE_CITY,
    *EDIT_BASES,
    *EDIT_PROJECTS,
    *_may("accounts", "add change", "organisation"),
    *_may("bases", "add delete export import recommend review", "base"),  # the desk deletes drafts alone
    *_may("bases", "add change", "industry"),
    *_may("common", "add change", "source"),
    *_may("projects", "add export import", "project"),
    *_may("subsidies", "add change", "policy", "scheme"),
]

PERMISSIONS: dict[PersonKind, list[str]] = {
    # Rows of the own county or park alone: see User.divisions() and User.parks().
    PersonKind.COUNTY_OFFICER: [*READ_REGISTRY, *EDIT_BASES, *EDIT_PROJECTS, "bases.recommend_base"],
    PersonKind.BUREAU_CLERK: CLERK,
    PersonKind.SECTION_HEAD: [*CLERK, "bases.decide_base", "accounts.override_credit_code"],
    PersonKind.FINANCE: [*READ_REGISTRY, *WHOLE_CITY],
    PersonKind.EXPERT: [],
    PersonKind.DISCIPLINE: [
        *READ_REGISTRY,
        *WHOLE_CITY,
        *_may("accounts", "view", "membership", "user"),
        "auth.view_group",
        "common.view_journalentry",
    ],
    PersonKind.ADMINISTRATOR: [
        *_may("accounts", "add change view", "user"),
        *_may("accounts", "add change delete view", "membership"),
        *_may("accounts", "view", "organisation"),
        *_may("common", "add change delete view", "calendarday"),
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
