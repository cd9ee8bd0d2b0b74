"""The bureau takes an application that waits for its recommendation to another unit."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import RECOMMENDING_KINDS
from accounts.models import Organisation, User
from common import journal
from subsidies.audiences import people_at
from subsidies.enums import Action
from subsidies.models import Application, Recommendation, Redirection
from subsidies.recommending import is_over, quota
from subsidies.workflow import MoveRefused, given, locked, move, refuse_unless_possible


@transaction.atomic
def redirect(application: Application, *, by: User, unit: Organisation, reason: str) -> Application:
    """The unit's time begins anew; what the old unit had prepared is set aside, and old unit, new unit, firm are told.

    Never to a unit that could only decline. MoveRefused with code "state", "unit", "late", "quota" or "people".
    """
    _lock(unit)
    current = locked(application)
    refuse_unless_possible(current, Action.REDIRECT, by)
    told = given(reason)
    _refuse_unfit(current, unit, by)
    _refuse_dead_end(current, unit)
    _set_aside(current, by, told)
    old = current.recommender
    assert old is not None, "the database holds it"
    Redirection.objects.create(application=current, version=current.version + 1, from_unit=old, to_unit=unit)
    return move(current, Action.REDIRECT, by=by, reason=told, recommender=unit)


def possible_units(application: Application) -> list[Organisation]:
    """Whoever may recommend but the one it waits at; the firm's own comes first. One query."""
    rows = Organisation.objects.filter(kind__in=RECOMMENDING_KINDS)
    rows = rows.exclude(pk__in=[application.recommender_id, application.organisation_id])
    own = application.organisation.recommender_id
    return sorted(rows, key=lambda unit: (unit.pk != own, unit.name_zh))


def _set_aside(application: Application, by: User, reason: str) -> None:
    opinion: Recommendation | None = application.recommendations.open().first()
    if opinion is None:
        return
    opinion.set_aside_at = timezone.now()
    with journal.acting(by=by, action="set_aside", reason=reason):
        opinion.save(update_fields=["set_aside_at"])


def _lock(unit: Organisation) -> None:
    """Before the application, as in recommending, so that its quota stays as it is read."""
    units: Any = Organisation.objects.select_for_update(no_key=True, of=("self",))
    list(units.filter(pk=unit.pk))


def _refuse_unfit(application: Application, unit: Organisation, by: User) -> None:
    if unit.pk == application.recommender_id:
        raise MoveRefused(_("It waits at %(unit)s already: choose another unit.") % {"unit": unit}, code="unit")
    if unit.kind not in RECOMMENDING_KINDS or unit.pk == application.organisation_id:
        raise MoveRefused(_("Choose a county bureau, a park committee or a university."), code="unit")
    if unit.pk in by.offices():
        raise MoveRefused(_("You work in that unit yourself: another section head redirects to it."), code="unit")


def _refuse_dead_end(application: Application, unit: Organisation) -> None:
    call = application.call
    if is_over(call):
        raise MoveRefused(
            _(
                "The period for recommendations is over: another unit could only decline. Extend it in the call first; "
                "it then holds for all units."
            ),
            code="late",
        )
    if quota(call, unit).left == 0:
        raise MoveRefused(
            _(
                "%(unit)s has recommended as many applications as this call allows (%(most)d) and could only decline "
                "this one. Choose another unit, or raise the number in the call first; it then holds for all units."
            )
            % {"unit": unit, "most": call.quota_per_recommender},
            code="quota",
        )
    if not people_at(unit.pk, application).exists():
        raise MoveRefused(
            _("Nobody at %(unit)s can prepare or decide a recommendation yet: it would wait there unseen.")
            % {"unit": unit},
            code="people",
        )
