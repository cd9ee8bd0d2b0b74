"""What may stand in the way of support once only, and of trust: the cross-checks find hits, a person judges them.

They refuse nothing by themselves; an open hit, an obstacle or a waiver that has ended only keeps the form check from
being passed. What is compared stands in subsidies.hits.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common import journal
from common.calendar import shanghai_today
from subsidies import permissions
from subsidies.enums import IN_THE_WAY, Judgement, State
from subsidies.hits import CHECKS, Found, keep_keys
from subsidies.models import Application, CrossCheckHit
from subsidies.workflow import MoveRefused, given, locked

BEING_CHECKED = (State.FORM_CHECK, State.CORRECTION)


# ---------------------------------------------------------------- running
@transaction.atomic
def run(application: Application) -> list[CrossCheckHit]:
    """At acceptance, after each resubmission and as a check begins; what is not found any more stands in no way.

    Of two that run at once neither finds the other: the later check to begin does.
    """
    keep_keys(application)
    found = {_identity(each): each for check in CHECKS for each in check(application)}
    stored = {(hit.kind, hit.key, hit.other_id): hit for hit in application.hits.all()}
    with journal.acting(action="cross_check"):
        for row, each in _in_one_order(application, found.values()):
            hit = stored.get(_identity(each)) if row is application else None
            _keep(row, hit, each, is_own=row is application)
        for identity, hit in stored.items():
            if identity not in found:
                _set_facts(hit, {**hit.facts, "is_gone": True})
    return list(application.hits.all())


def _identity(found: Found) -> tuple[str, str, int | None]:
    return found.kind, found.key, found.other.pk if found.other else None


def _in_one_order(application: Application, found: Iterable[Found]) -> list[tuple[Application, Found]]:
    """Hits of this application, and of others that are still being checked, so that neither clerk misses them.

    In the order in which every run writes: of two that find each other at once one waits for the other.
    """
    own = [(application, each) for each in found]
    told = [
        (each.other, Found(each.kind, each.key, _seen_from_the_other(application, each.facts), application))
        for _row, each in own
        if each.other and each.other.state in BEING_CHECKED
    ]
    return sorted([*own, *told], key=lambda row: (row[1].kind, row[1].key, row[0].pk))


def _keep(row: Application, hit: CrossCheckHit | None, found: Found, *, is_own: bool) -> None:
    is_new = False
    if hit is None:
        hit, is_new = CrossCheckHit.objects.get_or_create(
            application=row, kind=found.kind, key=found.key, other=found.other, defaults={"facts": found.facts}
        )
    if is_own and not is_new:
        _set_facts(hit, found.facts)


def _set_facts(hit: CrossCheckHit, facts: dict[str, Any]) -> None:
    if hit.facts != facts:
        hit.facts = facts
        hit.save()


def _seen_from_the_other(application: Application, facts: dict[str, Any]) -> dict[str, Any]:
    if "there" in facts:
        return {"here": facts["there"], "there": facts["here"]}
    return {"name": application.project_name}


# ---------------------------------------------------------------- judging
def blocking(application: Application) -> list[CrossCheckHit]:
    """The hits that keep the form check from being passed today; one query."""
    return [hit for hit in application.hits.select_related("other") if is_blocking(hit)]


def is_blocking(hit: CrossCheckHit) -> bool:
    """Not what was corrected, nor an application that has been withdrawn or refused meanwhile."""
    if hit.facts.get("is_gone") or hit.judgement == Judgement.HARMLESS:
        return False
    if hit.other and hit.other.state not in IN_THE_WAY:
        return False
    return not (hit.judgement == Judgement.WAIVED and hit.waiver_ends_on and hit.waiver_ends_on >= shanghai_today())


@transaction.atomic
def judge(hit: CrossCheckHit, *, by: User, judgement: str, reason: str) -> CrossCheckHit:
    """Harmless or an obstacle; a judgement may be changed while the application is checked."""
    application = locked(hit.application)
    if not permissions.can_judge(by, application):
        raise PermissionDenied
    if judgement not in (Judgement.HARMLESS, Judgement.CONFIRMED):
        raise MoveRefused(_("Choose whether this stands in the way."))
    return _judged(hit, application, by, judgement=judgement, reason=given(reason), waiver_ends_on=None)


@transaction.atomic
def waive(hit: CrossCheckHit, *, by: User, reason: str, ends_on: date) -> CrossCheckHit:
    """Until `ends_on`, the day itself included; by another person than the one who judged or checks."""
    application = locked(hit.application)
    if not permissions.can_waive(by, application):
        raise PermissionDenied
    if ends_on < shanghai_today():
        raise MoveRefused(_("A waiver ends today at the earliest."))
    if hit.judged_by_id == by.pk or application.checks.filter(checked_by=by, confirmed_at=None).exists():
        raise MoveRefused(_("You judged or check this application yourself: another person approves the waiver."))
    return _judged(hit, application, by, judgement=Judgement.WAIVED, reason=given(reason), waiver_ends_on=ends_on)


def _judged(hit: CrossCheckHit, application: Application, by: User, **values: Any) -> CrossCheckHit:
    if application.state not in BEING_CHECKED:
        raise MoveRefused(_("Hits are judged while the application is being checked."), code="state")
    current: CrossCheckHit = CrossCheckHit.objects.get(pk=hit.pk)
    for name, value in values.items():
        setattr(current, name, value)
    current.judged_by, current.judged_at = by, timezone.now()
    current.validate_constraints()
    with journal.acting(by=by, action="judge", reason=values["reason"]):
        current.save()
    return current
