"""Rows of notices as the verbs need them: locked in one order, with the firms of their entries."""

from django.db.models import QuerySet

from subsidies.enums import NoticeState, State
from subsidies.models import Application, Call, NoticeEntry, PublicNotice

LIVE = (NoticeState.DRAFT, NoticeState.REVIEW, NoticeState.PUBLISHED)
READ_TOGETHER = (
    "application__organisation__registered_division",
    "application__project__base",
    "application__call_version",
)


def locked_notice(notice: PublicNotice) -> PublicNotice:
    """Locked first, before any application: whoever needs both takes them in this order."""
    rows = PublicNotice.objects.select_for_update(of=("self",)).select_related("call")
    found: PublicNotice = rows.get(pk=notice.pk)
    return found


def entries_of(notice: PublicNotice) -> list[NoticeEntry]:
    """In the order of the list, with what it shows of each."""
    return list(notice.entries.select_related(*READ_TOGETHER).order_by("position"))


def open_entries(notice: PublicNotice) -> list[NoticeEntry]:
    """Neither cleared nor taken off."""
    return [entry for entry in entries_of(notice) if entry.cleared_at is None and entry.removed_at is None]


def lock_applications(rows: QuerySet[Application]) -> dict[int, str]:
    """In one order whoever comes; their states as they are now, by key."""
    return dict(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", "state"))


def lock_listed(entries: list[NoticeEntry]) -> None:
    """The applications of the entries, whose states are read anew."""
    keys = [entry.application_id for entry in entries]
    states = lock_applications(Application.objects.filter(pk__in=keys))
    for entry in entries:
        entry.application.state = states[entry.application_id]


def ready_for_notice(call: Call, besides: PublicNotice | None = None) -> QuerySet[Application]:
    """Approved under the call and in no notice; those in the notice `besides` are among them."""
    taken = NoticeEntry.objects.filter(notice__state__in=LIVE, removed_at=None, cleared_at=None)
    if besides is not None:
        taken = taken.exclude(notice=besides)
    rows: QuerySet[Application] = Application.objects.filter(call=call, state=State.PUBLICITY_READY)
    return rows.exclude(pk__in=taken.values("application")).order_by("number")
