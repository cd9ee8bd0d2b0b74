"""Public changes of bases for feeds and letters.

Of real bases on the public site alone, from the entries that their pages show, and of each from its entry on:
what happened to a draft is nobody's to know. Of a base that became part of another only that is told, with the address
of the other, to which its own leads.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bases.enums import ON_PUBLIC_SITE, Action, State
from bases.history import PUBLIC_ACTIONS, public_fields_of
from bases.models import Base, BaseTitle
from common.calendar import shanghai_day
from common.feeds import MOST, Entry, News
from common.models import JournalEntry

READ = 8 * MOST  # entries; those of bases that have left the public site since are passed over
ENTERED = Q(action=Action.ENLIST) | Q(action="create", changes__state__1__in=ON_PUBLIC_SITE)
OF_BASES = Q(ENTERED | Q(action__in=(*PUBLIC_ACTIONS, Action.MERGE)), object_type="bases.base")
OF_TITLES = Q(action="create", object_type="bases.basetitle")


def changes(within: Q | None = None) -> list[Entry]:
    """Newest first; `within` is a condition on `happened_at`. Four queries."""
    rows = JournalEntry.objects.filter(OF_BASES | OF_TITLES).order_by("-id")
    entries = list((rows.filter(within) if within else rows)[:READ])
    titles = BaseTitle.objects.in_bulk([int(row.object_id) for row in entries if _is_title(row)])
    keys = {row.pk: _base_of(row, titles) for row in entries}
    bases = _shown().in_bulk(keys.values())
    since = _public_since(bases)
    found = []
    for row in entries:
        base = bases.get(keys[row.pk])
        if base is not None and base.pk in since:
            found += _told(row, base, titles, since[base.pk])
    return found[:MOST]


def _shown() -> QuerySet[Base]:
    """Real bases that the public sees, and those that are part of such a one now."""
    merged = Base.objects.filter(state=State.MERGED, merged_into__is_demo=False)
    rows: QuerySet[Base] = (Base.objects.on_public_site() | merged).filter(is_demo=False)
    return rows.select_related("merged_into")


def _told(row: JournalEntry, base: Base, titles: dict[int, BaseTitle], since: datetime) -> list[Entry]:
    """A title that came with the base, or before it, is no news of its own."""
    if row.action == Action.MERGE or base.merged_into is not None:
        return _merged(row, base)
    if not _is_title(row):
        more = public_fields_of(row) if row.action == Action.APPROVE_CHANGE else ""
        return [_entry(base, row.happened_at, _words(row.action), more)] if row.happened_at >= since else []
    if shanghai_day(row.happened_at) <= shanghai_day(since):
        return []
    title = titles[int(row.object_id)]
    more = " · ".join(filter(None, [title.get_level_display(), title.issuer, title.document_number]))
    return [_entry(base, row.happened_at, _("New title: %(title)s") % {"title": title.name_zh}, more)]


def _merged(row: JournalEntry, base: Base) -> list[Entry]:
    """All that is told of a base that is no more by itself."""
    if row.action != Action.MERGE or base.merged_into is None:
        return []
    names = {"base": base.name, "heir": base.merged_into.name, "code": base.code}
    more = _("The address of %(base)s and its code %(code)s lead to %(heir)s from now on.") % names
    return [_entry(base, row.happened_at, _("now part of %(heir)s") % names, more)]


def _entry(base: Base, at: datetime, what: str, more: str) -> Entry:
    address = settings.SITE_URL + (base.merged_into or base).get_absolute_url()
    title = _("%(base)s: %(what)s") % {"base": base.name, "what": what}
    return Entry(f"{address}#{at:%Y%m%dT%H%M%S%f}", title, more or what, address, at)


def _is_title(row: JournalEntry) -> bool:
    return row.object_type == "bases.basetitle"


def _base_of(row: JournalEntry, titles: dict[int, BaseTitle]) -> int:
    """0 for a title that is gone."""
    if not _is_title(row):
        return int(row.object_id)
    title = titles.get(int(row.object_id))
    return title.base_id if title else 0


def _public_since(keys: Iterable[int]) -> dict[int, datetime]:
    rows = JournalEntry.objects.filter(ENTERED, object_type="bases.base", object_id__in=[str(key) for key in keys])
    firsts = rows.order_by().values_list("object_id").annotate(first=Min("happened_at"))
    return {int(key): first for key, first in firsts}


def _words(action: str) -> str:
    words: dict[str, str] = {
        Action.APPROVE_CHANGE: pgettext("change of a base", "Record changed"),
        Action.WARN: pgettext("change of a base", "Ordered to rectify"),
        Action.CLEAR_WARNING: pgettext("change of a base", "Rectification closed"),
        Action.SUSPEND: pgettext("change of a base", "Suspended"),
        Action.RESUME: pgettext("change of a base", "Resumed"),
        Action.REMOVE: pgettext("change of a base", "Left the registry"),
    }
    return words.get(action) or pgettext("change of a base", "New in the registry")


NEWS = News(
    title=gettext_lazy("Changes of pilot bases · Chenzhou Pilot"),
    description=gettext_lazy(
        "Bases that enter or leave the registry of Chenzhou or become part of another, changes of their standing, "
        "and new titles."
    ),
    page="bases:base_list",
    feed="bases:base_feed",
    entries=changes,
)
