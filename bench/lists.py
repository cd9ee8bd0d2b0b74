"""The list API beside a bare WSGI function and the usual viewset, near the front and far from it; one base by API."""

import json
from typing import Any

from bench.asking import codes_from, cursor_after, places, slugs
from bench.measuring import Contender, expect, rounds, split
from bench.processes import Server
from bench.results import Result
from common import versions

API = "/api/v1/bases/"
PLAIN = "/bench/plain/bases/"
SIZE = 25
TURNS = 5


def nothing_is_kept(site: Server, *paths: str) -> None:
    """Give the registry a new version, as an edit does, and let the site take note of it."""
    versions.bump("registry")
    for path in paths:
        site.get(path)


def measure_lists(site: Server, bare: Server, each_turn: int, seed: int) -> list[Result]:
    asked = places(SIZE, 40, seed)
    warm, measured = asked[:20], asked[20 : 20 + each_turn * TURNS]
    check_same_rows(site, bare, warm)
    nothing_is_kept(site, *(f"{API}?{place.site()}" for place in warm), *(f"{PLAIN}?{place.plain()}" for place in warm))
    ours, limit, plain = rounds(
        [
            Contender(site, [f"{API}?{place.site()}" for place in measured]),
            Contender(bare, [f"/?{place.bare()}" for place in measured]),
            Contender(site, [f"{PLAIN}?{place.plain()}" for place in measured]),
        ],
        TURNS,
    )
    what = "list API, 25 rows, two filters"
    return [
        Result(
            what,
            ours.total,
            detail=split(ours),
            limit=limit.total,
            limit_is=f"bare WSGI, one SQL ({split(limit)})",
            goal=2.2,
        ),
        Result(
            what,
            ours.total,
            detail=split(ours),
            limit=plain.total,
            limit_is=f"ModelViewSet ({split(plain)})",
            goal=1 / 3,
        ),
    ]


def check_same_rows(site: Server, bare: Server, asked: list[Any]) -> None:
    for place in asked:
        ours = _rows(site, f"{API}?{place.site()}")
        for row in ours:
            row.pop("url")
        expect(ours == _rows(bare, f"/?{place.bare()}"), f"the list and the bare statement differ at {place.site()}")
        plain = [row["slug"] for row in _rows(site, f"{PLAIN}?{place.plain()}")]
        expect([row["slug"] for row in ours] == plain, f"the list and the viewset differ at {place.site()}")
        expect(len(ours) == SIZE, "a page has 25 rows")


def _rows(server: Server, path: str) -> list[dict[str, Any]]:
    """Rows with null for an empty text, as the API gives them."""
    found = json.loads(server.get(path).body)["results"]
    return [json.loads(json.dumps(row).replace('""', "null")) for row in found]


def measure_depth(site: Server, rows: int, each_turn: int) -> list[Result]:
    number = each_turn * TURNS
    front = [f"{API}?cursor={cursor_after(code)}" for code in codes_from(SIZE, number + 1, 1)]
    back = [f"{API}?cursor={cursor_after(code)}" for code in codes_from(rows * 9 // 10, number + 1, 1)]
    nothing_is_kept(site, front[0], back[0])
    first, deep = rounds([Contender(site, front[1:]), Contender(site, back[1:])], TURNS)
    where = f"list API, from row {rows * 9 // 10:,} on"
    return [Result(where, deep.total, detail=split(deep), limit=first.total, limit_is="first rows", goal=1.2)]


def measure_detail(site: Server, each_turn: int, seed: int) -> list[Result]:
    chosen = slugs(each_turn * TURNS, seed)
    nothing_is_kept(site, f"{API}{chosen[0]}/", f"/bases/{chosen[0]}/")
    api = Contender(site, [f"{API}{slug}/" for slug in chosen[1:]])
    page = Contender(site, [f"/bases/{slug}/" for slug in chosen[1:]])
    [first_api, first_page] = rounds([api, page], TURNS)
    [again] = rounds([api], TURNS)
    return [
        Result("one base by API, first time", first_api.total, detail=split(first_api)),
        Result("one base by API, again unchanged", again.total, detail=split(again)),
        Result("page of one base, first time", first_page.total, detail=split(first_page)),
    ]
