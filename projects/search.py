"""Keeps the words a project is found by in step with the record."""

from common.search_upkeep import index_many
from projects.models import Project, ProjectSearch
from projects.models.queries import ProjectQuerySet


def index_project(project: Project) -> None:
    """Write the search document of one project in the caller's transaction."""
    ProjectSearch.objects.update_or_create(project=project, defaults={"document": project.searchable_text()})


def index_projects(projects: ProjectQuerySet) -> None:
    """The same for many, in batches."""
    index_many(projects, ProjectSearch, "project")
