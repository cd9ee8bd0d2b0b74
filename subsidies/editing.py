"""Saving a part of a draft version: one writer at a time, nobody's words written over unseen."""

import copy
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from subsidies.enums import VersionState
from subsidies.models import CallVersion
from subsidies.permissions import can_draft


@transaction.atomic
def edit(version: CallVersion, change: Callable[[dict[str, Any]], None], *, seen: int | None, by: User) -> CallVersion:
    """Let `change` alter the content of the freshly locked row, and keep it.

    ValidationError with code "stale" when somebody has saved since version `seen`; what is published never changes.
    """
    if not can_draft(by):
        raise PermissionDenied
    current = CallVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if current.state != VersionState.DRAFT:
        raise ValidationError(_("This version is published: begin a new draft to change it."), code="state")
    if current.version != seen:
        message = _(
            "Someone else has saved this draft since you opened the page. Nothing of yours is lost: compare, then save "
            "again."
        )
        raise ValidationError(message, code="stale")
    content = copy.deepcopy(current.content)
    change(content)
    if content != current.content:
        current.content = content
        current.version += 1
        current.save()
    return current
