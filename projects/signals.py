from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import Organisation
from projects.models import Project, ProjectOutcome, ProjectPartner
from projects.search import index_project, index_projects

PUBLIC_PARTS = {
    ProjectPartner: ("organisation", "role"),
    ProjectOutcome: ("kind", "text_zh", "text_en", "happened_on", "source"),
}


@receiver(post_save, sender=Project)
def index_saved_project(instance: Project, **kwargs: Any) -> None:
    index_project(instance)


@receiver([post_save, post_delete], sender=ProjectPartner)
def index_project_of_partner(instance: ProjectPartner, origin: Any = None, **kwargs: Any) -> None:
    if not _goes_with_project(origin):
        index_project(instance.project)


@receiver([post_save, post_delete], sender=ProjectPartner)
@receiver([post_save, post_delete], sender=ProjectOutcome)
def take_away_verification_of_changed_parts(
    instance: ProjectPartner | ProjectOutcome, created: bool | None = None, origin: Any = None, **kwargs: Any
) -> None:
    """`created` is None in a deletion."""
    if not _goes_with_project(origin) and (created is not False or instance.changes_now(*PUBLIC_PARTS[type(instance)])):
        instance.project.content_changed("parts")


def _goes_with_project(origin: Any) -> bool:
    """A deletion begins at a row or at a queryset."""
    return getattr(origin, "model", type(origin)) is Project


@receiver(post_save, sender=Organisation)
def index_projects_of_renamed_organisation(instance: Organisation, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en"):
        index_projects(Project.objects.filter(partners__organisation=instance).distinct())
