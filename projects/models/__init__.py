from projects.models.outcome import ProjectOutcome
from projects.models.partner import ProjectPartner
from projects.models.project import Project, ProjectSearch
from projects.models.step import ProjectStep

__all__ = ["Project", "ProjectOutcome", "ProjectPartner", "ProjectSearch", "ProjectStep"]
