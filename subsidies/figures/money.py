"""Money by year, county, industry, scheme, base and firm, as the public figures have it, with the firms beside them."""

from django.db.models import Count, F, Q, Sum

from common.models.names import in_reader_language
from common.money import round_yuan
from subsidies.figures.scope import Scope
from subsidies.models import Award
from subsidies.models.award import AwardQuerySet
from subsidies.open_data import figures
from subsidies.open_data.awards import IS_DEMO
from subsidies.open_data.figures import Group, GroupRow, YearRow

MOST_FIRMS = 20


def awards_of(scope: Scope) -> AwardQuerySet:
    public = Award.objects.on_public_site().order_by()
    rows = public.filter(IS_DEMO) if scope.is_demo else public.real()
    return rows if scope.call is None else rows.filter(application__call=scope.call)


def year_of(scope: Scope) -> int | None:
    """Of the awards: those of a call count whenever they were given."""
    return scope.year if scope.call is None else None


def by_year(scope: Scope) -> list[YearRow]:
    return figures.by_year(awards_of(scope))


def groups(scope: Scope) -> list[Group]:
    return [*figures.groups(year_of(scope), awards_of(scope)), by_firm(scope)]


def by_firm(scope: Scope) -> Group:
    """The firms with the largest sums; one query."""
    awards, year = awards_of(scope), year_of(scope)
    if year is not None:
        awards = awards.filter(awarded_on__year=year)
    names = {"zh": F("organisation__name_zh"), "en": F("organisation__name_en")}
    rows = awards.values("organisation_id", **names).annotate(
        number=Count("pk"), amount=Sum("amount_yuan", filter=Q(revoked_on=None))
    )
    largest = rows.order_by(F("amount").desc(nulls_last=True), "zh")[:MOST_FIRMS]
    listed = [
        GroupRow(
            in_reader_language(row["zh"], row["en"]),
            str(row["organisation_id"]),
            row["number"],
            round_yuan(row["amount"] or figures.ZERO),
        )
        for row in largest
    ]
    return Group("firm", str(figures.FIRM), listed)
