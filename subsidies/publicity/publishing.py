"""Publication: the privacy check, then the frozen list and the moves of its applications in one transaction."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.calendar import shanghai_day
from common.slugs import first_free
from subsidies.bound import refuse_bound
from subsidies.enums import Action, NoticeState, ObjectionState, State
from subsidies.models import Call, NoticeEntry, Objection, PublicNotice
from subsidies.publicity.days import days_from
from subsidies.publicity.lists import first_list
from subsidies.publicity.privacy import finds_in
from subsidies.publicity.reading import entries_of, lock_listed, locked_notice
from subsidies.publicity.writing import refuse_unless_in, writers_of
from subsidies.snapshots import digest_of
from subsidies.workflow import MoveRefused, move


@versions.at_the_end()
def publish(notice: PublicNotice, *, by: User) -> PublicNotice:
    """By somebody who wrote no word of it. The first day is today, in Shanghai, and nobody names another.

    MoveRefused with code "privacy" names everything that must not leave the house.
    """
    if not by.has_perm("subsidies.publish_notice"):
        raise PermissionDenied
    current = locked_notice(notice)
    refuse_unless_in(current, NoticeState.REVIEW)
    entries = entries_of(current)
    lock_listed(entries)
    _refuse_same_person(current, entries, by)
    _refuse_unready(entries)
    _refuse_private(current, entries)
    return _published(current, entries, by)


def _published(notice: PublicNotice, entries: list[NoticeEntry], by: User) -> PublicNotice:
    now = timezone.now()
    days = days_from(notice.call, shanghai_day(now))
    notice.slug = _permanent_address(notice)
    notice.state = NoticeState.PUBLISHED
    notice.starts_on, notice.ends_on, notice.period = days.starts_on, days.ends_on, days.as_json()
    notice.listed = first_list(notice, entries, days)
    notice.digest = digest_of(notice.listed)
    notice.published_by, notice.published_at = by, now
    notice.version += 1
    notice.validate_constraints()
    with journal.acting(by=by, action="publish_notice"):
        notice.save()
    for entry in entries:
        move(entry.application, Action.PUBLISH, by=by)
    return notice


def _permanent_address(notice: PublicNotice) -> str:
    """By the count of what is public, so that no gap tells of a draft. Two notices of one call wait for one another."""
    Call.objects.select_for_update(no_key=True).get(pk=notice.call_id)
    taken = set(PublicNotice.objects.on_public_site().values_list("slug", flat=True))
    stem = f"{notice.call.slug[:60]}-notice"
    return first_free(PublicNotice, stem, stem, taken)


def _refuse_same_person(notice: PublicNotice, entries: list[NoticeEntry], by: User) -> None:
    if by.pk in writers_of(notice):
        raise MoveRefused(
            _("You wrote on this notice: another person looks through it and publishes it."), code="apart"
        )
    refuse_bound((entry.application for entry in entries), by)


def _refuse_unready(entries: list[NoticeEntry]) -> None:
    if not entries:
        raise MoveRefused(_("Nothing is in the list yet."))
    for entry in entries:
        if entry.application.state != State.PUBLICITY_READY:
            message = _("%(application)s does not wait for a public notice: take it off the list.")
            raise MoveRefused(message % {"application": entry.application}, code="state")
    keys = [entry.application_id for entry in entries]
    rows = Objection.objects.filter(entry__application__in=keys, state=ObjectionState.OPEN)
    if found := rows.select_related("entry__application").first():
        message = _("An objection to %(application)s is open: answer it first, or take it off the list.")
        raise MoveRefused(message % {"application": found.entry.application}, code="objection")


def _refuse_private(notice: PublicNotice, entries: list[NoticeEntry]) -> None:
    if found := finds_in(notice, entries):
        raise MoveRefused([MoveRefused(str(find), code="privacy") for find in found])
