"""What changed in the public record of a base, in plain words and without names of people."""

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from bases.enums import Action
from bases.models import Base
from common.models import JournalEntry
from common.models.names import field_label
from common.texts import listed

PUBLIC_FIELDS = (
    "kind",
    "name_zh",
    "name_en",
    "division",
    "park",
    "site_zh",
    "address",
    "lead_type",
    "host",
    "operator",
    "industry_codes",
    "chains",
    "trl_min",
    "trl_max",
    "area_m2",
    "total_investment_yuan",
    "public_funding_yuan",
    "equipment_value_yuan",
    "staff_total",
    "staff_technical",
    "staff_qualified",
    "founded_on",
    "alliance_member",
    "openness",
    "fee_policy",
    "ip_policy",
    "public_contact",
    "summary_zh",
    "summary_en",
    "verified_on",
)
# Steps before a base is in the registry are the bureau's own business.
PUBLIC_ACTIONS = (
    Action.ENLIST,
    Action.APPROVE_CHANGE,
    Action.WARN,
    Action.CLEAR_WARNING,
    Action.SUSPEND,
    Action.RESUME,
    Action.REMOVE,
)
MOST_ROWS = 50


class PublicChange(NamedTuple):
    happened_at: datetime
    what: str
    fields: str


def public_history(base: Base) -> list[PublicChange]:
    """Newest first, at most fifty. One query."""
    entries = JournalEntry.objects.filter(object_type="bases.base", object_id=str(base.pk)).order_by("-id")
    rows = (_row(entry) for entry in entries[: MOST_ROWS * 4])
    return [row for row in rows if row][:MOST_ROWS]


def _row(entry: JournalEntry) -> PublicChange | None:
    fields = public_fields_of(entry)
    if entry.action in PUBLIC_ACTIONS:
        what = str(Action(entry.action).label)
    elif fields and entry.action in ("create", "update"):
        what = _("Entered in the portal") if entry.action == "create" else _("Record updated")
    else:
        return None
    return PublicChange(entry.happened_at, what, fields)


def public_fields_of(entry: JournalEntry) -> str:
    """The names of those that were changed, in the active language."""
    return listed([field_label(Base, name) for name in PUBLIC_FIELDS if name in entry.changes])
