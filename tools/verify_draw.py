"""Run a draw of experts again from its published file, with nothing but Python: python verify_draw.py FILE.json

Prints each panel; ends with 1 where the file does not say what its inputs and its seed give. See docs/draw.md.
"""

import hashlib
import json
import sys
from collections import deque


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lot(seed: str, application: str, expert: str) -> int:
    return int(sha256(f"{seed}|{application}|{expert}"), 16)


def network(inputs: dict, seed: str) -> tuple[list[list], int]:
    """Arcs [from, to, capacity, cost] for seats that flow from "source" through experts and panels to "sink"."""
    experts = {row["code"]: row for row in inputs["experts"]}
    applications = inputs["applications"]
    seats = sum(row["seats"] for row in applications)
    best_fit = max(fit for row in applications for fit in row["candidates"].values())
    load = seats * 2**64
    fitting = load * (seats * max(row["open"] + row["capacity"] for row in experts.values()) + 1)
    arcs = [
        ["source", code, 1, load * (row["open"] + seat)]
        for code, row in experts.items()
        for seat in range(1, row["capacity"] + 1)
    ]
    for row in applications:
        number, least = row["number"], row["least"]
        arcs.append([(number, "any"), "sink", row["seats"] - sum(least.values()), 0])
        for kind in {row["kind"] for row in experts.values()}:
            arcs.append([(number, kind), "sink", least.get(kind, 0), 0])
            arcs.append([(number, kind), (number, "any"), row["seats"], 0])
        for code, fit in row["candidates"].items():
            cost = fitting * (best_fit - fit) + lot(seed, number, code) // 2**192
            arcs.append([code, (number, experts[code]["kind"]), 1, cost])
    return arcs, seats


def cheapest_flow(arcs: list[list], amount: int) -> list[list]:
    """Send units one by one, each along the cheapest way that is left; gives the arcs with what is left of them."""
    arcs = [arc for one in arcs for arc in (one, [one[1], one[0], 0, -one[3]])]
    leaving: dict = {}
    for place, arc in enumerate(arcs):
        leaving.setdefault(arc[0], []).append(place)
    for _unit in range(amount):
        cost: dict = {"source": 0}
        by: dict = {}
        queue: deque = deque(["source"])
        while queue:
            node = queue.popleft()
            for place in leaving[node]:
                _node, to, capacity, price = arcs[place]
                if capacity and (to not in cost or cost[node] + price < cost[to]):
                    cost[to], by[to] = cost[node] + price, place
                    queue.append(to)
        node = "sink"
        while node != "source":
            arcs[by[node]][2] -= 1
            arcs[by[node] ^ 1][2] += 1
            node = arcs[by[node]][0]
    return arcs


def draw(inputs: dict, seed: str) -> dict:
    arcs, seats = network(inputs, seed)
    left = {row["code"]: row["capacity"] for row in inputs["experts"]}
    members: dict[str, list] = {row["number"]: [] for row in inputs["applications"]}
    for code, seat, capacity, _cost in cheapest_flow(arcs, seats)[::2]:
        if code in left and not capacity:
            members[seat[0]].append(code)
            left[code] -= 1
    panels = []
    for row in inputs["applications"]:
        number = row["number"]
        order = sorted(row["candidates"], key=lambda code: lot(seed, number, code))
        others = [code for code in order if code not in members[number] and left[code]]
        chosen = [code for code in order if code in members[number]]
        panels.append({"application": number, "members": chosen, "reserves": others[: row["reserves"]]})
    return {"panels": panels}


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        published = json.load(file)
    frozen = json.dumps(published["inputs"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    result = draw(published["inputs"], published["seed"])
    for panel in result["panels"]:
        print(panel["application"], " ".join(panel["members"]), "|", " ".join(panel["reserves"]))
    if sha256(frozen) != published["inputs_sha256"]:
        sys.exit("The inputs are not those that were frozen: their SHA-256 differs.")
    if result != published["result"]:
        sys.exit("The published result is another one.")
    print("The published result is what the inputs and the seed give.")
