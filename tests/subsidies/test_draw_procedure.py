import hashlib
import json
import random
import subprocess
import sys
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from common.journal_values import canonical
from subsidies.draw_procedure import Missing, lot, run
from tools import verify_draw

VERIFIER = Path(verify_draw.__file__)
SEED = "a1" * 32
KINDS = ("technical", "finance", "industry")


def some_inputs(number: int, *, applications: int = 4, experts: int = 24) -> dict[str, Any]:
    """Different for each number, always the same for the same one."""
    chance = random.Random(number)
    people = [
        {
            "code": f"ZJ-{place:04d}",
            "kind": chance.choice(KINDS),
            "open": chance.randint(0, 3),
            "capacity": chance.randint(1, 4),
        }
        for place in range(chance.randint(9, experts))
    ]
    panels = [
        {
            "number": f"ZSBZ-2026-{place}",
            "seats": chance.choice([1, 3, 5]),
            "least": chance.choice([{}, {"technical": 1}, {"technical": 1, "finance": 1}]),
            "reserves": chance.randint(0, 3),
            "candidates": {row["code"]: chance.randint(0, 1) for row in people if chance.random() < 0.8},
        }
        for place in range(chance.randint(1, applications))
    ]
    for panel in panels:
        panel["least"] = panel["least"] if sum(panel["least"].values()) <= panel["seats"] else {}
    return {"version": 1, "experts": people, "applications": panels}


def test_the_verifier_and_the_portal_come_to_the_same_panels():
    compared = 0
    for number in range(300):
        inputs = some_inputs(number)
        drawn = run(inputs, SEED)
        if not drawn.missing:
            compared += 1
            assert verify_draw.draw(inputs, SEED) == {"panels": drawn.panels}

    assert compared > 200


def test_another_seed_gives_another_list():
    inputs = some_inputs(11, applications=1)

    results = {json.dumps(run(inputs, f"{number:064x}").panels) for number in range(20)}
    assert len(results) > 10


def test_nothing_but_the_inputs_and_the_seed_counts():
    inputs = some_inputs(3)
    shuffled = {
        **inputs,
        "experts": inputs["experts"][::-1],
        "applications": [
            {**row, "candidates": dict(reversed(row["candidates"].items()))} for row in inputs["applications"]
        ],
    }

    assert run(shuffled, SEED) == run(inputs, SEED)
    assert verify_draw.draw(shuffled, SEED) == verify_draw.draw(inputs, SEED)


def cost(inputs: dict[str, Any], chosen: list[tuple[str, ...]]) -> tuple[int, int, int]:
    """What docs/draw.md says is to be least, straight from its words."""
    rows = inputs["applications"]
    fits = sum(row["candidates"][code] for row, panel in zip(rows, chosen, strict=True) for code in panel)
    load = 0
    for person in inputs["experts"]:
        seats = sum(person["code"] in panel for panel in chosen)
        load += sum(person["open"] + place for place in range(1, seats + 1))
    lots = sum(lot(SEED, row["number"], code) >> 192 for row, panel in zip(rows, chosen, strict=True) for code in panel)
    return -fits, load, lots


def best_by_trying_all(inputs: dict[str, Any]) -> list[tuple[str, ...]]:
    people = {row["code"]: row for row in inputs["experts"]}
    ways = [
        [
            panel
            for panel in combinations(sorted(row["candidates"]), row["seats"])
            if all(sum(people[code]["kind"] == kind for code in panel) >= least for kind, least in row["least"].items())
        ]
        for row in inputs["applications"]
    ]
    allowed = [
        chosen
        for chosen in product(*ways)
        if all(sum(row["code"] in panel for panel in chosen) <= row["capacity"] for row in people.values())
    ]
    return list(min(allowed, key=lambda chosen: cost(inputs, list(chosen)))) if allowed else []


def test_no_other_choice_fits_better_or_spreads_the_load_better():
    compared = 0
    for number in range(60):
        inputs = some_inputs(number, applications=2, experts=9)
        inputs["applications"] = inputs["applications"][:2]
        for row in inputs["applications"]:
            row["seats"], row["least"] = 3, {"technical": 1}
        best, drawn = best_by_trying_all(inputs), run(inputs, SEED)
        assert [tuple(sorted(panel["members"])) for panel in drawn.panels] == best
        assert bool(drawn.missing) == (not best)
        compared += bool(best)

    assert compared > 30


def test_fit_comes_before_load_and_load_before_the_lot():
    people = [
        {"code": "FITS", "kind": "technical", "open": 5, "capacity": 1},
        {"code": "FREE", "kind": "technical", "open": 0, "capacity": 1},
        {"code": "BUSY", "kind": "technical", "open": 1, "capacity": 1},
    ]
    panel = {"number": "A", "seats": 1, "least": {}, "reserves": 3, "candidates": {"FITS": 1, "FREE": 0, "BUSY": 0}}

    assert run({"experts": people, "applications": [panel]}, SEED).panels[0]["members"] == ["FITS"]
    panel["seats"] = 2
    assert set(run({"experts": people, "applications": [panel]}, SEED).panels[0]["members"]) == {"FITS", "FREE"}


def test_who_has_no_seat_left_to_give_is_no_reserve():
    people = [{"code": f"E{number}", "kind": "technical", "open": 0, "capacity": 1} for number in range(3)]
    every = {"E0": 0, "E1": 0, "E2": 0}
    rows = [{"number": n, "seats": 1, "least": {}, "reserves": 2, "candidates": every} for n in ("A", "B")]

    panels = run({"experts": people, "applications": rows}, SEED).panels

    seated = {code for panel in panels for code in panel["members"]}
    assert len(seated) == 2
    assert [panel["reserves"] for panel in panels] == [[*({"E0", "E1", "E2"} - seated)]] * 2


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (("technical", "technical", "technical"), [Missing("A", "finance", 1)]),
        (("technical", "finance"), [Missing("A", "", 1)]),
        ((), [Missing("A", "", 1), Missing("A", "finance", 1), Missing("A", "technical", 1)]),
    ],
)
def test_what_is_missing_is_named(kinds, expected):
    people = [{"code": f"E{n}", "kind": kind, "open": 0, "capacity": 1} for n, kind in enumerate(kinds)]
    least = {"technical": 1, "finance": 1}
    candidates = {row["code"]: 0 for row in people}
    row = {"number": "A", "seats": 3, "least": least, "reserves": 0, "candidates": candidates}

    drawn = run({"experts": people, "applications": [row]}, SEED)

    assert drawn.panels == []
    assert sorted(drawn.missing) == expected


def published(inputs: dict[str, Any], **changed: Any) -> dict[str, Any]:
    result = {"panels": run(inputs, SEED).panels}
    digest = hashlib.sha256(canonical(inputs)).hexdigest()
    return {"inputs": inputs, "inputs_sha256": digest, "seed": SEED, "result": result, **changed}


def verified(tmp_path: Path, file: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """By a Python that sees neither the portal nor any package, in a folder of its own."""
    copy, path = tmp_path / "verify_draw.py", tmp_path / "draw.json"
    copy.write_text(VERIFIER.read_text("utf-8"), "utf-8")
    path.write_text(json.dumps(file, indent=2), "utf-8")
    return subprocess.run(
        [sys.executable, "-I", copy.name, path.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )


def test_anyone_can_verify_the_published_file(tmp_path):
    file = published(some_inputs(5))

    done = verified(tmp_path, file)

    lines = [
        f"{row['application']} {' '.join(row['members'])} | {' '.join(row['reserves'])}"
        for row in file["result"]["panels"]
    ]
    last = "The published result is what the inputs and the seed give."
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [*lines, last]


def test_the_verifier_finds_a_changed_result(tmp_path):
    file = published(some_inputs(5))
    file["result"]["panels"][0]["members"].reverse()

    done = verified(tmp_path, file)

    assert (done.returncode, done.stderr) == (1, "The published result is another one.\n")


def test_the_verifier_finds_changed_inputs_and_a_changed_seed(tmp_path):
    changed = some_inputs(5)
    changed["experts"][0]["open"] += 1

    assert verified(tmp_path, published(some_inputs(5)) | {"inputs": changed}).returncode == 1
    assert verified(tmp_path, published(some_inputs(5)) | {"seed": "b2" * 32}).returncode == 1


def test_the_verifier_is_short_enough_to_be_read():
    assert len(VERIFIER.read_text("utf-8").splitlines()) < 100
