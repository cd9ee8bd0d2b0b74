"""Closing a case: every year is reported, nothing is open, and what it holds is sealed under one digest."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from subsidies.enums import Action, RecoveryState
from subsidies.follow_up.archive import digest_now, require_files
from subsidies.follow_up.site_checks import open_checks
from subsidies.models import Application, CaseSeal
from subsidies.models.follow_up import SETTLED
from subsidies.workflow import MoveRefused, locked, move, refuse_unless_possible


def obstacles(application: Application) -> list[str]:
    """What keeps it from being closed, in sentences; three queries."""
    found = []
    open_years = list(application.reports.exclude(state__in=SETTLED).values_list("year", flat=True))
    if open_years:
        years = ", ".join(map(str, open_years))
        found.append(_("Not accepted yet, the reports on %(years)s.") % {"years": years})
    if application.recoveries.filter(state=RecoveryState.PROPOSED).exists():
        found.append(_("A recovery is proposed and not decided."))
    if open_checks(application).exists():
        found.append(_("A site check is under way."))
    return found


@transaction.atomic
def close(application: Application, *, by: User) -> Application:
    """The digest of everything on record is kept with the case. PermissionDenied, MoveRefused."""
    current = locked(application)
    refuse_unless_possible(current, Action.CLOSE, by)
    if found := obstacles(current):
        raise MoveRefused(" ".join(found), code="open")
    require_files(current)
    seal = CaseSeal.objects.create(application=current, digest=digest_now(current), sealed_by=by)
    with journal.acting(by=by):
        journal.record("seal", current, {"digest": ["", seal.digest]})
    return move(current, Action.CLOSE, by=by)
