from accounts.models import User
from projects.models import Project


def can_edit(user: User, project: Project) -> bool:
    """Edit a project: the bureau everywhere, a county or park officer at the own place."""
    if not user.has_perm("projects.change_project"):
        return False
    if user.acts_for_whole_city():
        return True
    if project.base is None:
        return project.division_id in user.divisions()
    return project.base.division_id in user.divisions() or project.base.park_id in user.parks()
