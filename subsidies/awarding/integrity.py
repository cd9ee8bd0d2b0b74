"""The integrity list, consulted again at the award and at the payment; a person may let an entry pass."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies import cross_checks, hits, permissions
from subsidies.enums import AWARDING, HitKind, Judgement
from subsidies.models import Application, CrossCheckHit
from subsidies.workflow import MoveRefused, given, locked


def listings(application: Application) -> list[hits.Found]:
    """Entries in force that name the firm and that nobody has let pass; two queries."""
    found = list(hits.integrity(application))
    if not found:
        return []
    rows = application.hits.filter(kind=HitKind.INTEGRITY, key__in=[each.key for each in found])
    let_pass = {hit.key for hit in rows.select_related("other") if not cross_checks.is_blocking(hit)}
    return [each for each in found if each.key not in let_pass]


def refuse_listed(application: Application) -> None:
    """MoveRefused with code "integrity" while the firm stands on the list."""
    if found := listings(application):
        message = _(
            "%(firm)s stands on the integrity list (%(basis)s). A section head looks into it and, where it is no "
            "obstacle, lets it pass with a reason; until then nothing is awarded or paid."
        )
        words = {"firm": application.organisation.name_zh, "basis": found[0].facts["basis"]}
        raise MoveRefused(message % words, code="integrity")


@transaction.atomic
def let_pass(application: Application, key: str, *, by: User, reason: str, ends_on: date) -> CrossCheckHit:
    """Until `ends_on`, the day itself included: another firm of that name, or an entry that is no obstacle here."""
    current = locked(application)
    if not permissions.can_waive(by, current):
        raise PermissionDenied
    if current.state not in AWARDING:
        raise MoveRefused(_("An entry is let pass between the public notice and the payment."), code="state")
    if ends_on < shanghai_today():
        raise MoveRefused(_("A waiver ends today at the earliest."))
    entry = next((each for each in listings(current) if each.key == key), None)
    if entry is None:
        raise MoveRefused(_("This entry is not in force any more, or has been let pass already."), code="state")
    if current.award_entries.filter(dropped_at=None, document__prepared_by=by).exists():
        raise MoveRefused(
            _("You prepared the award document yourself: another person lets the entry pass."), code="person"
        )
    hit = current.hits.filter(kind=HitKind.INTEGRITY, key=key).first()
    hit = hit or CrossCheckHit(application=current, kind=HitKind.INTEGRITY, key=key)
    hit.facts, hit.judgement, hit.reason = entry.facts, Judgement.WAIVED, given(reason)
    hit.waiver_ends_on, hit.judged_by, hit.judged_at = ends_on, by, timezone.now()
    hit.validate_constraints()
    with journal.acting(by=by, action="let_pass", reason=hit.reason):
        hit.save()
    return hit
