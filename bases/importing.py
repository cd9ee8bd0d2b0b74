"""The sheet of bases: its columns, and the rules of the register that an import is held to."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import credit_code
from bases import permissions
from bases.codes import next_code, validate_code
from bases.enums import UNDER_REVIEW, State
from bases.models import Base
from bases.models.change import REVIEWED_FIELDS
from bases.models.provenance import labels_lost_by
from bases.models.queries import BaseQuerySet
from bases.models.verification import VERIFICATION
from common.calendar import shanghai_today
from common.sheet_columns import Coded, CodedMany, Column, Listed, ListedMany, column_for
from common.sheet_import import PlannedRow, Problem, SheetImport
from common.sheet_sources import SourceColumn

FIELDS = (
    *("code", "name_zh", "name_en", "kind", "slug", "division", "park", "site_zh", "site_en", "address"),
    *("longitude", "latitude", "datum", "lead_type", "host", "operator", "co_builders", "tenants", "alliance_member"),
    *("industries", "industry_codes", "chains", "trl_min", "trl_max", "area_m2", "total_investment_yuan"),
    *("public_funding_yuan", "equipment_value_yuan", "staff_total", "staff_technical", "staff_qualified", "founded_on"),
    *("openness", "public_contact", "fee_policy", "ip_policy", "confidentiality_policy"),
    *("summary_zh", "summary_en", "keywords", "source", "verified_on", "verified_by"),
)
NO_DIVISION = gettext_lazy("“%(text)s” is no county or district of the city: give its name or its six digits.")
NO_PARK = gettext_lazy("“%(text)s” is no park of the city: give its name or its short code.")
NO_INDUSTRY = gettext_lazy("“%(text)s” is no industry of the list. Several are separated by semicolons.")
NO_ORGANISATION = gettext_lazy("No organisation “%(text)s” is on record: enter it first, or correct the name or code.")
NO_OFFICE = gettext_lazy("“%(text)s” is no office on record: a government body or a park committee verifies.")
BUREAU_VERIFIES = gettext_lazy(
    "The bureau alone says what it has verified: put back what the record has, or empty the cell where it has none."
)
ORGANISATIONS: dict[str, Any] = {"code": "credit_code", "check": credit_code.validate, "refusal": NO_ORGANISATION}
OFFICES: dict[str, Any] = ORGANISATIONS | {"refusal": NO_OFFICE}


def columns() -> list[Column]:
    return [_column(name) for name in FIELDS]


def _column(name: str) -> Column:
    field: Any = Base._meta.get_field(name)
    match name:
        case "division":
            return Listed(field, by=("code", "name_zh", "name_en"), refusal=NO_DIVISION)
        case "park":
            return Listed(field, by=("code", "name_zh", "name_en"), refusal=NO_PARK)
        case "industries":
            return ListedMany(field, by=("slug", "name_zh", "name_en"), refusal=NO_INDUSTRY)
        case "host" | "operator":
            return Coded(field, **ORGANISATIONS)
        case "verified_by":
            return Coded(field, **OFFICES)
        case "source":
            return SourceColumn(field)
        case "co_builders" | "tenants":
            return CodedMany(field, **ORGANISATIONS)
    return column_for(field)


class BaseImport(SheetImport):
    model = Base
    required = ("name_zh", "kind")
    all_columns = staticmethod(columns)

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self.is_bound_to_place = not user.acts_for_whole_city()
        self.divisions = user.divisions() if self.is_bound_to_place else set()
        self.parks = user.parks() if self.is_bound_to_place else set()

    def check_code(self, code: str) -> None:
        validate_code(code)

    def visible(self) -> BaseQuerySet:
        return Base.objects.for_staff(self.user).prefetch_related("figures")

    def holding_names(self) -> BaseQuerySet:
        return Base.objects.holding_names()

    def complete(self, planned: PlannedRow) -> None:
        """An address that is left out stays, or is made from the name of a new base."""
        if planned.values.get("slug"):
            return
        planned.values["slug"] = planned.row.slug or self.new_slug(planned)

    def refusals(self, planned: PlannedRow, changed: set[str]) -> Iterable[Problem]:
        yield from self._refuse_place(planned)
        if planned.row.pk:
            yield from self._refuse_change(planned.row, changed)
        if not permissions.can_verify(self.user):
            yield from self._refuse(changed, VERIFICATION, str(BUREAU_VERIFIES))
        if "slug" in changed and self.is_taken(planned):
            yield Problem(self.columns["slug"].title, _("This address belongs to another base."))

    def lost_by(self, row: Base, changed: set[str]) -> list[str]:
        return labels_lost_by(row, changed)

    def fill_in(self, row: Base) -> None:
        row.code = next_code(shanghai_today().year)

    def _refuse_change(self, base: Base, changed: set[str]) -> Iterable[Problem]:
        if changed and (base.state == State.MERGED or not permissions.can_edit(self.user, base)):
            yield Problem("", _("You may not change this base."))
        if not permissions.can_edit_reviewed(base):
            yield from self._refuse(changed, (*REVIEWED_FIELDS, "slug"), _why_reviewed_stays(base))

    def _refuse(self, changed: set[str], names: Iterable[str], sentence: str) -> Iterable[Problem]:
        return (Problem(self.columns[name].title, sentence) for name in names if name in changed)

    def _refuse_place(self, planned: PlannedRow) -> Iterable[Problem]:
        if not self.is_bound_to_place:
            return
        division = planned.values.get("division", planned.row.division_id)
        park = planned.values.get("park", planned.row.park_id)
        if division not in self.divisions and park not in self.parks:
            yield Problem(self.columns["division"].title, _("Choose your own county or park."))


def _why_reviewed_stays(base: Base) -> str:
    if base.state in UNDER_REVIEW:
        return _("The base is under review: it is sent back before this is corrected.")
    return _("The base is in the registry: propose this change on its page, an import cannot make it.")
