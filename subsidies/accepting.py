"""The bureau accepts a recommended application, or refuses it with a reason; then the cross-checks run."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common.texts import language_of_record
from subsidies import cross_checks
from subsidies.enums import Action, RefusalReason
from subsidies.models import Application
from subsidies.workflow import LONGEST_REASON, MoveRefused, given, locked, move, refuse_unless_possible


@transaction.atomic
def accept(application: Application, *, by: User) -> Application:
    current = _possible(application, Action.ACCEPT, by)
    accepted = move(current, Action.ACCEPT, by=by)
    cross_checks.run(accepted)
    return accepted


@transaction.atomic
def refuse(application: Application, *, by: User, code: str, text: str) -> Application:
    """The applicant reads why: the reason of the list, and the particulars."""
    current = _possible(application, Action.REFUSE, by)
    return move(current, Action.REFUSE, by=by, reason=_in_words(code, given(text, LONGEST_REASON - 60)))


def _possible(application: Application, action: Action, by: User) -> Application:
    current = locked(application)
    refuse_unless_possible(current, action, by)
    return current


def _in_words(code: str, text: str) -> str:
    if code not in RefusalReason.values:
        raise MoveRefused(_("Choose the reason from the list."))
    with language_of_record():
        return _("%(reason)s: %(text)s") % {"reason": RefusalReason(code).label, "text": text}
