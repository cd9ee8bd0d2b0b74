"""An objection from the public: by a unit under its stamp or a person by real name, with evidence, in time.

Without a name it is a lead, which is kept and not answered. Nothing that is journalled names who objected.
"""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from common import journal
from common.calendar import shanghai_day
from common.file_checks import MEGABYTE, FileRules
from common.files import Written, all_written, keep
from common.texts import clean_text
from subsidies.enums import NoticeState, ObjectionKind, ObjectionState
from subsidies.models import NoticeEntry, Objection, ObjectionFile
from subsidies.numbering import moment_of_transaction
from subsidies.publicity.clearing import is_in_time
from subsidies.publicity.codes import code_of, digest_of
from subsidies.publicity.days import term_of_answer
from subsidies.publicity.reading import locked_notice
from subsidies.publicity.telling import tell_of_objection
from subsidies.workflow import MoveRefused, given

RULES = FileRules(formats=("pdf", "jpg", "png"), largest_bytes=10 * MEGABYTE)
MOST_FILES = 5
LONGEST_GROUNDS = 4000


class Objector(NamedTuple):
    """`contact` is a telephone or an address; where `email` is given, the answer goes there."""

    kind: str
    name: str = ""
    contact: str = ""
    email: str = ""


class Received(NamedTuple):
    objection: Objection
    code: str


def object_to(
    entry: NoticeEntry, objector: Objector, *, text: str, letter: Any = None, evidence: Sequence[Any] = ()
) -> Received:
    """MoveRefused with code "late" after the last day of the notice; ValidationError for a file that is not taken."""
    _refuse_nameless(objector)
    _refuse_without_proof(objector, letter, evidence)
    told = given(text, LONGEST_GROUNDS)
    with all_written([each for each in (letter, *evidence) if each is not None], RULES) as written:
        return _received(entry, objector, told, written, has_letter=letter is not None)


@transaction.atomic
def _received(
    entry: NoticeEntry, objector: Objector, text: str, written: list[Written], *, has_letter: bool
) -> Received:
    notice = locked_notice(entry.notice)
    current = notice.entries.select_for_update(of=("self",)).select_related("application").get(pk=entry.pk)
    if not is_in_time(notice) or current.cleared_at or current.removed_at:
        raise MoveRefused(
            _("The days of this notice are over, so an objection cannot be accepted. You can leave a lead instead."),
            code="late",
        )
    received_at = moment_of_transaction()
    facts: dict[str, Any] = {
        "received_at": received_at,
        "due_on": term_of_answer(notice.call, shanghai_day(received_at)),
    }
    facts |= {"name": given(objector.name, 200), "contact": given(objector.contact, 200), "email": objector.email}
    made = _made(current, objector.kind, text, ObjectionState.OPEN, **facts)
    with journal.unnamed("public"):
        for position, file in enumerate(written):
            is_letter = has_letter and position == 0
            ObjectionFile.objects.create(objection=made, file=keep(file, None), is_letter=is_letter)
    tell_of_objection(made)
    return Received(made, code_of(made.key))


@transaction.atomic
def leave_lead(entry: NoticeEntry, *, text: str) -> Received:
    """Kept for the discipline office and whoever handles objections; it holds nothing up and gets no answer."""
    if entry.notice.state not in (NoticeState.PUBLISHED, NoticeState.CONCLUDED):
        raise MoveRefused(_("This notice takes neither objections nor leads any more."), code="state")
    made = _made(entry, ObjectionKind.LEAD, given(text, LONGEST_GROUNDS), ObjectionState.KEPT)
    return Received(made, code_of(made.key))


def _made(entry: NoticeEntry, kind: str, text: str, state: str, **facts: Any) -> Objection:
    key = uuid.uuid4()
    with journal.unnamed("public"):
        made: Objection = Objection.objects.create(
            key=key,
            code_digest=digest_of(code_of(key)),
            notice=entry.notice,
            entry=entry,
            kind=kind,
            state=state,
            text=text,
            **facts,
        )
    return made


def _refuse_nameless(objector: Objector) -> None:
    if objector.kind not in (ObjectionKind.UNIT, ObjectionKind.PERSON):
        raise MoveRefused(_("Say whether a unit objects, or a person."))
    if not clean_text(objector.name).strip() or not clean_text(objector.contact).strip():
        raise MoveRefused(_("An objection bears a name and a contact. Without them it can be left as a lead."))


def _refuse_without_proof(objector: Objector, letter: Any, evidence: Sequence[Any]) -> None:
    if objector.kind == ObjectionKind.UNIT and letter is None:
        raise MoveRefused(_("A unit objects by a letter under its stamp: attach it."))
    if objector.kind == ObjectionKind.PERSON and not evidence:
        raise MoveRefused(_("Attach what proves the objection."))
    if len(evidence) > MOST_FILES:
        raise MoveRefused(_("At most %(most)d files of evidence can be attached.") % {"most": MOST_FILES})
