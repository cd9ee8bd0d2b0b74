"""Who may do what with a project: predicates over a user and one row."""

from accounts.models import User
from bases.models import Base
from bases.permissions import can_verify as can_verify_bases
from bases.permissions import is_own_place as is_own_base
from projects.models import Project

FOR_THE_BUREAU = ("is_public", "withheld_fields")


def is_own_place(user: User, base: Base | None, division_id: str | None) -> bool:
    """The place of a project is that of its base, its own county where it has none."""
    if user.acts_for_whole_city():
        return True
    return division_id in user.divisions() if base is None else is_own_base(user, base)


def can_edit(user: User, project: Project) -> bool:
    """Edit a project: the bureau everywhere, a county or park officer at the own place."""
    may_change = user.has_perm("projects.change_project")
    return may_change and is_own_place(user, project.base, project.division_id)


def can_verify(user: User) -> bool:
    """State that somebody has checked a record: whoever may do so for bases."""
    return can_verify_bases(user) and user.has_perm("projects.change_project")


def can_publish(user: User) -> bool:
    """Say what of a project the public may read: see FOR_THE_BUREAU."""
    return user.acts_for_whole_city()
