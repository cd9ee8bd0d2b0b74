"""Keeps the words a project is found by in step with the record."""

from projects.models import Project, ProjectSearch


def index_project(project: Project) -> None:
    """Write the search document of one project in the caller's transaction."""
    ProjectSearch.objects.update_or_create(project=project, defaults={"document": project.searchable_text()})
