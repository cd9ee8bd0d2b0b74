"""The figures as bar charts: what static/js/charts.js draws, always beside a sentence and a table that say the same."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.templatetags.chenzhou import yuan
from subsidies.figures import cases
from subsidies.figures.funnel import Station
from subsidies.figures.scope import Scope
from subsidies.figures.times import StepTime
from subsidies.follow_up.check_figures import OUTCOMES, YearOfChecks
from subsidies.open_data.figures import Group, YearRow

MOST_BARS = 12


class Cell(NamedTuple):
    text: Any
    href: str = ""

    @property
    def shown(self) -> Any:
        """As the page writes it; every Decimal of a figure is money."""
        return yuan(self.text) if isinstance(self.text, Decimal) else self.text


class Chart(NamedTuple):
    """`series` are (name, values) in the order of `labels`; `rows` is the table with its plain values for Excel."""

    name: str
    title: str
    sentence: str
    labels: list[str]
    series: list[tuple[str, list[float]]]
    heads: list[str]
    rows: list[list[Cell]]

    @property
    def element(self) -> str:
        return f"chart-{self.name}"

    @property
    def has_bars(self) -> bool:
        return any(value for _name, values in self.series for value in values)

    @property
    def data(self) -> dict[str, Any]:
        return {
            "labels": self.labels,
            "series": [{"name": name, "values": values} for name, values in self.series],
            "hrefs": [self._href_of(label) for label in self.labels],
        }

    def _href_of(self, label: str) -> str:
        """The first list that the row of the bar leads to."""
        row = next(row for row in self.rows if str(row[0].text) == label)
        return next((cell.href for cell in row if cell.href), "")


def funnel_chart(stations: Sequence[Station], scope: Scope) -> Chart:
    first, last = stations[0].reached, stations[-1].reached
    words = {"submitted": first, "awarded": stations[-2].reached, "paid": last}
    return Chart(
        "funnel",
        _("How far the applications came"),
        _("Of %(submitted)d submitted applications %(awarded)d were awarded and %(paid)d paid until now.") % words,
        [station.label for station in stations],
        [(_("Reached"), [station.reached for station in stations])],
        [_("Station"), _("Ever reached"), _("Stand there now")],
        [
            [
                Cell(station.label),
                Cell(station.reached, _cases(scope, cases.REACHED, station.state)),
                Cell(station.here, _cases(scope, cases.HERE, station.state)),
            ]
            for station in stations
        ],
    )


def times_chart(times: Sequence[StepTime], scope: Scope) -> Chart:
    known = [time for time in times if time.median is not None]
    slowest = max(known, key=lambda time: time.median or 0, default=None)
    sentence = _("No step has ended yet.")
    if slowest is not None:
        words = {"step": slowest.label, "days": _plain(slowest.median), "number": slowest.ended}
        sentence = _("“%(step)s” takes longest: %(days)s working days in the middle of %(number)d cases.") % words
    return Chart(
        "times",
        _("How long each step takes"),
        sentence,
        [time.label for time in known],
        [
            (_("Median"), [time.median or 0 for time in known]),
            (_("90th percentile"), [time.percentile_90 or 0 for time in known]),
        ],
        [_("Step"), _("Cases that ended"), _("Median, working days"), _("90th percentile"), _("Not ended yet")],
        [
            [
                Cell(time.label),
                Cell(time.ended, _cases(scope, cases.ENDED, time.stage)),
                Cell(_plain(time.median)),
                Cell(_("too few cases") if time.percentile_90 is None else time.percentile_90),
                Cell(time.lasting, _cases(scope, cases.LASTING, time.stage)),
            ]
            for time in times
        ],
    )


def years_chart(years: Sequence[YearRow], scope: Scope) -> Chart:
    ordered = sorted(years)
    awarded, paid = sum(row.awarded_yuan for row in ordered), sum(row.paid_yuan for row in ordered)
    words = {"number": sum(row.number for row in ordered), "awarded": yuan(awarded), "paid": yuan(paid)}
    return Chart(
        "years",
        _("Money by year"),
        _("%(number)d awards of %(awarded)s in all; %(paid)s of it is paid.") % words,
        [str(row.year) for row in ordered],
        [
            (_("Money awarded"), [float(row.awarded_yuan) for row in ordered]),
            (_("Money paid"), [float(row.paid_yuan) for row in ordered]),
            (_("Money recovered"), [float(row.recovered_yuan) for row in ordered]),
        ],
        [_("Year"), _("Awards"), _("Money awarded"), _("Money paid"), _("Money recovered")],
        [
            [
                Cell(str(row.year)),
                Cell(row.number, _cases(scope, cases.AWARDED, row.year)),
                Cell(row.awarded_yuan, _cases(scope, cases.AWARDED, row.year)),
                Cell(row.paid_yuan, _cases(scope, cases.PAID, row.year)),
                Cell(row.recovered_yuan, _cases(scope, cases.RECOVERED, row.year)),
            ]
            for row in ordered
        ],
    )


def group_chart(group: Group, scope: Scope) -> Chart:
    shown = group.rows[:MOST_BARS]
    sentence = _("No award yet.")
    if shown:
        largest = max(group.rows, key=lambda row: row.awarded_yuan)
        words = {"name": largest.label, "amount": yuan(largest.awarded_yuan), "number": largest.number}
        sentence = _("“%(name)s” has the largest sum: %(amount)s in %(number)d awards.") % words
    return Chart(
        group.name,
        group.title,
        sentence,
        [row.label for row in shown],
        [(_("Money awarded"), [float(row.awarded_yuan) for row in shown])],
        [group.title, _("Awards"), _("Money awarded")],
        [
            [
                Cell(row.label),
                Cell(row.number, _cases(scope, group.name, row.key)),
                Cell(row.awarded_yuan),
            ]
            for row in group.rows
        ],
    )


def checks_chart(years: Sequence[YearOfChecks], scope: Scope, *, leads_on: bool) -> Chart:
    """`leads_on` for those who may see the checks one by one."""

    def listed(year: int, number: int, state: str = "") -> Cell:
        return Cell(number, _checks(scope, year, state) if leads_on else "")

    ordered = sorted(years)
    drawn, checked = sum(row.drawn for row in ordered), sum(row.checked for row in ordered)
    words = {"drawn": drawn, "checked": checked, "grave": sum(row.grave for row in ordered)}
    heads = [_("Year"), _("Could be drawn"), _("Drawn"), pgettext("site checks", "Checked")]
    return Chart(
        "checks",
        _("Site checks"),
        _("Of %(drawn)d drawn projects %(checked)d are checked; %(grave)d have serious findings.") % words,
        [str(row.year) for row in ordered],
        [(heads[2], [row.drawn for row in ordered]), (heads[3], [row.checked for row in ordered])],
        heads + [str(state.label) for state in OUTCOMES],
        [
            [
                Cell(str(row.year)),
                Cell(row.pool),
                listed(row.year, row.drawn),
                listed(row.year, row.checked, "checked"),
                *(listed(row.year, number, state) for number, state in zip(row[4:], OUTCOMES, strict=True)),
            ]
            for row in ordered
        ],
    )


def _checks(scope: Scope, year: int, state: str = "") -> str:
    asked = {"round__year": year, "round__is_demo__exact": int(scope.is_demo)} | ({"state": state} if state else {})
    return f"{reverse('admin:subsidies_sitecheck_changelist')}?{urlencode(asked)}"


def _plain(number: float | None) -> Any:
    return None if number is None else int(number) if number == int(number) else number


def _cases(scope: Scope, of: str, value: Any) -> str:
    """The list of the cases that were counted here; see subsidies.figures.cases."""
    asked: dict[str, Any] = {"of": of, "value": value}
    if scope.call is not None:
        asked["call"] = scope.call.slug
    elif scope.year is not None:
        asked["year"] = scope.year
    if scope.is_demo:
        asked["demo"] = "yes"
    return f"{reverse('admin:subsidies_award_figures_cases')}?{urlencode(asked)}"
