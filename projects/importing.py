"""The sheet of projects; stages are recorded one by one, with their dates and sources, and are no column."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bases.codes import validate_code as validate_base_code
from bases.importing import BUREAU_VERIFIES, NO_DIVISION, NO_INDUSTRY, OFFICES
from bases.models import Base
from bases.models.verification import VERIFICATION
from common.calendar import shanghai_today
from common.sheet_columns import BETWEEN_ITEMS, LIST_SEPARATOR, Choice, Coded, Column, Listed, column_for, plain
from common.sheet_import import PlannedRow, Problem, SheetImport
from common.sheet_sources import SourceColumn
from projects import permissions
from projects.codes import next_code, validate_code
from projects.enums import Withholdable
from projects.models import Project
from projects.models.queries import ProjectQuerySet

FIELDS = (
    *("code", "name_zh", "name_en", "slug", "base", "is_own_pilot", "division", "industry", "technology_field"),
    *("trl_in", "trl_out", "investment_yuan", "started_on", "ended_on", "summary_zh", "summary_en", "keywords"),
    *("is_public", "withheld_fields", "source", "verified_on", "verified_by"),
)
NO_BASE = gettext_lazy(
    "No pilot base “%(text)s” is on record: write its name with its code, as 名称[CZZS-2024-0001-6]."
)


class Withheld(Choice):
    """Several choices in one cell, kept as words separated by spaces."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self.labels = {choice.value: str(choice.label) for choice in Withholdable}

    @property
    def known(self) -> dict[str, Any]:
        return {plain(label).lower(): value for value, label in self.labels.items()} | {
            value: value for value in self.labels
        }

    def choices(self) -> list[str]:
        return []

    def read(self, text: str) -> str:
        chosen = {super(Withheld, self).read(item) for item in BETWEEN_ITEMS.split(text) if item.strip()}
        return " ".join(value for value in Withholdable.values if value in chosen)

    def cell(self, row: Model) -> str:
        return self.shown(self.value(row))

    def shown(self, value: Any) -> str:
        return LIST_SEPARATOR.join(self.labels[word] for word in value.split() if word in self.labels)


def columns() -> list[Column]:
    return [_column(name) for name in FIELDS]


def _column(name: str) -> Column:
    field: Any = Project._meta.get_field(name)
    match name:
        case "division":
            return Listed(field, by=("code", "name_zh", "name_en"), refusal=NO_DIVISION)
        case "industry":
            return Listed(field, by=("slug", "name_zh", "name_en"), refusal=NO_INDUSTRY)
        case "base":
            return Coded(field, code="code", check=validate_base_code, refusal=NO_BASE)
        case "verified_by":
            return Coded(field, **OFFICES)
        case "source":
            return SourceColumn(field)
        case "withheld_fields":
            return Withheld(field)
    return column_for(field)


class ProjectImport(SheetImport):
    model = Project
    all_columns = staticmethod(columns)

    def check_code(self, code: str) -> None:
        validate_code(code)

    def visible(self) -> ProjectQuerySet:
        return Project.objects.for_staff(self.user).select_related("base")

    def complete(self, planned: PlannedRow) -> None:
        """An address that is left out stays, or is made from the name of a new project."""
        if not planned.values.get("slug"):
            planned.values["slug"] = planned.row.slug or self.new_slug(planned)

    def refusals(self, planned: PlannedRow, changed: set[str]) -> Iterable[Problem]:
        if planned.row.pk and changed and not permissions.can_edit(self.user, planned.row):
            yield Problem("", _("You may not change this project."))
        yield from self._refuse_place(planned, changed)
        for name in permissions.FOR_THE_BUREAU:
            if name in changed and not permissions.can_publish(self.user):
                yield Problem(self.columns[name].title, _("The bureau alone says what the public may read."))
        if not permissions.can_verify(self.user):
            for name in changed & set(VERIFICATION):
                yield Problem(self.columns[name].title, str(BUREAU_VERIFIES))
        if "slug" in changed and self.is_taken(planned):
            yield Problem(self.columns["slug"].title, _("This address belongs to another project."))

    def _refuse_place(self, planned: PlannedRow, changed: set[str]) -> Iterable[Problem]:
        if planned.row.pk and not changed & {"base", "division"}:
            return
        key = planned.values.get("base", planned.row.base_id)
        base = Base.objects.for_staff(self.user).filter(pk=key).first() if key else None
        division = planned.values.get("division", planned.row.division_id)
        if (key and base is None) or not permissions.is_own_place(self.user, base, division):
            yield Problem(self.columns["base"].title, _("Choose a base or the county of your own place."))

    def lost_by(self, row: Project, changed: set[str]) -> list[str]:
        return Project.labels_of_lost(row.lost_by(changed))

    def fill_in(self, row: Project) -> None:
        row.code = next_code(shanghai_today().year)
