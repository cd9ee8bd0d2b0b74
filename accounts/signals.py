from typing import Any

from django.contrib.auth.models import Group
from django.db import models

from accounts.enums import STAFF_KINDS
from accounts.models import User
from common import journal


def groups_changed(sender: type[models.Model], instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    """Journal every change of someone's groups and keep is_staff in step with them."""
    if reverse:
        raise journal.JournalRefused("Change groups from the person's side: user.groups.set(…).")
    if action in {"pre_add", "pre_remove", "pre_clear"}:
        instance.groups_before = _group_names(instance)
    elif action in {"post_add", "post_remove", "post_clear"}:
        journal_groups(instance, instance.groups_before, _group_names(instance))


def journal_groups(user: User, before: list[str], after: list[str]) -> None:
    if before == after:
        return
    journal.record("roles", user, {"groups": [before, after]})
    is_staff = user.is_superuser or not set(STAFF_KINDS).isdisjoint(after)
    if is_staff != user.is_staff:
        user.is_staff = is_staff
        user.save(update_fields=["is_staff"])


def _group_names(user: User) -> list[str]:
    return sorted(Group.objects.filter(user=user).values_list("name", flat=True))
