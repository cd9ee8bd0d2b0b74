"""Where the desk edits what a call asks: a path such as "sections/unit/fields/contact_name/options"."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

RULES = ("rule", "required_when")
# What may stand inside an item of each list; the name of an item is its id, of a material its code.
CHILDREN: dict[str, tuple[str, ...]] = {
    "": ("criteria", "materials", "sections", "check_items", "score_items"),
    "criteria": ("rule",),
    "materials": ("required_when",),
    "sections": ("fields",),
    "fields": ("options", "columns", "required_when"),
    "columns": ("options",),
    "score_items": ("bands",),
}
ID_OF = {"materials": "code", "options": "value", "bands": "at_least"}


class Spot(NamedTuple):
    """A list of rows, or one rule, with the item that holds it and the paths of what it stands in."""

    name: str
    owner: dict[str, Any]
    trail: tuple[str, ...]

    @property
    def is_rule(self) -> bool:
        return self.name in RULES

    @property
    def id_name(self) -> str:
        return ID_OF.get(self.name, "id")

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.owner.get(self.name) or ())

    @property
    def part(self) -> str:
        return self.trail[0]

    @property
    def above(self) -> str:
        """The list that holds the owner; "" for a part of the whole."""
        return "/".join(self.trail[:-2])

    @property
    def owner_id(self) -> str:
        return self.trail[-2] if len(self.trail) > 1 else ""

    @property
    def path(self) -> str:
        return "/".join(self.trail)

    def ids(self) -> list[str]:
        return [str(row.get(self.id_name, "")) for row in self.rows]


def spot(content: dict[str, Any], path: str) -> Spot | None:
    """None where there is no such place; the owner is the very mapping that stands in `content`."""
    trail = tuple(path.split("/"))
    owner, kind = content, ""
    for position, name in enumerate(trail):
        if position % 2:
            found = _item(owner, kind, name)
            if found is None:
                return None
            owner = found
        elif name not in CHILDREN.get(kind, ()):
            return None
        else:
            kind = name
    return Spot(kind, owner, trail) if len(trail) % 2 else None


def children_of(name: str, row: Mapping[str, Any]) -> Iterable[str]:
    """What of a row has a page of its own."""
    for child in CHILDREN.get(name, ()):
        if child == "options" and row.get("type") != "choice":
            continue
        if child == "columns" and row.get("type") != "table":
            continue
        yield child


def _item(owner: Mapping[str, Any], kind: str, name: str) -> dict[str, Any] | None:
    rows = owner.get(kind) or ()
    return next((row for row in rows if str(row.get(ID_OF.get(kind, "id"))) == name), None)
