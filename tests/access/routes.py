"""Every route of the site, found by walking the URLconf; the API's and the admin's stand in it too."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

OLD_CHANGE_ADDRESS = re.compile(r"admin/(\w+)/(\w+)/<path:object_id>/")


class Route(NamedTuple):
    name: str
    path: str


def all_routes() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield Route(namespace + (pattern.name or _unnamed(path)), path)
        else:
            yield from _walk(pattern, path, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))


def _unnamed(path: str) -> str:
    """Two kinds of route of the admin have no name: a model's old change address, and what catches the rest."""
    found = OLD_CHANGE_ADDRESS.fullmatch(path)
    return f"{found[1]}_{found[2]}:redirect" if found else "catch_all"
