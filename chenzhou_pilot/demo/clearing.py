"""Takes the synthetic records away again, with whatever hangs on them."""

from typing import Any

from django.db import connection, models

from accounts.models import Organisation
from bases.models import Base, Industry
from chenzhou_pilot.demo.places import INDUSTRIES
from common import journal
from projects.models import Project


def clear() -> int:
    """Delete every demo record, return how many bases and projects went; IntegrityError if a real record uses one."""
    chosen: dict[type[Any], dict[str, Any]] = {
        Project: {"is_demo": True},
        Base: {"is_demo": True},
        Organisation: {"is_demo": True, "slug__startswith": "demo-organisation-"},
        Industry: {"slug__in": list(INDUSTRIES)},
    }
    with journal.bulk("clear_demo", Base, "demo records", *chosen) as batch:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        batch.count = sum(Model._base_manager.filter(is_demo=True).count() for Model in (Base, Project))
        for model, condition in chosen.items():
            _delete(model, condition)
    return batch.count


def _delete(model: type[models.Model], condition: dict[str, Any]) -> None:
    """By statement, without loading a row: a million of them would not fit."""
    for child, field in _belongings(model):
        rows = child._base_manager.filter(**{f"{field}__{name}": value for name, value in condition.items()})
        rows._raw_delete(rows.db)
    rows = model._base_manager.filter(**condition)
    rows._raw_delete(rows.db)


def _belongings(model: type[models.Model]) -> list[tuple[Any, str]]:
    """Models whose rows go with a row of `model`, and the field that says with which."""
    relations = [relation for relation in model._meta.related_objects if relation.on_delete is models.CASCADE]
    links = [(field.remote_field.through, field.m2m_field_name()) for field in model._meta.many_to_many]
    return [*((relation.related_model, relation.field.name) for relation in relations), *links]
