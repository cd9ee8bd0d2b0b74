"""The addresses that are asked, each one once, so that nothing kept can answer."""

from collections.abc import Iterator
from random import Random
from urllib.parse import urlencode

from bases.enums import Kind
from bases.models import Base
from common.keyset import columns_of, encode_cursor
from common.models import Division

ORDER = ("code",)


class Place:
    """A page of the list under one filter: where it begins and as which page a count of pages finds it."""

    def __init__(self, division: str, kind: str, after: str, number: int) -> None:
        self.division, self.kind, self.after, self.number = division, kind, after, number

    @property
    def filters(self) -> dict[str, str]:
        return {"division": self.division, "kind": self.kind}

    def site(self) -> str:
        return urlencode({**self.filters, "cursor": cursor_after(self.after)})

    def bare(self) -> str:
        return urlencode({**self.filters, "after": self.after})

    def plain(self) -> str:
        return urlencode({**self.filters, "page": self.number})


def cursor_after(code: str) -> str:
    return encode_cursor("after", ORDER, columns_of(Base.objects.all(), ORDER), {"code": code})


def places(size: int, pages: int, seed: int) -> list[Place]:
    """The first `pages` pages but one of every county and kind, in random order."""
    found = [place for filters in _filters() for place in _places(*filters, size, pages)]
    Random(seed).shuffle(found)
    return found


def _filters() -> list[tuple[str, str]]:
    return [(code, kind) for code in Division.objects.values_list("code", flat=True) for kind in Kind.values]


def _places(division: str, kind: str, size: int, pages: int) -> Iterator[Place]:
    rows = Base.objects.on_public_site().filter(division=division, kind=kind).order_by("code")
    codes = list(rows.values_list("code", flat=True)[: size * (pages + 1)])
    for number in range(2, pages + 1):
        if len(codes) >= size * number:
            yield Place(division, kind, codes[size * (number - 1) - 1], number)


def codes_from(first: int, number: int, step: int) -> list[str]:
    """Codes of some rows of the whole list, from row `first` on."""
    rows = Base.objects.on_public_site().order_by("code").values_list("code", flat=True)
    return list(rows[first : first + number * step : step])


def slugs(number: int, seed: int) -> list[str]:
    every = list(Base.objects.on_public_site().order_by("code").values_list("slug", flat=True))
    return Random(seed).sample(every, min(number, len(every)))
