"""A correction is done: whoever leads the application tells the administrators, who alone sign it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from common.models import Notice
from common.notices import tell
from subsidies import audiences
from subsidies.correcting import is_over, open_correction
from subsidies.enums import State
from subsidies.missing import missing_of
from subsidies.models import Application, Correction
from subsidies.notice_kinds.checking import CORRECTED_FOR_SIGNATURE
from subsidies.notices import address_of, facts_of
from subsidies.permissions import can_ask_to_sign
from subsidies.submitting import Incomplete
from subsidies.workflow import MoveRefused, locked


@transaction.atomic
def ask_to_sign(application: Application, *, by: User) -> int:
    """How many are told. Nobody is told twice before an answer or a file changes.

    Incomplete for what is missing; MoveRefused with code "state", "late", "nobody", or "told" where all know it
    already; PermissionDenied for whoever does not lead the application, or can sign it.
    """
    current = locked(application)
    if not can_ask_to_sign(by, current):
        raise PermissionDenied
    correction = open_correction(current)
    if current.state != State.CORRECTION or correction is None:
        raise MoveRefused(_("Nothing is to be corrected now."), code="state")
    if is_over(correction, shanghai_today()):
        raise MoveRefused(
            _("The time for the correction is over; ask the bureau by the hotline of the call."), code="late"
        )
    if missing := missing_of(current):
        raise Incomplete(missing)
    people = list(audiences.signatories(current))
    if not people:
        raise MoveRefused(_("The firm has no administrator who could sign."), code="nobody")
    facts = facts_of(current) | {"by": str(by), "due_on": correction.due_on}
    count = tell(people, CORRECTED_FOR_SIGNATURE, facts, address_of(current), _once(current, correction))
    if not count:
        raise MoveRefused(_("The administrators know it already, and nothing has changed since."), code="told")
    with journal.acting(by=by):
        journal.record("ask_to_sign", current, {})
    return count


def is_asked(application: Application, correction: Correction) -> bool:
    """As it stands now. Two queries."""
    return Notice.objects.filter(kind=CORRECTED_FOR_SIGNATURE.name, once=_once(application, correction)).exists()


def _once(application: Application, correction: Correction) -> str:
    """Another one after every change of an answer or a file."""
    files = application.files.order_by("pk").values_list("pk", "removed_at")
    last, in_force = max((key for key, _removed in files), default=0), sum(not removed for _key, removed in files)
    return f"{CORRECTED_FOR_SIGNATURE.name}:{correction.pk}:{application.version}:{last}:{in_force}"
