"""The words a base is found by and the choices it fits follow the base, its industries, equipment, lines and services,
whoever saves them."""

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver

from bases.models import Base, BasePicture, Equipment, Industry, PilotLine, Service
from bases.models.provenance import take_away_changed
from bases.search import index_base, index_bases
from common import versions
from common.files import remove_with_bytes

LISTS = {field.remote_field.through: field for field in Base._meta.local_many_to_many}


@receiver(post_save, sender=Base)
def index_saved_base(instance: Base, **kwargs: Any) -> None:
    index_base(instance)


@receiver(post_save, sender=Base)
def take_away_sources_of_changed_figures(instance: Base, created: bool, **kwargs: Any) -> None:
    if not created:
        take_away_changed(instance)


@receiver([post_save, post_delete], sender=Base)
def put_base_into_choices(instance: Base, **kwargs: Any) -> None:
    versions.bump("registry", instance.pk)


@receiver([post_save, post_delete], sender=Equipment)
@receiver([post_save, post_delete], sender=Service)
def put_base_of_part_into_choices(instance: Equipment | Service, origin: Any = None, **kwargs: Any) -> None:
    if _model_of(origin) is not Base:
        versions.bump("registry", *{instance.base_id, instance.value_before("base") or instance.base_id})


@receiver([post_save, post_delete], sender=Equipment)
@receiver([post_save, post_delete], sender=PilotLine)
@receiver([post_save, post_delete], sender=Service)
def index_base_of_part(instance: Equipment | PilotLine | Service, origin: Any = None, **kwargs: Any) -> None:
    if _model_of(origin) is not Base:  # else the base itself is being deleted, its words go with it
        index_base(instance.base)


def _model_of(origin: Any) -> type | None:
    """A deletion begins at a row or at a queryset."""
    return getattr(origin, "model", type(origin))


@receiver(m2m_changed, sender=Base.industries.through)
def index_base_of_industries(instance: Base | Industry, action: str, **kwargs: Any) -> None:
    if not isinstance(instance, Base):
        return
    now = set(instance.industries.values_list("pk", flat=True))
    if action.startswith("pre_"):
        instance.industries_before = now  # type: ignore[attr-defined]
    elif now != instance.industries_before:  # type: ignore[attr-defined]
        index_base(instance)
        versions.bump("registry", instance.pk)


@receiver(m2m_changed, sender=Base.industries.through)
def index_bases_of_industry(instance: Base | Industry, action: str, pk_set: set[int] | None, **kwargs: Any) -> None:
    """From the other side: industry.bases.add(…), remove(…), clear()."""
    if not isinstance(instance, Industry):
        return
    if action == "pre_clear":
        instance.bases_before = set(instance.bases.values_list("pk", flat=True))  # type: ignore[attr-defined]
    elif action.startswith("post_"):
        keys = instance.bases_before if pk_set is None else pk_set  # type: ignore[attr-defined]
        if keys:
            index_bases(Base.objects.filter(pk__in=keys))
            versions.bump("registry", *keys)


@receiver(m2m_changed, sender=Base.industries.through)
@receiver(m2m_changed, sender=Base.co_builders.through)
@receiver(m2m_changed, sender=Base.tenants.through)
def take_away_verification_of_changed_list(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: set[int] | None, **kwargs: Any
) -> None:
    """A list that is cleared is cleared of what it holds by then."""
    if action not in ("pre_clear", "post_add", "post_remove"):
        return
    field = LISTS[sender]
    if not reverse and (pk_set or (pk_set is None and getattr(instance, field.name).exists())):
        instance.content_changed(field.name)
    elif reverse:
        rows = Base.objects.exclude(verified_on=None)
        for base in rows.filter(**({field.name: instance} if pk_set is None else {"pk__in": pk_set})):
            base.content_changed(field.name)


@receiver(pre_delete, sender=Industry)
def clear_bases_of_industry(instance: Industry, **kwargs: Any) -> None:
    """A deletion takes the rows between them along without a signal."""
    instance.bases.clear()


@receiver(post_save, sender=Industry)
def index_bases_of_renamed_industry(instance: Industry, **kwargs: Any) -> None:
    if instance.changes_now("name_zh", "name_en"):
        index_bases(instance.bases.all())


@receiver(post_delete, sender=BasePicture)
def remove_files_of_picture(instance: BasePicture, **kwargs: Any) -> None:
    remove_with_bytes(instance.large)
    remove_with_bytes(instance.small)
