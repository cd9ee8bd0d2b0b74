from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.models import Organisation
from projects.models import Project, ProjectPartner
from projects.search import index_project, index_projects


@receiver(post_save, sender=Project)
def index_saved_project(instance: Project, **kwargs: Any) -> None:
    index_project(instance)


@receiver([post_save, post_delete], sender=ProjectPartner)
def index_project_of_partner(instance: ProjectPartner, origin: Any = None, **kwargs: Any) -> None:
    if getattr(origin, "model", type(origin)) is not Project:  # else the project goes, and its words with it
        index_project(instance.project)


@receiver(post_save, sender=Organisation)
def index_projects_of_renamed_organisation(instance: Organisation, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en"):
        index_projects(Project.objects.filter(partners__organisation=instance).distinct())
