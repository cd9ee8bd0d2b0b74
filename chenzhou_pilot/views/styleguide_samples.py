"""Sample data of the style guide: places and names of the registry's real kinds, figures that are only examples."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from common.components import (
    Cell,
    Clock,
    ClockState,
    Column,
    Crumb,
    Document,
    Figure,
    FilterChoice,
    FilterGroup,
    Pager,
    SourceNote,
    StatNumber,
    Step,
    Stop,
    StopState,
    Table,
    Tile,
    TileKind,
    TileShape,
)

HERE = "#"


def samples() -> dict[str, Any]:
    return {
        "colours": ["green", "violet", "cinnabar", "amber", "ink"],
        "tiles": _tiles(),
        "mixed_tiles": [
            Tile(_("Beihu"), 2, 1, kind=TileKind.MIXED, href=HERE, count=24),
            Tile(_("Suxian"), 3, 1, kind=TileKind.PUBLIC, href=HERE, count=3, is_current=True),
        ],
        "crumbs": [Crumb(_("Pilot bases"), HERE), Crumb(_("Linwu"))],
        "pages": Pager(previous_href=HERE, next_href=HERE, summary=_("25 on this page")),
        "table": _table(),
        "documents": _documents(),
        "next_steps": [Step(_("Take away a condition"), HERE), Step(_("Look at all bases"), HERE)],
        "nothing_missing": [],
        "missing": [
            Step(_("Third-party test report"), HERE),
            Step(_("Address of the production line in Chenzhou"), HERE),
        ],
        **_lines(),
        **_numbers(),
        **_filters(),
        **_clocks(),
    }


def _stops(reached: int, last: StopState, dates: dict[int, str]) -> list[Stop]:
    labels = [_("Laboratory"), _("Pilot"), _("Passed"), _("Ready"), _("Small-scale production"), _("Industrialised")]
    states = [StopState.DONE] * reached + [last] + [StopState.AHEAD] * (len(labels) - reached - 1)
    return [
        Stop(label, state, dates.get(position, ""))
        for position, (label, state) in enumerate(zip(labels, states, strict=True))
    ]


def _lines() -> dict[str, Any]:
    running = _stops(4, StopState.CURRENT, {1: "2024-05", 2: "2024-06", 4: "2024-12"})
    running[3] = replace(running[3], state=StopState.PASSED)
    stopped = _stops(1, StopState.DONE, {1: "2024-09"})
    stopped.insert(2, Stop(_("Stopped"), StopState.STOPPED, "2025-03"))
    return {"running": running, "arrived": _stops(5, StopState.CURRENT, {5: "2024-12"}), "stopped": stopped}


def _tiles() -> list[Tile]:
    public, specialised, park = TileKind.PUBLIC, TileKind.SPECIALISED, TileShape.PARK
    return [
        Tile(_("Anren"), 3, 1, href=HERE),
        Tile(_("Guiyang"), 1, 2, href=HERE),
        Tile(_("High-tech Zone"), 2, 2, _("non-ferrous metals"), park, public, HERE, 1),
        Tile(_("Yongxing"), 3, 2, _("precious metals"), kind=specialised, href=HERE, count=1),
        Tile(_("Zixing"), 4, 2, href=HERE),
        Tile(_("Guidong"), 5, 2, href=HERE),
        Tile(_("Jiahe"), 1, 3, _("casting"), kind=specialised, href=HERE, count=1),
        Tile(_("Beihu"), 2, 3, href=HERE),
        Tile(_("Suxian"), 3, 3, href=HERE),
        Tile(_("Rucheng"), 5, 3, href=HERE),
        Tile(_("Linwu"), 1, 4, _("solid-state battery"), kind=specialised, href=HERE, count=1),
        Tile(_("Economic Zone"), 2, 4, _("biomedicine"), park, public, HERE, 2),
        Tile(_("Yizhang"), 3, 4, _("fluorine materials"), kind=specialised, href=HERE, count=1),
    ]


def _numbers() -> dict[str, Any]:
    source = SourceNote(
        1, _("Report on Chenzhou's pilot bases"), _("Example publisher"), "2024-12-06", "https://example.org/report"
    )
    guess = SourceNote(
        2, _("Letter of the operator"), date_text="2025-01-10", note=_("short name, registered name to be checked")
    )
    return {
        "sources": [source, guess],
        "figures": [
            Figure(_("Host organisation"), _("Xiangnan University"), sources=[source]),
            Figure(_("Readiness levels"), "4–7", _("by the operator's own account"), [guess]),
            Figure(_("Pilot hall")),
            Figure(_("Services to outsiders"), claim_href=HERE),
        ],
        "stats": [
            StatNumber(_("bases in the registry"), "7", note=_("3 public, 4 specialised"), sources=[source]),
            StatNumber(_("projects industrialised"), "1", "/ 5"),
            StatNumber(_("equipment, original value"), "1,260.50", _("10,000 yuan")),
            StatNumber(_("service income")),
        ],
    }


def _filters() -> dict[str, Any]:
    kinds = [FilterChoice(_("Public base"), HERE, 3), FilterChoice(_("Specialised base"), HERE, 4, is_selected=True)]
    places = [
        FilterChoice(_("Linwu"), HERE, 1),
        FilterChoice(_("High-tech Zone"), HERE, 1),
        FilterChoice(_("Guidong"), HERE, 0),
    ]
    return {"filters": [FilterGroup("kind", _("Kind"), kinds), FilterGroup("place", _("County or park"), places)]}


def _clocks() -> dict[str, Any]:
    return {
        "clocks": [
            Clock(1, 5, _("1 of 5 working days")),
            Clock(4, 5, _("4 of 5 working days, due tomorrow"), ClockState.DUE_SOON),
            Clock(5, 5, _("Due today 17:30"), ClockState.DUE),
            Clock(7, 5, _("Overdue by 2 working days"), ClockState.OVERDUE),
            Clock(3, 5, _("Stopped: with the applicant"), ClockState.PAUSED),
            Clock(24, 60, _("24 of 60 working days")),
        ]
    }


def _table() -> Table:
    columns = [
        Column(_("Code"), is_code=True),
        Column(_("Base")),
        Column(_("County or park")),
        Column(_("Projects"), is_numeric=True),
    ]
    rows = [
        [Cell("CZZS-2024-0006"), Cell("临武久森安高固态电池中试基地", HERE), Cell(_("Linwu")), Cell("1")],
        [Cell("CZZS-2024-0004"), Cell("宜章县含氟新材料中试基地", HERE), Cell(_("Yizhang")), Cell("1")],
        [Cell("CZZS-2024-0005"), Cell("永兴县稀贵金属综合回收中试基地", HERE), Cell(_("Yongxing")), Cell("12")],
    ]
    return Table("sample", _("Specialised bases"), columns, rows, is_dense=True)


def _documents() -> list[Document]:
    return [
        Document(_("Notice of the list"), HERE, "郴科发〔2024〕12号", "2024-12-06", "PDF", "218 KB"),
        Document(_("Receipt"), HERE),
    ]
