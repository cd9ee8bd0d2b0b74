"""The public list page: again unchanged beside a view of constant bytes, after an edit, and its first rendering."""

from bases.models import Base
from bench.asking import places
from bench.lists import TURNS, nothing_is_kept
from bench.measuring import Contender, each, expect, rounds, split
from bench.processes import Server
from bench.results import Result
from common import journal

PAGE = "/bases/"
SIZE = 24


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
    named = {"limit": limit.total, "limit_is": "constant bytes"}
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


def measure_first_rendering(site: Server, number: int, seed: int) -> list[Result]:
    asked = places(SIZE, 20, seed)[:number]
    fronts = list(dict.fromkeys(f"{PAGE}?division={place.division}&kind={place.kind}" for place in asked))
    nothing_is_kept(site, PAGE)
    cold = each(Contender(site, fronts))
    warm = each(Contender(site, [f"{PAGE}?{place.site()}" for place in asked]))
    return [
        Result("list page, first rendering", warm.total, detail=split(warm), goal=8.0),
        Result("list page, counts of choices as well", cold.total, detail=split(cold)),
    ]
