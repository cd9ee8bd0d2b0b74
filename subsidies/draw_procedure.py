"""The draw itself, as docs/draw.md tells it: the same inputs and the same seed give the same panels, on any machine.

tools/verify_draw.py does the same with the standard library alone. Whatever changes here changes VERSION with it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import networkx

VERSION = 1  # of the procedure and of the form of its inputs
SHORTAGE = "shortage"
ANY_KIND = ""
Inputs = Mapping[str, Any]
Panels = dict[str, list[str]]  # codes of experts by the number of the application


class Missing(NamedTuple):
    """Experts that no solution could find: of a kind, or of whatever kind."""

    application: str
    kind: str
    experts: int


class Weights(NamedTuple):
    """One unit of a coarser aim outweighs all that the finer ones can come to."""

    load: int
    fit: int
    shortage: int
    best_fit: int


class Drawn(NamedTuple):
    panels: list[dict[str, Any]]  # in the order of the inputs: application, members, reserves
    missing: list[Missing]


def lot(seed: str, application: str, expert: str) -> int:
    return int(hashlib.sha256(f"{seed}|{application}|{expert}".encode()).hexdigest(), 16)


def run(inputs: Inputs, seed: str) -> Drawn:
    """Without panels where `missing` says why there can be none."""
    chosen, missing = _assigned(inputs, seed)
    if missing:
        return Drawn([], missing)
    experts = {row["code"]: row for row in inputs["experts"]}
    left = {code: row["capacity"] for code, row in experts.items()}
    for members in chosen.values():
        for code in members:
            left[code] -= 1
    return Drawn([_panel(row, chosen[row["number"]], left, seed) for row in inputs["applications"]], [])


def _panel(row: Mapping[str, Any], members: list[str], left: Mapping[str, int], seed: str) -> dict[str, Any]:
    def by_lot(code: str) -> int:
        return lot(seed, row["number"], code)

    free = [code for code in row["candidates"] if code not in members and left[code] > 0]
    return {
        "application": row["number"],
        "members": sorted(members, key=by_lot),
        "reserves": sorted(free, key=by_lot)[: row["reserves"]],
    }


# ---------------------------------------------------------------- the flow of least cost
def _assigned(inputs: Inputs, seed: str) -> tuple[Panels, list[Missing]]:
    _cost, flow = networkx.network_simplex(_network(inputs, seed))
    panels: Panels = {row["number"]: [] for row in inputs["applications"]}
    for row in inputs["experts"]:
        for seat, edges in flow[row["code"]].items():
            if sum(edges.values()):
                panels[seat[0]].append(row["code"])
    short = {seat: sum(edges.values()) for seat, edges in flow[SHORTAGE].items()}
    missing = [Missing(number, kind, count) for (number, kind), count in short.items() if count]
    return panels, missing


def _network(inputs: Inputs, seed: str) -> Any:
    """Seats flow from the experts, each further seat of one at a higher price, to what the applications need."""
    weights, network = _weights(inputs), networkx.MultiDiGraph()
    seats = _seats(inputs)
    network.add_node("", demand=-seats)
    network.add_edge("", SHORTAGE, capacity=seats, weight=weights.shortage)
    kinds = {}
    for row in inputs["experts"]:
        kinds[row["code"]] = row["kind"]
        for load in range(row["open"] + 1, row["open"] + row["capacity"] + 1):
            network.add_edge("", row["code"], capacity=1, weight=weights.load * load)
    for row in inputs["applications"]:
        for seat, needed in _needs(row):
            network.add_node(seat, demand=needed)
            network.add_edge(SHORTAGE, seat, capacity=needed, weight=0)
        for kind in sorted({kinds[code] for code in row["candidates"]} | set(row["least"])):
            network.add_edge((row["number"], kind), (row["number"], ANY_KIND), capacity=row["seats"], weight=0)
        for code, fit in row["candidates"].items():
            price = weights.fit * (weights.best_fit - fit) + (lot(seed, row["number"], code) >> 192)
            network.add_edge(code, (row["number"], kinds[code]), capacity=1, weight=price)
    return network


def _needs(row: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    """What a panel needs by kind, and the free seats that any kind may take."""
    for kind, needed in row["least"].items():
        yield (row["number"], kind), needed
    yield (row["number"], ANY_KIND), row["seats"] - sum(row["least"].values())


def _weights(inputs: Inputs) -> Weights:
    seats = _seats(inputs)
    best_fit = max((fit for row in inputs["applications"] for fit in row["candidates"].values()), default=0)
    highest_load = max((row["open"] + row["capacity"] for row in inputs["experts"]), default=0)
    load = seats << 64
    fit = load * (seats * highest_load + 1)
    return Weights(load, fit, fit * (seats * best_fit + 2), best_fit)


def _seats(inputs: Inputs) -> int:
    return sum(row["seats"] for row in inputs["applications"])
