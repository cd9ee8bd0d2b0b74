"""The figures as bar charts: what static/js/charts.js draws, always beside a sentence and a table that say the same."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.templatetags.chenzhou import yuan
from subsidies.figures.funnel import Station
from subsidies.figures.scope import Scope
from subsidies.figures.times import StepTime
from subsidies.open_data.figures import Group, YearRow

MOST_BARS = 12


class Cell(NamedTuple):
    text: Any
    href: str = ""


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
    def data(self) -> dict[str, Any]:
        return {
            "labels": self.labels,
            "series": [{"name": name, "values": values} for name, values in self.series],
        }


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
            [Cell(station.label), Cell(station.reached), Cell(station.here, _cases(scope, station.state))]
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
                Cell(time.ended),
                Cell(_plain(time.median)),
                Cell(_("too few cases") if time.percentile_90 is None else time.percentile_90),
                Cell(time.lasting, _cases(scope, time.stage)),
            ]
            for time in times
        ],
    )


def years_chart(years: Sequence[YearRow]) -> Chart:
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
                Cell(str(row.year), _public_list(year=row.year)),
                Cell(row.number),
                *(Cell(amount) for amount in row[3:]),
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
                Cell(row.label, _public_list(year=scope.year, **{group.name: row.key}) if row.key else ""),
                Cell(row.number),
                Cell(row.awarded_yuan),
            ]
            for row in group.rows
        ],
    )


def _plain(number: float | None) -> Any:
    return None if number is None else int(number) if number == int(number) else number


def _cases(scope: Scope, state: str) -> str:
    """The list of these cases, as the queue narrows it down."""
    asked: dict[str, Any] = {"state__exact": state}
    if scope.call is not None:
        asked["call__id__exact"] = scope.call.pk
    return f"{reverse('admin:subsidies_application_changelist')}?{urlencode(asked)}"


def _public_list(**asked: Any) -> str:
    told = {name: value for name, value in asked.items() if value}
    return f"{reverse('subsidies:award_list')}?{urlencode(told)}"
