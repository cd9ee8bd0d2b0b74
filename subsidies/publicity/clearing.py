"""The end of a notice: by the clock alone, never early, safe to run twice.

An entry clears from the day after the last one, where no objection to it is open. When every entry is settled the
notice is over and its final list frozen.
"""

from datetime import datetime, timedelta

from django.utils import timezone

from common import journal, versions
from common.calendar import shanghai_day
from subsidies.enums import Action, NoticeState, ObjectionState, State
from subsidies.models import NoticeEntry, Objection, PublicNotice
from subsidies.numbering import moment_of_transaction
from subsidies.publicity.days import days_anew
from subsidies.publicity.lists import final_list
from subsidies.publicity.reading import entries_of, lock_listed, locked_notice, open_entries
from subsidies.publicity.telling import tell_of_later_end
from subsidies.snapshots import digest_of
from subsidies.workflow import move

GRACE = timedelta(minutes=5)  # an objection that was on its way at midnight is in by then


def clear_due() -> int:
    """How many applications were cleared; each notice in a transaction of its own."""
    recompute_provisional()
    today = shanghai_day(timezone.now() - GRACE)
    over = PublicNotice.objects.filter(state=NoticeState.PUBLISHED, ends_on__lt=today).order_by("pk")
    return sum(clear(notice) for notice in over if not notice.period.get("is_provisional"))


@versions.at_the_end()
def clear(notice: PublicNotice) -> int:
    """How many of its applications were cleared; none before it is over."""
    current = locked_notice(notice)
    if current.state != NoticeState.PUBLISHED or not is_over(current, timezone.now()):
        return 0
    entries = open_entries(current)
    lock_listed(entries)
    held = held_applications(entries)
    settled = [
        entry for entry in entries if entry.application_id not in held and entry.application.state == State.PUBLICITY
    ]
    with journal.acting(source="clock", action=Action.CLEAR):
        for entry in settled:
            move(entry.application, Action.CLEAR, by=None)
            entry.cleared_at = timezone.now()
            entry.save(update_fields=["cleared_at"])
        conclude_if_settled(current)
    return len(settled)


def is_over(notice: PublicNotice, moment: datetime) -> bool:
    """From the day after the last one on."""
    return notice.ends_on is not None and notice.ends_on < shanghai_day(moment - GRACE)


def held_applications(entries: list[NoticeEntry]) -> set[int]:
    """Keys of those against which an objection is open, be it from an earlier notice."""
    keys = [entry.application_id for entry in entries]
    rows = Objection.objects.filter(entry__application__in=keys, state=ObjectionState.OPEN)
    return set(rows.values_list("entry__application", flat=True))


def conclude_if_settled(notice: PublicNotice) -> PublicNotice:
    """On the locked row: the final list is what nothing has taken off."""
    entries = entries_of(notice)
    if notice.state != NoticeState.PUBLISHED or any(not (row.cleared_at or row.removed_at) for row in entries):
        return notice
    notice.state, notice.concluded_at = NoticeState.CONCLUDED, timezone.now()
    notice.final = final_list(notice, entries)
    notice.final_digest = digest_of(notice.final)
    notice.version += 1
    notice.validate_constraints()
    with journal.acting(action="conclude_notice"):
        notice.save()
    return notice


def recompute_provisional() -> int:
    """Ends that ran into an unpublished calendar, by the calendar as it is now; how many have changed. Idempotent.

    An end moves later or stays: a notice is never shortened. What moves later is told.
    """
    rows = PublicNotice.objects.filter(state=NoticeState.PUBLISHED, period__is_provisional=True)
    return sum(_recompute(notice) for notice in rows)


@versions.at_the_end()
def _recompute(notice: PublicNotice) -> bool:
    current = locked_notice(notice)
    if current.state != NoticeState.PUBLISHED:  # replaced or concluded while this waited for it
        return False
    days = days_anew(current)
    assert current.ends_on is not None, "published"
    ended_on, end = current.ends_on, max(days.ends_on, current.ends_on)
    if (end, days.as_json()) == (ended_on, current.period):
        return False
    current.ends_on, current.period = end, days.as_json()
    current.version += 1
    with journal.acting(source="clock", action="recompute"):
        current.save(update_fields=["ends_on", "period", "version", "updated_at"])
        if end > ended_on:
            tell_of_later_end(current, ended_on)
    return True


def is_in_time(notice: PublicNotice) -> bool:
    """Whether an objection that comes now is in time, by the clock of the database."""
    if notice.state != NoticeState.PUBLISHED or notice.starts_on is None or notice.ends_on is None:
        return False
    return notice.starts_on <= shanghai_day(moment_of_transaction()) <= notice.ends_on
