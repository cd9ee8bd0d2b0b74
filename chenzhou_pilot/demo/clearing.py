"""Takes the synthetic records away again, with whatever hangs on them."""

from typing import Any, NamedTuple

from django.db import connection, models

from accounts.models import Organisation
from bases import choice_sets
from bases.models import Base, BasePicture, Industry
from chenzhou_pilot.demo.clearing_calls import clear_calls
from chenzhou_pilot.demo.guards import unguarded
from chenzhou_pilot.demo.places import INDUSTRIES
from common import journal
from common.files import remove_with_bytes
from common.models import StoredFile
from projects.models import Project
from subsidies.models import BaseAnswer, Budget, BudgetChange, BudgetEntry, CheckRound, Expert


class Cleared(NamedTuple):
    records: int  # bases and projects
    calls: int
    applications: int


def clear() -> Cleared:
    """Delete every demo record; IntegrityError if a real record uses one."""
    chosen: dict[type[Any], dict[str, Any]] = {
        Expert: {"is_demo": True},
        BudgetChange: {"budget__is_demo": True},
        Budget: {"is_demo": True},
        Project: {"is_demo": True},
        Base: {"is_demo": True},
        Organisation: {"is_demo": True, "slug__startswith": "demo-organisation-"},
        Industry: {"slug__in": list(INDUSTRIES)},
    }
    with journal.bulk("clear_demo", Base, "demo records", *chosen) as batch:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        calls, applications = clear_calls()
        _clear_rounds()
        _clear_ledgers()
        named = BaseAnswer.bases.through._base_manager.filter(base__is_demo=True)
        named._raw_delete(named.db)
        batch.count = sum(Model._base_manager.filter(is_demo=True).count() for Model in (Base, Project))
        files = _files_of_pictures()
        for model, condition in chosen.items():
            _delete(model, condition)
        for stored in StoredFile.objects.filter(pk__in=files):
            remove_with_bytes(stored)
        choice_sets.rebuild()
    return Cleared(batch.count, calls, applications)


def _clear_rounds() -> None:
    """Of site checks of demonstration awards; their checks went with the applications."""
    rounds = CheckRound._base_manager.filter(is_demo=True)
    if rounds.exists():
        with unguarded([CheckRound._meta.db_table]):
            rounds._raw_delete(rounds.db)


def _clear_ledgers() -> None:
    """Of demonstration budgets; what one of them gave to a real application stays, and with it everything."""
    entries = BudgetEntry._base_manager.filter(budget__is_demo=True, application=None)
    if entries.exists():
        with unguarded([BudgetEntry._meta.db_table]):
            entries._raw_delete(entries.db)


def _files_of_pictures() -> list[int]:
    pictures = BasePicture.objects.filter(base__is_demo=True)
    return [key for pair in pictures.values_list("large_id", "small_id") for key in pair]


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
