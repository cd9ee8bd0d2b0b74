"""The words a base is found by follow the base, its industries, equipment, lines and services, whoever saves them."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from bases.models import Base, Equipment, PilotLine, Service
from bases.search import index_base


@receiver(post_save, sender=Base)
def index_saved_base(instance: Base, **kwargs: Any) -> None:
    index_base(instance)


@receiver([post_save, post_delete], sender=Equipment)
@receiver([post_save, post_delete], sender=PilotLine)
@receiver([post_save, post_delete], sender=Service)
def index_base_of_part(instance: Equipment | PilotLine | Service, origin: Any = None, **kwargs: Any) -> None:
    if not isinstance(origin, Base):  # the base itself is being deleted, its words go with it
        index_base(instance.base)


@receiver(m2m_changed, sender=Base.industries.through)
def index_base_of_industries(instance: Base, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        index_base(instance)
