"""Taking an application back before the decision, and beginning again from an old one."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.file_kinds import kind_of_media_type
from common.models import StoredFile
from common.models.files import ScanState
from subsidies.attachments import attach, rules_of
from subsidies.content import STAMPED_FORM, Material
from subsidies.drafting import start
from subsidies.enums import Action
from subsidies.meetings import drop_withdrawn, locked_meeting_of
from subsidies.models import Application, ApplicationFile, Call
from subsidies.workflow import MoveRefused, given, move


class StartedAgain(NamedTuple):
    """The new draft, and what of the old one it could not take over, by the names people know."""

    application: Application
    dropped_fields: list[str]
    dropped_files: list[str]


@transaction.atomic
def withdraw(application: Application, by: User, reason: str) -> Application:
    """MoveRefused without a reason, or once it has ended; PermissionDenied for whoever does not lead it."""
    meeting = locked_meeting_of(application)
    moved = move(application, Action.WITHDRAW, by=by, reason=given(reason))
    drop_withdrawn(moved, meeting=meeting, by=by)
    return moved


@transaction.atomic
def start_again(old: Application, by: User, call: Call | None = None) -> StartedAgain:
    """A draft under the newest version of the same call, or of the scheme's call that is open now, or of `call`.

    Answers are copied, files put to it by reference: their bytes are kept once. Refusals as of drafting.start().
    """
    new = start(
        call or call_for(old),
        old.organisation,
        by,
        project=old.project,
        project_name=old.project_name,
        answers=old.data,
    )
    new.started_from = old
    with journal.acting(by=by, action="start_again"):
        new.save(update_fields=["started_from"])
    return StartedAgain(new, _dropped_fields(old, new), _take_over_files(old, new, by))


def call_for(old: Application) -> Call:
    """MoveRefused with code "closed" when nothing of the scheme is open. At most two queries."""
    now = timezone.now()
    if old.call.is_open_at(now):
        return old.call
    open_now: Call | None = Call.objects.open_at(now).filter(scheme=old.call.scheme_id).order_by("-opens_at").first()
    if open_now is None:
        message = _("No call for this support is open now. When one opens, start again from here.")
        raise MoveRefused(message, code="closed")
    return open_now


def _dropped_fields(old: Application, new: Application) -> list[str]:
    asked = {field.id: field.label for field in old.call_version.parsed.fields()}
    return [
        asked.get(name, name)
        for name, value in old.data.items()
        if value not in (None, "", []) and name not in new.data
    ]


def _take_over_files(old: Application, new: Application, by: User) -> list[str]:
    """The names of those the new form does not take, and of the stamped form: what it says is of the old answers."""
    dropped = []
    for row in old.files.in_force().select_related("file").order_by("id"):
        material = new.call_version.parsed.material(row.material)
        is_wanted = material is not None and material.code != STAMPED_FORM and _fits(row.file, material)
        if not (is_wanted and _attached(new, row, by)):
            dropped.append(row.file.name)
    return dropped


def _fits(stored: StoredFile, material: Material) -> bool:
    rules, kind = rules_of(material), kind_of_media_type(stored.media_type)
    is_short = not rules.most_pages or (stored.pages or 0) <= rules.most_pages
    is_of_kind = kind is not None and kind.code in rules.formats
    return is_of_kind and is_short and stored.size <= rules.largest_bytes and stored.scan_state != ScanState.INFECTED


def _attached(new: Application, row: ApplicationFile, by: User) -> bool:
    try:
        attach(new, row.material, row.file, by)
    except ValidationError:  # one file too many, or the unit's that recommends
        return False
    return True
