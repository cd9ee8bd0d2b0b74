"""The copy of one's own data: what the inventory names, and one's own entries of the journal, as JSON."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from chenzhou_pilot.personal.inventory import HOLDINGS
from common.journal_values import json_value
from common.models import JournalEntry

ENTRY = ("happened_at", "action", "object_type", "object_label", "reason", "source", "address")


def copy_of(person: User) -> dict[str, Any]:
    """One query a model; nothing of other people but the names of what one has worked on."""
    return {
        "made_at": json_value(timezone.now()),
        "account": person.pk,
        "data": {label: rows for label, rows in _held(person) if rows},
        "journal": _plain(JournalEntry.objects.filter(actor=person).order_by("pk").values(*ENTRY)),
    }


def _held(person: User) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for holding in HOLDINGS:
        rows = apps.get_model(holding.model)._base_manager.filter(**{holding.person: person.pk}).order_by("pk")
        yield holding.model, _plain(rows.values(*holding.fields))


def _plain(rows: Any) -> list[dict[str, Any]]:
    return [json_value(row) for row in rows.iterator(chunk_size=2_000)]
