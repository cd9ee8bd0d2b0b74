"""How many awards were checked on the spot, and with what result: counts alone, until a round is settled whole."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from subsidies.enums import CHECK_CLOSED, CheckState
from subsidies.models import CheckRound, SiteCheck
from subsidies.visit_times import CONCLUDED


class YearOfChecks(NamedTuple):
    """`pool` and `drawn` of the confirmed rounds of a year, then where the checks stand."""

    year: int
    pool: int
    drawn: int
    checked: int  # the record is concluded
    clear: int
    rectify: int
    rectified: int
    grave: int


def by_year(*, is_demo: bool = False) -> list[YearOfChecks]:
    """The newest first. Two queries."""
    rounds = CheckRound.objects.filter(confirmed_at__isnull=False, is_demo=is_demo)
    counts = {f"in_{state}": Count("pk", filter=Q(state=state)) for state in OUTCOMES}
    checks = SiteCheck.objects.filter(round__in=rounds).order_by().values("round__year")
    checks = checks.annotate(drawn=Count("pk"), checked=Count("pk", filter=Q(visit__state=CONCLUDED)), **counts)
    found = {row["round__year"]: row for row in checks}
    pools: dict[int, int] = {}
    for row in rounds.only("year", "inputs").order_by("-year"):
        pools[row.year] = pools.get(row.year, 0) + len(row.inputs["awards"])
    return [_year(year, pool, found[year]) for year, pool in pools.items()]


OUTCOMES = (CheckState.CLEAR, CheckState.RECTIFY, CheckState.RECTIFIED, CheckState.GRAVE)


def _year(year: int, pool: int, row: dict[str, int]) -> YearOfChecks:
    return YearOfChecks(year, pool, row["drawn"], row["checked"], *(row[f"in_{state}"] for state in OUTCOMES))


# ---------------------------------------------------------------- one round
def standing_of(row: CheckRound) -> str:
    if row.withdrawn_at:
        return _("Withdrawn")
    return _("Drawn") if row.confirmed_at else _("Waits for its confirmation")


def settled_rounds() -> QuerySet[CheckRound]:
    """Drawn, and every check of theirs decided for good: until then nobody is named."""
    open_checks = SiteCheck.objects.filter(round=OuterRef("pk")).exclude(state__in=CHECK_CLOSED)
    rows: QuerySet[CheckRound] = CheckRound.objects.filter(~Exists(open_checks), confirmed_at__isnull=False)
    return rows


def named_checks(row: CheckRound) -> Iterable[SiteCheck]:
    """With award and firm, for the page of a settled round; one query."""
    return row.checks.select_related("application__award__organisation").order_by("pk")
