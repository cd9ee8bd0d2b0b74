"""The public list page: again unchanged beside a view of constant bytes, after an edit, and its first rendering."""

from collections.abc import Iterator
from itertools import cycle
from typing import Any
from urllib.parse import urlencode

from bases.choice_sets import rebuild
from bases.enums import Openness
from bases.models import Base
from bench.asking import places
from bench.lists import TURNS
from bench.measuring import Contender, each, expect, middle, rounds, split
from bench.processes import Server
from bench.results import Result
from common import journal

PAGE = "/bases/"
SIZE = 24
FREQUENT = ("电池", "烧结", "浮选")


def measure_unchanged(site: Server, each_turn: int) -> list[Result]:
    first = site.get(PAGE)
    constant = f"/bench/constant/{len(first.body)}/"
    number = each_turn * TURNS
    etag = first.headers["etag"]
    expect(site.get(PAGE).body == first.body, "an unchanged page is the same")
    site.get(constant)
    kept, unchanged, limit = rounds(
        [
            Contender(site, [PAGE] * number),
            Contender(site, [PAGE] * number, {"If_None_Match": etag}, 304),
            Contender(site, [constant] * number),
        ],
        TURNS,
    )
    named: dict[str, Any] = {"limit": limit.total, "limit_is": "constant bytes"}
    return [
        Result("list page again, unchanged", kept.total, detail=split(kept), goal=1.5, **named),
        Result("list page again, 304", unchanged.total, detail=split(unchanged), **named),
    ]


def check_edit_shows_at_once(site: Server) -> None:
    """On the list, on its own page and by API; the old ETag is not true any more."""
    base = Base.objects.on_public_site().order_by("code")[0]
    paths = (PAGE, base.get_absolute_url(), f"/api/v1/bases/{base.slug}/", "/api/v1/bases/")
    before = {path: [site.get(path) for _ in range(2)][1] for path in paths}
    old_name = base.name_zh
    base.name_zh = f"{old_name}改"
    with journal.acting(source="bench"):
        base.save()
    for path in paths:
        after = site.get(path, If_None_Match=before[path].headers["etag"])
        expect(after.status == 200, f"{path}: the ETag changes with an edit")
        expect(base.name_zh.encode() in after.body, f"{path}: an edit shows at once")
    base.name_zh = old_name
    with journal.acting(source="bench"):
        base.save()
    expect(site.get(PAGE).body == before[PAGE].body, "the page is as it was")


def measure_first_rendering(site: Server, bare: Server, number: int, seed: int) -> list[Result]:
    """Each request follows an edit of its own, so that no page is kept, nor any count that it changed."""
    asked = places(SIZE, 20, seed)[:number]
    fronts = [f"{PAGE}?division={place.division}&kind={place.kind}" for place in asked]
    words = [f"{PAGE}?{urlencode({'q': word})}" for word in FREQUENT]
    for path in (PAGE, *fronts, *words):
        site.get(path)
    edits, few = _edits(), number // 4
    paths = {
        "": ([PAGE] * few, 8.0),
        ", two filters": (fronts[:few], 8.0),
        ", never asked before": (_never_asked(fronts, few), 8.0),
        ", on the map": ([f"{PAGE}?view=map"] * few, None),
        ", a frequent word": (words * (few // len(words)), None),
    }
    [limit] = rounds([Contender(bare, [f"/?{place.bare()}" for place in asked])], TURNS)
    results = []
    for name, (chosen, goal) in paths.items():
        costs = each(Contender(site, chosen), before=lambda: next(edits))
        cost, recounted = middle(costs), middle(costs[1::2])
        ratio = cost.total / limit.total
        told = f"{split(cost)}; {recounted.total:.2f} with new counts; {ratio:.1f} of the bare function"
        results.append(Result(f"list page, first after an edit{name}", cost.total, detail=told, goal=goal))
    expect(rebuild() == 0, "after all edits the counts beside the filters are those of the registry")
    return results


def _never_asked(fronts: list[str], number: int) -> list[str]:
    """Readiness levels as well, so that no frame of another page can help."""
    return [f"{front}&trl={level}" for level in range(4, 9) for front in dict.fromkeys(fronts)][:number]


def _edits() -> Iterator[None]:
    """Edits of bases by turns: of a name, which leaves the counts as they are, and of what they are open to."""
    bases = list(Base.objects.on_public_site().order_by("code")[:20])
    for number, base in enumerate(cycle(bases)):
        if number % 2:
            base.openness = Openness.INTERNAL if base.openness == Openness.OPEN else Openness.OPEN
        else:
            base.name_zh = base.name_zh.removesuffix("改") if base.name_zh.endswith("改") else f"{base.name_zh}改"
        with journal.acting(source="bench"):
            base.save()
        yield
