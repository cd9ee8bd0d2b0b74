"""An award is taken back while nothing of it is paid; what was paid is recovered instead."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal, versions
from common.calendar import shanghai_today
from subsidies import budgets, permissions
from subsidies.enums import LIVE_PAYMENTS, Action
from subsidies.models import Application, Award
from subsidies.workflow import MoveRefused, given, locked, move, refuse_unless_in


@versions.at_the_end()
def revoke(application: Application, *, by: User, reason: str) -> Application:
    """By a leader; the money is left again, and the project may be awarded another time."""
    current = locked(application)
    if not permissions.can_issue_award(by, current):
        raise PermissionDenied
    refuse_unless_in(current, Action.REVOKE)
    award = Award.objects.select_for_update(of=("self",)).get(application=current)
    if award.payments.filter(state__in=LIVE_PAYMENTS).exists():
        raise MoveRefused(
            _("A payment of this award is under way or paid: it is cancelled first, or the money is recovered."),
            code="paid",
        )
    told = given(reason)
    award.revoked_on = shanghai_today()
    with journal.acting(by=by, action="revoke", reason=told):
        award.save()
    budgets.release(current, by=by, note=award.document_number)
    return move(current, Action.REVOKE, by=by, reason=told)
