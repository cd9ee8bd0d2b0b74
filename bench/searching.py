"""Search of two-character words: what the page asks, every hit, and LIKE beside it."""

import time
from collections import defaultdict
from functools import partial, reduce
from operator import or_
from statistics import median

from django.db import connection
from django.db.models import Q

from bases.filters import BaseFilter
from bases.listing import ORDERS
from bases.models import Base
from bench.measuring import expect, wall_ms
from bench.results import Result
from chenzhou_pilot.demo.vocabulary import RARE_WORDS
from common.keyset import keyset_page

WORDS = {
    "rare": [RARE_WORDS[place] for place in (-1, -4, -8, -12)],
    "middle": [RARE_WORDS[place] for place in (0, 1, 2)] + ["铋化", "锑白"],
    "frequent": ["石墨", "浮选", "赤泥", "竹纤"],
}
FIELDS = ("name_zh", "keywords", "site_zh", "summary_zh")
PARTS = ("industries__name_zh", "equipment__name", "services__title")
PAGE = 24
TIMES = 7


def measure_search() -> list[Result]:
    words = [word for group in WORDS.values() for word in group]
    true = hits_by_reading(words)
    page_ms: dict[str, float] = {}
    like_ms: dict[str, float] = {}
    for word in words:
        found = set(Base.objects.on_public_site().found_by(word).values_list("pk", flat=True))
        expect(found == true[word], f"“{word}” is in {len(true[word])} bases, search found {len(found)}")
        page_ms[word] = wall_ms(partial(first_page, word), time.perf_counter, TIMES)
        like_ms[word] = wall_ms(partial(like, word), time.perf_counter, 1)
    results = [
        Result("search, two characters, all words", median(page_ms.values()), "ms", _counts(words, true), goal=12.0)
    ]
    for name, group in WORDS.items():
        mine, theirs = (median(costs[word] for word in group) for costs in (page_ms, like_ms))
        results.append(Result(f"search, {name}", mine, "ms", _counts(group, true), theirs, "LIKE"))
    results.append(_database_time(words))
    return results


def first_page(word: str) -> object:
    """The matching query of bases.listing, without the rows that belong to those found."""
    found = BaseFilter({"q": word}, Base.objects.on_public_site()).qs
    return keyset_page(found, order=ORDERS["code"], size=PAGE)


def like(word: str) -> list[int]:
    """The matching bases by LIKE, over the columns of the base alone: search looks at more."""
    condition = reduce(or_, (Q(**{f"{field}__contains": word}) for field in FIELDS))
    return list(Base.objects.on_public_site().filter(condition).order_by("code").values_list("pk", flat=True))


def hits_by_reading(words: list[str]) -> dict[str, set[int]]:
    """The bases that hold each word, by reading every text in Python."""
    hits: dict[str, set[int]] = defaultdict(set)
    public = Base.objects.on_public_site().order_by()
    for field in (*FIELDS, *PARTS):
        for key, text in public.values_list("pk", field).iterator():
            for word in words:
                if text and word in text:
                    hits[word].add(key)
    return hits


def _counts(words: list[str], true: dict[str, set[int]]) -> str:
    numbers = sorted(len(true[word]) for word in words)
    return f"{len(words)} words, {numbers[0]:,} to {numbers[-1]:,} hits, all found"


def _database_time(words: list[str]) -> Result:
    costs = []
    for word in words:
        rows = BaseFilter({"q": word}, Base.objects.on_public_site()).qs.order_by("code")
        sql, parameters = rows.values_list("pk")[: PAGE + 1].query.sql_with_params()
        with connection.cursor() as cursor:
            costs.append(wall_ms(partial(cursor.execute, sql, parameters), time.perf_counter, TIMES))
    return Result("search, the matching statement alone", median(costs), "ms", f"slowest {max(costs):.1f}")
