"""Public pages kept as bytes: an unchanged page costs one SQL, one look in the cache and a response.

The key holds the version of the registry, which every edit changes in its own transaction: an edit shows at once,
in every process. It also holds the build and the day in Shanghai, so that a deploy or midnight starts afresh.
"""

from collections.abc import Callable
from functools import partial, wraps
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.encoding import iri_to_uri
from django.utils.http import parse_etags
from django.utils.translation import get_language

from common import versions
from common.calendar import shanghai_today

KEPT_FOR_S = 3600
MOST_PLACES = 10_000
LONGEST_KEPT_QUERY = 300  # characters; longer ones are served and not kept
WRITTEN_QUERY = "written_query"  # as a template is told it where the request is that of nobody
LONGEST_WRITTEN_QUERY = 1000  # characters; links leave a longer one out
SOURCES = ("*.py", "*.html", "*.txt", "*.css", "*.js", "*.svg", "*.po", "*.mo")

View = Callable[..., HttpResponseBase]

_places: set[str] = set()  # paths of pages that this process has answered as they were kept


def _build() -> str:
    """The release by name, or the newest change among the files that make a page."""
    if release := getattr(settings, "RELEASE", ""):
        return str(release)
    apps = [path.parent for path in Path(settings.BASE_DIR).glob("*/__init__.py")]
    places = [*apps, *(Path(settings.BASE_DIR) / name for name in ("templates", "static", "locale"))]
    newest = (path.stat().st_mtime_ns for place in places for pattern in SOURCES for path in place.rglob(pattern))
    return str(max(newest, default=0))


BUILD = _build()


def registry_page(*known: str) -> Callable[[View], View]:
    """For GET pages that are the same for every anonymous reader and hold nothing but the registry.

    `known` are the parameters the view reads: all others are taken out of the request, or each made-up one would
    be a page to keep. Requests with a session or messages go to the view. The view must not use {% csrf_token %}.
    """
    return partial(_kept_page, frozenset(known))


def _kept_page(known: frozenset[str], view: View) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _leave_known(request, known)
        if not is_anonymous_read(request):
            return _private(view(request, *args, **kwargs))
        digest = _digest(request)
        if answer := _unchanged(request, digest):
            _remember(request.path)
            return answer
        return _rendered(view, digest, request, *args, **kwargs)

    return wrapper


class KeptPages:
    """Answers with an unchanged page before session, user and messages are made ready for a view that needs none.

    Stands below the middleware that every answer needs: headers, language, the check of the host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path in _places and is_anonymous_read(request):
            return _unchanged(request, _digest(request)) or self.get_response(request)
        return self.get_response(request)


def _remember(path: str) -> None:
    if len(_places) >= MOST_PLACES:
        _places.clear()
    _places.add(path)


def _leave_known(request: HttpRequest, known: frozenset[str]) -> None:
    if not request.META.get("QUERY_STRING") or not (unknown := request.GET.keys() - known):
        return
    query = request.GET.copy()
    for name in unknown:
        del query[name]
    request.META["QUERY_STRING"] = query.urlencode()
    del request.__dict__["GET"]  # read again from there


def is_anonymous_read(request: HttpRequest) -> bool:
    """Whether the answer may be the same for all visitors."""
    cookies = request.COOKIES
    return (
        request.method in ("GET", "HEAD")
        and settings.SESSION_COOKIE_NAME not in cookies
        and CookieStorage.cookie_name not in cookies
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_KEPT_QUERY
        and not settings.DEBUG
    )


def written_query(request: HttpRequest) -> str:
    """The query as a link of the page repeats it, with its question mark."""
    query = request.META.get("QUERY_STRING", "")
    return f"?{iri_to_uri(query)}" if query and len(query) <= LONGEST_WRITTEN_QUERY else ""


def _private(response: HttpResponseBase) -> HttpResponseBase:
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, private=True, no_cache=True)
    return response


def _digest(request: HttpRequest) -> str:
    """Cache key and ETag in one, reckoned once for what is asked."""
    query = request.META.get("QUERY_STRING", "")
    reckoned: dict[str, str] = request.__dict__.setdefault("digest_of_query", {})
    if query not in reckoned:
        reckoned[query] = _reckoned(request, query)
    return reckoned[query]


def _reckoned(request: HttpRequest, query: str) -> str:
    """Parameters count in any order, the values of one parameter in theirs."""
    if query:
        query = urlencode(sorted(parse_qsl(query, keep_blank_values=True), key=itemgetter(0)))
    told = (BUILD, _version(request), shanghai_today().isoformat(), get_language() or "")
    where = (request.scheme or "", request.get_host(), request.path, query)
    return blake2b("\n".join(told + where).encode(), digest_size=16).hexdigest()


def _version(request: HttpRequest) -> str:
    """Asked once a request."""
    version: str = request.__dict__.get("registry_version") or versions.current("registry")
    request.__dict__["registry_version"] = version
    return version


def _unchanged(request: HttpRequest, digest: str) -> HttpResponse | None:
    """The answer to a reader who holds the page, or the page that is kept."""
    etag = f'"{digest}"'
    if _has_etag(request, etag):
        return HttpResponse(status=304, headers={"ETag": etag, "Cache-Control": "no-cache", "Vary": "Cookie"})
    kept = _kept(digest)
    return _page(request, etag, *kept) if kept else None


def _has_etag(request: HttpRequest, etag: str) -> bool:
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given:
        return False
    return etag in (known.removeprefix("W/") for known in parse_etags(given))


def _kept(digest: str) -> tuple[str, bytes] | None:
    return cache.get(f"page:{digest}")


def _rendered(view: View, digest: str, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    response = view(request, *args, **kwargs)
    if hasattr(response, "render"):
        response = response.render()
    if not isinstance(response, HttpResponse) or not _is_keepable(request, response):
        return _private(response)
    page = (response["Content-Type"], response.content)
    cache.set(f"page:{digest}", page, KEPT_FOR_S)
    return _page(request, f'"{digest}"', *page)


def _is_keepable(request: HttpRequest, response: HttpResponse) -> bool:
    """A plain 200 that neither sets a cookie nor holds somebody's CSRF token."""
    used_csrf = request.META.get("CSRF_COOKIE_NEEDS_UPDATE") or settings.CSRF_COOKIE_NAME in request.COOKIES
    return response.status_code == 200 and not response.cookies and not used_csrf


def _page(request: HttpRequest, etag: str, content_type: str, content: bytes) -> HttpResponse:
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Cookie", "Content-Length": str(len(content))}
    return HttpResponse(b"" if request.method == "HEAD" else content, content_type=content_type, headers=headers)
