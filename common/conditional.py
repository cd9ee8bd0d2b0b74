"""Answers that a reader already holds: ETag and Last-Modified for what follows from the registry alone."""

import time
from functools import lru_cache
from hashlib import blake2b

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.http import http_date, parse_etags, parse_http_date_safe
from django.utils.translation import get_language

from common.pages import BUILD

KEPT_FOR_S = 30 * 86400


class Validators:
    """Of one address at one version of the registry."""

    def __init__(self, request: HttpRequest, version: str) -> None:
        self.request = request
        where = (request.scheme or "", request.get_host(), request.get_full_path())
        told = "\n".join((BUILD, version, get_language() or "", *where))
        self.digest = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        self.etag = f'"{self.digest}"'
        self.now = int(time.time())
        self.modified = first_served_at(version) + 1

    @property
    def headers(self) -> dict[str, str]:
        """The date is told once it has come: two versions of one second must not share it."""
        dated = {"Last-Modified": http_date(self.modified)} if self.modified <= self.now else {}
        return {"ETag": self.etag, **dated, "Cache-Control": "no-cache"}

    def match_etag(self) -> bool:
        """Only an answer of 200 carried this ETag, so the reader may be told before anything else is read."""
        given = self.request.META.get("HTTP_IF_NONE_MATCH", "")
        return bool(given) and self.etag in (known.removeprefix("W/") for known in parse_etags(given))

    def match_date(self) -> bool:
        """Ask only when the answer is known to be 200; If-None-Match outweighs the date (RFC 9110, 13.2.2)."""
        if "HTTP_IF_NONE_MATCH" in self.request.META:
            return False
        since = parse_http_date_safe(self.request.META.get("HTTP_IF_MODIFIED_SINCE", ""))
        return since is not None and self.modified <= since <= self.now


@lru_cache(maxsize=8)
def first_served_at(version: str) -> int:
    """When this version of the registry was first served, in whole seconds since 1970: never before the edit that
    made it, and never after the next one, in whichever process."""
    now = int(time.time())
    return int(cache.get_or_set(f"first-served:{version}", now, KEPT_FOR_S) or now)
