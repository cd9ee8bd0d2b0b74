"""What an award document lists, frozen at its issue under one SHA-256 that its paper bears and anyone can check."""

from decimal import Decimal
from typing import Any, NamedTuple

from common.journal_values import json_value
from subsidies.models import AwardDocument, AwardEntry
from subsidies.snapshots import digest_of

FORM = 1  # of the list itself; a new form gets a new number, issued lists keep theirs


class Listed(NamedTuple):
    """A row as the paper and the public check show it."""

    position: int
    number: str
    project: str
    firm: str
    credit_code: str
    amount_yuan: Decimal


def frozen_list(document: AwardDocument, entries: list[AwardEntry]) -> dict[str, Any]:
    """The entries come with their applications and firms."""
    frozen: dict[str, Any] = json_value(
        {
            "form": FORM,
            "number": document.number,
            "title": document.title,
            "text": document.text,
            "call": document.call.slug,
            "total_yuan": sum((entry.amount_yuan for entry in entries), Decimal(0)),
            "entries": [_row(place, entry) for place, entry in enumerate(entries, start=1)],
        }
    )
    return frozen


def _row(place: int, entry: AwardEntry) -> dict[str, Any]:
    application = entry.application
    return {
        "position": place,
        "number": application.number,
        "project": application.project_name,
        "firm": application.organisation.name_zh,
        "credit_code": application.organisation.credit_code,
        "amount_yuan": entry.amount_yuan,
    }


def rows_of(document: AwardDocument) -> list[Listed]:
    """Of an issued document, as it was issued."""
    return [
        Listed(**{**row, "amount_yuan": Decimal(row["amount_yuan"]), "credit_code": row["credit_code"] or ""})
        for row in document.listed.get("entries", [])
    ]


def total_of(document: AwardDocument) -> Decimal:
    return Decimal(document.listed.get("total_yuan", "0"))


def is_intact(document: AwardDocument) -> bool:
    """Whether the stored list is the one that was issued."""
    return digest_of(document.listed) == document.digest
