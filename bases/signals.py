"""The words a base is found by follow the base, its industries, equipment, lines and services, whoever saves them."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from bases.models import Base, Equipment, PilotLine, Service
from bases.search import index_base
from common import versions


@receiver(post_save, sender=Base)
def index_saved_base(instance: Base, **kwargs: Any) -> None:
    index_base(instance)


@receiver([post_save, post_delete], sender=Equipment)
@receiver([post_save, post_delete], sender=PilotLine)
@receiver([post_save, post_delete], sender=Service)
def index_base_of_part(instance: Equipment | PilotLine | Service, origin: Any = None, **kwargs: Any) -> None:
    if _model_of(origin) is not Base:  # else the base itself is being deleted, its words go with it
        index_base(instance.base)


def _model_of(origin: Any) -> type | None:
    """A deletion begins at a row or at a queryset."""
    return getattr(origin, "model", type(origin))


@receiver(m2m_changed, sender=Base.co_builders.through)
@receiver(m2m_changed, sender=Base.industries.through)
@receiver(m2m_changed, sender=Base.tenants.through)
def renew_kept_pages(action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        versions.bump(Base.journal_version)


@receiver(m2m_changed, sender=Base.industries.through)
def index_base_of_industries(instance: Base, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        index_base(instance)
