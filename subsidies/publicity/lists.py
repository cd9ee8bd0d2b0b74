"""The list of a public notice as it is frozen, its final form, and what differs between the two.

It holds chosen fields alone, each of them public: number, firm, project, host base, place, amount.
"""

from typing import Any, NamedTuple

from bases.enums import ON_PUBLIC_SITE
from subsidies.models import NoticeEntry, PublicNotice
from subsidies.publicity.days import Days

FORM = 1  # of the list itself; a new form gets a new number, old lists keep theirs
Row = dict[str, Any]


def first_list(notice: PublicNotice, entries: list[NoticeEntry], days: Days) -> Row:
    """One of fixed form, see subsidies.snapshots; no query where the entries have been read with their firms."""
    return {
        "form": FORM,
        "notice": notice.slug,
        "title": notice.title_zh,
        "call": notice.call.slug,
        "starts_on": days.starts_on.isoformat(),
        "ends_on": days.ends_on.isoformat(),
        "period": days.as_json(),
        "entries": [_row(entry) for entry in entries],
    }


def final_list(notice: PublicNotice, entries: list[NoticeEntry]) -> Row:
    """What is left of the first, under the digest of the first."""
    kept = {entry.position for entry in entries if entry.removed_at is None}
    return {
        "form": FORM,
        "notice": notice.slug,
        "first_sha256": notice.digest,
        "entries": [row for row in notice.listed["entries"] if row["position"] in kept],
    }


def _row(entry: NoticeEntry) -> Row:
    application = entry.application
    firm, project = application.organisation, application.project
    base = project.base if project and project.base and project.base.state in ON_PUBLIC_SITE else None
    place = firm.registered_division
    return {
        "position": entry.position,
        "number": application.number,
        "firm_zh": firm.name_zh,
        "firm_en": firm.name_en,
        "project": application.project_name,
        "base_zh": base.name_zh if base else "",
        "base_en": base.name_en if base else "",
        "place_zh": place.name_zh if place else "",
        "place_en": place.name_en if place else "",
        "amount_yuan": f"{entry.amount_yuan:.2f}",
    }


class Line(NamedTuple):
    """A row of the list, and whether an objection took it off."""

    row: Row
    is_removed: bool


def lines_of(notice: PublicNotice, entries: list[NoticeEntry]) -> list[Line]:
    """The first list with what has been taken off it since."""
    gone = {entry.position for entry in entries if entry.removed_at is not None}
    return [Line(row, row["position"] in gone) for row in notice.listed.get("entries", [])]
