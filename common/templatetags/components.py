"""The design system's fragments as tags; their data is described in common/components.py."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.components import (
    IS_EXPERT,
    AlertLevel,
    Clock,
    Crumb,
    Document,
    Figure,
    SourceNote,
    StatNumber,
    Step,
    Stop,
    StopState,
    Table,
)
from common.list_fragments import drawn_group, drawn_map, drawn_pager, drawn_printed_line
from common.models import Notice
from common.pages import WRITTEN_QUERY, written_query

register = template.Library()

STATE_WORDS = {
    StopState.DONE: _("reached"),
    StopState.PASSED: _("passed, not recorded"),
    StopState.CURRENT: _("now here"),
    StopState.AHEAD: _("not reached yet"),
    StopState.STOPPED: _("stopped here"),
}
COMPACT_LINE = (
    '<div class="process process-compact"><ol role="list" aria-label="{}">{}</ol>'
    '<span class="process-here" aria-hidden="true">{}</span></div>'
)
MOST_COUNTED = 99
NAVIGATION = (
    ("bases:base_list", _("Pilot bases")),
    ("projects:project_list", _("Pilot projects")),
    ("subsidies:call_list", _("Calls")),
    ("subsidies:notice_list", pgettext_lazy("navigation", "Public notices")),
    ("subsidies:award_list", pgettext_lazy("navigation", "Awards")),
    ("statistics", _("Data")),
    ("about", _("About")),
)


# ---------------------------------------------------------------- drawn
@register.simple_tag
def process_line(stops: Sequence[Stop], label: str = "", compact: bool = False) -> SafeString:
    """The stops with dates and notes; compact, for lists, the marks alone and the furthest stop in words."""
    if compact:
        marks = _compact_marks(get_language(), tuple((stop.label, stop.state) for stop in stops))
        return format_html(COMPACT_LINE, label, marks, _furthest(stops))
    return render_to_string("includes/process_line.html", {"stops": _with_words(stops), "label": label})


@lru_cache(maxsize=256)
def _compact_marks(language: str | None, stops: tuple[tuple[str, StopState], ...]) -> SafeString:
    """Rendered once for each combination: a list of 25 projects shows only a handful."""
    return render_to_string("includes/process_marks.html", {"stops": _with_words([Stop(*stop) for stop in stops])})


def _with_words(stops: Sequence[Stop]) -> list[tuple[Stop, str]]:
    return [(stop, str(STATE_WORDS[stop.state])) for stop in stops]


def _furthest(stops: Sequence[Stop]) -> str:
    return next((stop.label for stop in reversed(stops) if stop.state != StopState.AHEAD), "")


register.simple_tag(drawn_map, name="schematic_map")


@register.inclusion_tag("includes/working_day_clock.html")
def working_day_clock(clock: Clock) -> dict[str, Any]:
    return {"clock": clock}


@register.inclusion_tag("includes/seal.html")
def seal(characters: str, words: str = "") -> dict[str, Any]:
    """An outline of two or four characters, for official acts only; it is no image of a legal seal."""
    return {"characters": characters, "words": words}


# ---------------------------------------------------------------- figures and their sources
@register.inclusion_tag("includes/not_yet_published.html")
def not_yet_published(claim_href: str = "") -> dict[str, Any]:
    return {"claim_href": claim_href}


@register.inclusion_tag("includes/source_mark.html")
def source_mark(number: int, title: str) -> dict[str, Any]:
    return {"number": number, "title": title}


@register.inclusion_tag("includes/source_marks.html")
def source_marks(sources: Sequence[SourceNote]) -> dict[str, Any]:
    """The marks of a statement; one without a source says so."""
    return {"sources": sources}


@register.inclusion_tag("includes/source_list.html")
def source_list(sources: Sequence[SourceNote]) -> dict[str, Any]:
    return {"sources": sources}


@register.inclusion_tag("includes/figure_row.html")
def figure_row(figure: Figure) -> dict[str, Any]:
    return {"figure": figure}


@register.inclusion_tag("includes/stat_number.html")
def stat_number(stat: StatNumber) -> dict[str, Any]:
    return {"stat": stat}


# ---------------------------------------------------------------- small signs
@register.inclusion_tag("includes/kind_badge.html")
def kind_badge(kind: str) -> dict[str, Any]:
    return {"kind": kind}


@register.inclusion_tag("includes/demo_badge.html")
def demo_badge() -> dict[str, Any]:
    return {}


@register.inclusion_tag("includes/alert.html")
def alert(level: AlertLevel | str, text: str, title: str = "") -> dict[str, Any]:
    return {"level": AlertLevel(level), "text": text, "title": title}


# ---------------------------------------------------------------- lists and tables
register.simple_tag(drawn_group, name="filter_group")
register.simple_tag(drawn_pager, name="pager")


@register.inclusion_tag("includes/breadcrumbs.html")
def breadcrumbs(crumbs: Sequence[Crumb]) -> dict[str, Any]:
    return {"crumbs": crumbs}


@register.inclusion_tag("includes/empty_state.html")
def empty_state(title: str, reason: str = "", steps: Sequence[Step] = ()) -> dict[str, Any]:
    return {"title": title, "reason": reason, "steps": steps}


@register.inclusion_tag("includes/missing_list.html")
def missing_list(items: Sequence[Step], next_href: str = "") -> dict[str, Any]:
    """`next_href` leads on where nothing is missing any more."""
    return {"items": items, "next_href": next_href}


@register.inclusion_tag("includes/data_table.html")
def data_table(table: Table) -> dict[str, Any]:
    rows = [list(zip(table.columns, row, strict=True)) for row in table.rows]
    return {"table": table, "rows": rows}


@register.inclusion_tag("includes/document_card.html")
def document_card(document: Document) -> dict[str, Any]:
    return {"document": document}


# ---------------------------------------------------------------- the page's frame
@register.simple_tag
def same_everywhere(name: str) -> SafeString:
    """A fragment that reads nothing of the page; every process renders it once for each language."""
    return render_to_string(name) if settings.DEBUG else _in_language(name, get_language())


@lru_cache(maxsize=32)
def _in_language(name: str, language: str | None) -> SafeString:
    return render_to_string(name)


def _has_session(request: HttpRequest | None) -> bool:
    return request is not None and settings.SESSION_COOKIE_NAME in request.COOKIES


@register.inclusion_tag("includes/account_link.html", takes_context=True)
def account_link(context: Context) -> dict[str, Any]:
    """The way to sign in, for visitors."""
    return {"user": _person(context)}


@register.inclusion_tag("includes/person_links.html", takes_context=True)
def person_links(context: Context) -> dict[str, Any]:
    """The own pages of who is signed in, with the number of unread messages: one query, none for visitors."""
    person = _person(context)
    if person is None:
        return {"user": None}
    return {
        "user": person,
        "unread": Notice.objects.visible_to(person).unread()[: MOST_COUNTED + 1].count(),
        "is_expert": context["request"].session.get(IS_EXPERT, False),
    }


@register.simple_tag(takes_context=True)
def signed_in_person(context: Context) -> Any:
    """For a page that shows one link more to who is signed in; None for visitors."""
    return _person(context)


def _person(context: Context) -> Any:
    """A visitor without a session cookie never touches the session, so their pages can be kept."""
    request = context.get("request")
    user = getattr(request, "user", None) if _has_session(request) else None
    return user if user is not None and user.is_authenticated else None


@register.inclusion_tag("includes/page_messages.html", takes_context=True)
def page_messages(context: Context) -> dict[str, Any]:
    return {"messages": context.get("messages", ()) if _has_session(context.get("request")) else ()}


@register.inclusion_tag("includes/site_nav.html", takes_context=True)
def site_nav(context: Context) -> dict[str, Any]:
    """The section a page is in is the one whose address begins its own; the section's own page is `page`."""
    path = getattr(context.get("request"), "path", "")
    return {"links": [(href, label, _aria_current(path, href)) for href, label in _navigation(get_language())]}


@lru_cache(maxsize=4)
def _navigation(language: str | None) -> list[tuple[str, str]]:
    return [(reverse(name), str(label)) for name, label in NAVIGATION]


def _aria_current(path: str, href: str) -> str:
    if path == href:
        return "page"
    return "true" if path.startswith(href) else ""


@register.simple_tag(takes_context=True)
def other_language_url(context: Context) -> str:
    """This page in the other language, with its query; the other home page where this one has no counterpart."""
    request, language = context.get("request"), other_language_code()
    there = _translated(request.path, get_language(), language) if request is not None else ""
    if request is None or there == request.path:
        return translate_url(reverse("home"), language)
    return there + (context.get(WRITTEN_QUERY) or written_query(request))


@lru_cache(maxsize=1000)
def _translated(path: str, from_language: str | None, to_language: str) -> str:
    return translate_url(path, to_language)


@register.simple_tag
def other_language_code() -> str:
    return "zh-hans" if get_language() == "en" else "en"


@register.inclusion_tag("includes/page_links.html", takes_context=True)
def page_links(context: Context) -> dict[str, Any]:
    """Canonical address and language alternates, on the site's own host: kept pages obey no Host header."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if request is None or match is None:
        return {}
    here, other = html_language(get_language()), other_language_code()
    addresses = {here: request.path, html_language(other): _translated(request.path, get_language(), other)}
    alternates = [(language, settings.SITE_URL + path) for language, path in sorted(addresses.items())]
    return {"canonical": settings.SITE_URL + request.path, "alternates": alternates}


@register.simple_tag(takes_context=True)
def printed_line(context: Context) -> SafeString:
    return drawn_printed_line(context["request"])


@register.filter
def html_language(code: str | None) -> str:
    """BCP 47 as browsers and fonts know it: zh-hans is written zh-Hans."""
    return "en" if code == "en" else "zh-Hans"
