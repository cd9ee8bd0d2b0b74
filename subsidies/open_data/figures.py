"""What the city gave, year by year and by county, industry, scheme and base. Demo data never counts.

A sum always stands beside the number of awards it is made of; no averages and no shares: there are too few for that.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bases.models import Base, Industry
from common.models import Division
from common.money import round_yuan
from subsidies.enums import PaymentState, RecoveryState
from subsidies.models import Award, Payment, Repayment, Scheme
from subsidies.open_data.awards import HAS_PUBLIC_BASE, with_place

FEW = 10  # from so many awards on one may speak of a trend
STANDING = Q(revoked_on=None)
ZERO = Decimal("0.00")
FIRM = gettext_lazy("Firm")
COUNTS = {
    "number": Count("pk"),
    "revoked": Count("pk", filter=~STANDING),
    "amount": Sum("amount_yuan", filter=STANDING),
}


class YearRow(NamedTuple):
    """`number` counts revoked awards too, `amount` does not; paid and recovered in the year they were."""

    year: int
    number: int
    revoked: int
    awarded_yuan: Decimal
    paid_yuan: Decimal
    recovered_yuan: Decimal


class GroupRow(NamedTuple):
    label: str
    key: str  # of the filter; empty where nothing is known
    number: int
    awarded_yuan: Decimal


class Group(NamedTuple):
    name: str  # of the filter
    title: str
    rows: list[GroupRow]


def counted() -> Any:
    return Award.objects.on_public_site().real().order_by()


def by_year(awards: Any = None) -> list[YearRow]:
    """The newest first, of all real awards or of those given; three queries."""
    public = counted() if awards is None else awards
    given = public.values(year=ExtractYear("awarded_on")).annotate(**COUNTS)
    awarded = {row["year"]: row for row in given}
    payments = Payment.objects.filter(state=PaymentState.PAID, award__in=public)
    back = Repayment.objects.filter(recovery__state=RecoveryState.SETTLED, recovery__application__award__in=public)
    paid = _sums(payments, "paid_on", Sum("amount_yuan"))
    recovered = _sums(back, "received_on", Sum(F("amount_yuan") - F("interest_yuan")))
    return [
        YearRow(
            year,
            awarded[year]["number"] if year in awarded else 0,
            awarded[year]["revoked"] if year in awarded else 0,
            _money(awarded[year]["amount"] if year in awarded else None),
            _money(paid.get(year)),
            _money(recovered.get(year)),
        )
        for year in sorted({*awarded, *paid, *recovered}, reverse=True)
    ]


def _sums(rows: QuerySet, day: str, total: Any) -> dict[int, Decimal]:
    grouped = rows.order_by().annotate(year=ExtractYear(day)).values("year").annotate(total=total)
    return {row["year"]: row["total"] for row in grouped}


def _money(amount: Decimal | None) -> Decimal:
    return ZERO if amount is None else round_yuan(amount)


def total(rows: Iterable[YearRow]) -> YearRow:
    """Of all years; the year is 0."""
    listed = list(rows)
    sums = (sum((getattr(row, name) for row in listed), ZERO) for name in YearRow._fields[3:])
    return YearRow(0, sum(row.number for row in listed), sum(row.revoked for row in listed), *sums)


class Grouping(NamedTuple):
    """`column` of the awards leads to a row of `model`, whose `key` is the value of the filter."""

    title: Any
    column: str
    model: Any
    key: str


GROUPINGS = {
    "division": Grouping(gettext_lazy("County"), "division_code", Division, "code"),
    "industry": Grouping(gettext_lazy("Industry"), "industry_key", Industry, "slug"),
    "scheme": Grouping(gettext_lazy("Scheme"), "scheme_id", Scheme, "slug"),
    "base": Grouping(gettext_lazy("Host base"), "base_key", Base, "slug"),
}


def groups(year: int | None, awards: Any = None) -> list[Group]:
    """Of one year or of all; two queries each."""
    placed = _placed(counted() if awards is None else awards, year)
    return [_group(name, placed, *grouping) for name, grouping in GROUPINGS.items()]


def awards_of_group(name: str, key: str, year: int | None, awards: Any) -> Any:
    """Those a row of the group counts; an empty key is of what is not known."""
    grouping = GROUPINGS[name]
    found = grouping.model._default_manager.filter(**{grouping.key: key}).values("pk") if key else None
    wanted = {grouping.column: None} if found is None else {f"{grouping.column}__in": found}
    return _placed(awards, year).filter(**wanted)


def _placed(awards: Any, year: int | None) -> Any:
    placed = with_place(awards).annotate(base_key=Case(When(HAS_PUBLIC_BASE, then=F("project__base_id"))))
    return placed if year is None else placed.filter(awarded_on__year=year)


def _group(name: str, awards: Any, title: Any, column: str, model: Any, key: str) -> Group:
    """The largest sum first, what is not known last."""
    found = {row[column]: row for row in awards.values(column).annotate(**COUNTS)}
    named = model._default_manager.in_bulk([value for value in found if value is not None])
    rows = [
        GroupRow(named[value].name, str(getattr(named[value], key)), row["number"], _money(row["amount"]))
        for value, row in found.items()
        if value in named
    ]
    rows.sort(key=lambda row: (-row.awarded_yuan, row.key))
    if None in found:
        rows.append(GroupRow(_("Not known"), "", found[None]["number"], _money(found[None]["amount"])))
    return Group(name, str(title), rows)
