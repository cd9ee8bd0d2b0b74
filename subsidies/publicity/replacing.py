"""A notice that still runs is replaced when its list changes: a new one, with the full days, of what is left."""

import uuid

from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.texts import language_of_record
from subsidies.enums import Action, NoticeState
from subsidies.models import PublicNotice
from subsidies.publicity.reading import lock_listed, open_entries
from subsidies.publicity.telling import tell_of_replaced_notice
from subsidies.publicity.writing import add_entries, add_writers, writers_of
from subsidies.workflow import move

COPIED = ("call", "title_zh", "title_en", "text_zh", "text_en", "business_contact", "discipline_contact", "edited_by")


def replace(notice: PublicNotice, *, by: User) -> PublicNotice:
    """On the locked row, in the caller's transaction; the new notice is a draft, prefilled for its editor."""
    left = open_entries(notice)
    lock_listed(left)
    notice.state = NoticeState.REPLACED
    with language_of_record():
        notice.replaced_reason = _("The list has changed after an objection.")
    notice.version += 1
    with journal.acting(by=by, action="replace_notice"):
        notice.save()
    for entry in left:
        move(entry.application, Action.TAKE_DOWN, by=by, reason=notice.replaced_reason)
    with journal.acting(by=by, action="draft_notice"):
        facts = {name: getattr(notice, name) for name in COPIED}
        fresh: PublicNotice = PublicNotice.objects.create(slug=uuid.uuid4().hex, replaces=notice, **facts)
        add_entries(fresh, [entry.application for entry in left])
    add_writers(fresh, writers_of(notice))
    tell_of_replaced_notice(fresh)
    return fresh
