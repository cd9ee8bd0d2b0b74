"""A notice before it is public: written, changed, sent to be looked through, taken back, dropped."""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.texts import clean_text
from subsidies.bound import refuse_bound
from subsidies.enums import NoticeState, State, Verdict
from subsidies.models import Application, Call, Decision, NoticeEntry, NoticeWriter, PublicNotice
from subsidies.publicity.reading import lock_applications, locked_notice, ready_for_notice
from subsidies.publicity.telling import tell_of_returned_notice, tell_of_sent_notice
from subsidies.workflow import MoveRefused, given


class Texts(NamedTuple):
    title_zh: str
    business_contact: str
    discipline_contact: str
    title_en: str = ""
    text_zh: str = ""
    text_en: str = ""


def usual_contacts(call: Call) -> tuple[str, str]:
    """The hotline of the call, and the discipline office as the newest notice names it."""
    newest = PublicNotice.objects.order_by("-pk").first()
    return call.business_hotline, newest.discipline_contact if newest else ""


@versions.at_the_end()
def draft(call: Call, *, by: User, applications: Iterable[Application], texts: Texts) -> PublicNotice:
    """Of approved applications of the call, all or some. Its address is random until it is published."""
    _refuse_unless_editor(by)
    notice = PublicNotice(call=call, slug=uuid.uuid4().hex, edited_by=by)
    return _keep(notice, "draft_notice", by, list(applications), texts)


@versions.at_the_end()
def change(
    notice: PublicNotice, *, by: User, applications: Iterable[Application], texts: Texts, version: int | None = None
) -> PublicNotice:
    """`version` is the one that the person saw: MoveRefused with code "version" where another saved meanwhile."""
    _refuse_unless_editor(by)
    current = _locked_for(notice, by, NoticeState.DRAFT)
    if version is not None and version != current.version:
        raise MoveRefused(_("Somebody else has changed this notice meanwhile. Look at it again."), code="version")
    current.version += 1
    return _keep(current, "change_notice", by, list(applications), texts)


@versions.at_the_end()
def send(notice: PublicNotice, *, by: User) -> PublicNotice:
    """To be looked through and published by another person."""
    _refuse_unless_editor(by)
    current = _locked_for(notice, by, NoticeState.DRAFT)
    if not current.entries.exists():
        raise MoveRefused(_("Nothing is in the list yet."))
    current.edited_by = by
    add_writers(current, [by.pk])
    sent = _turned(current, NoticeState.REVIEW, "send_notice", by)
    tell_of_sent_notice(sent, by)
    return sent


@versions.at_the_end()
def give_back(notice: PublicNotice, *, by: User, reason: str) -> PublicNotice:
    """To the one who wrote it: by the publisher, or by an editor who takes it back."""
    if not (by.has_perm("subsidies.publish_notice") or by.has_perm("subsidies.edit_notice")):
        raise PermissionDenied
    current = _locked_for(notice, by, NoticeState.REVIEW)
    told = given(reason)
    back = _turned(current, NoticeState.DRAFT, "return_notice", by, told)
    tell_of_returned_notice(back, by, told)
    return back


@versions.at_the_end()
def drop(notice: PublicNotice, *, by: User) -> None:
    """A draft that is not needed; the journal keeps it."""
    _refuse_unless_editor(by)
    current = _locked_for(notice, by, NoticeState.DRAFT)
    with journal.acting(by=by, action="drop_notice"):
        for entry in current.entries.all():
            entry.delete()
        current.delete()


def back_to_draft(notice: PublicNotice, *, by: User) -> PublicNotice:
    """What waits for publication is looked at anew when its list has changed."""
    return _turned(notice, NoticeState.DRAFT, "return_notice", by)


def add_entries(notice: PublicNotice, applications: Iterable[Application]) -> None:
    """At the end of the list, each with the amount that was decided."""
    rows = list(applications)
    amounts = amounts_decided(rows)
    first = notice.entries.count() + 1
    for position, application in enumerate(rows, first):
        NoticeEntry.objects.create(
            notice=notice, application=application, position=position, amount_yuan=amounts[application.pk]
        )


def add_writers(notice: PublicNotice, people: Iterable[int]) -> None:
    """None of these publishes it, whoever writes on it after them."""
    rows = [NoticeWriter(notice=notice, user_id=person) for person in people]
    NoticeWriter.objects.bulk_create(rows, ignore_conflicts=True)


def writers_of(notice: PublicNotice) -> set[int]:
    """Keys of all whose words are in it. One query."""
    return set(notice.writers.values_list("user", flat=True))


def amounts_decided(applications: Iterable[Application]) -> dict[int, object]:
    """By the key of the application; the last decision in force counts."""
    rows = Decision.objects.filter(application__in=applications, verdict=Verdict.APPROVE, released_at__isnull=False)
    return dict(rows.order_by("pk").values_list("application", "amount_yuan"))


# ---------------------------------------------------------------- shared
def _keep(notice: PublicNotice, action: str, by: User, applications: list[Application], texts: Texts) -> PublicNotice:
    wanted = _allowed(notice, by, applications)
    notice.title_zh = given(texts.title_zh, 200)
    notice.title_en = clean_text(texts.title_en).strip()
    notice.text_zh = clean_text(texts.text_zh, multiline=True).strip()
    notice.text_en = clean_text(texts.text_en, multiline=True).strip()
    notice.business_contact = clean_text(texts.business_contact).strip()
    notice.discipline_contact = clean_text(texts.discipline_contact).strip()
    notice.edited_by = by
    notice.full_clean(exclude=("replaces",))
    with journal.acting(by=by, action=action):
        notice.save()
        for entry in notice.entries.all():
            entry.delete()
        add_entries(notice, wanted)
    add_writers(notice, [by.pk])
    return notice


def _allowed(notice: PublicNotice, by: User, applications: list[Application]) -> list[Application]:
    """In the order of their numbers; MoveRefused for one that is not approved or stands in a notice already.

    Locked before they are looked for: who waited here sees what the other has listed meanwhile. Only what can still be
    listed is locked; cases of a running notice are locked after it by whoever answers an objection.
    """
    keys = {application.pk for application in applications}
    lock_applications(Application.objects.filter(call=notice.call, state=State.PUBLICITY_READY, pk__in=keys))
    found = list(ready_for_notice(notice.call, notice if notice.pk else None).filter(pk__in=keys))
    if len(found) < len(keys):
        raise MoveRefused(_("Only what was approved under this call and stands in no notice yet can be listed."))
    refuse_bound(found, by)
    return found


def _turned(notice: PublicNotice, state: NoticeState, action: str, by: User, reason: str = "") -> PublicNotice:
    notice.state = state
    notice.version += 1
    with journal.acting(by=by, action=action, reason=reason):
        notice.save()
    return notice


def _locked_for(notice: PublicNotice, by: User, state: NoticeState) -> PublicNotice:
    """In this state, for a person with no interest in a case of it."""
    current = locked_notice(notice)
    refuse_unless_in(current, state)
    refuse_bound((entry.application for entry in current.entries.select_related("application")), by)
    return current


def refuse_unless_in(notice: PublicNotice, state: NoticeState) -> None:
    if notice.state != state:
        message = _("The notice is now “%(state)s”: this is not possible any more.")
        raise MoveRefused(message % {"state": notice.get_state_display()}, code="state")


def _refuse_unless_editor(by: User) -> None:
    if not by.has_perm("subsidies.edit_notice"):
        raise PermissionDenied
