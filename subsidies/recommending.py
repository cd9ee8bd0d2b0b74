"""The recommending unit: an officer prepares the opinion, a leader who is another person decides."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from common import journal
from common.models import StoredFile
from subsidies import permissions
from subsidies.content import BY_RECOMMENDER
from subsidies.enums import Action, Opinion, State
from subsidies.models import Application, Call, Recommendation
from subsidies.notices import tell_of_prepared_opinion
from subsidies.numbering import moment_of_transaction
from subsidies.workflow import (
    LONGEST_REASON,
    MoveRefused,
    given,
    locked,
    move,
    refuse_unless_in,
    refuse_unless_possible,
)

LONGEST_OPINION = 2000


class Quota(NamedTuple):
    used: int
    most: int | None  # None for no limit

    @property
    def left(self) -> int | None:
        return None if self.most is None else max(self.most - self.used, 0)


# ---------------------------------------------------------------- preparing
@transaction.atomic
def prepare(
    application: Application,
    *,
    by: User,
    opinion: str,
    text: str,
    letter: StoredFile | None = None,
    appeal_route: str = "",
) -> Recommendation:
    """Write down or change the opinion that a leader will decide on; the letter stays until another is given."""
    current = locked(application)
    if not permissions.is_recommender(by, current):
        raise PermissionDenied
    refuse_unless_in(current, Action.RECOMMEND)
    if opinion not in Opinion.values:
        raise MoveRefused(_("Choose the opinion."))
    prepared = prepared_opinion(current) or Recommendation(application=current)
    prepared.unit_id = current.recommender_id  # type: ignore[assignment]
    is_decline = opinion == Opinion.DECLINE
    prepared.opinion, prepared.text = opinion, given(text, LONGEST_REASON if is_decline else LONGEST_OPINION)
    prepared.letter = letter or prepared.letter
    prepared.appeal_route = _route(appeal_route) if is_decline else ""
    prepared.prepared_by = by
    with journal.acting(by=by, action="prepare"):
        prepared.save()
    tell_of_prepared_opinion(prepared)
    return prepared


def _route(appeal_route: str) -> str:
    if not appeal_route.strip():
        raise MoveRefused(_("Say where the applicant can object: office, address, period."))
    return given(appeal_route)


def prepared_opinion(application: Application) -> Recommendation | None:
    return application.recommendations.open().select_related("prepared_by", "letter").first()


def needs_letter(application: Application) -> bool:
    return any(material.must == BY_RECOMMENDER for material in application.call_version.parsed.materials)


# ---------------------------------------------------------------- deciding
@transaction.atomic
def recommend(application: Application, *, by: User) -> Application:
    """Within the unit's own deadline and its quota, which a lock on the unit holds against a second leader."""
    _lock_unit(application)
    current, prepared = _decidable(application, Action.RECOMMEND, by)
    if needs_letter(current) and prepared.letter is None:
        raise MoveRefused(_("The letter of recommendation is missing: have it added to the prepared opinion."))
    _refuse_late(current.call)
    _refuse_over_quota(current)
    _decide(prepared, by)
    return move(current, Action.RECOMMEND, by=by)


@transaction.atomic
def decline(application: Application, *, by: User) -> Application:
    """For the reason and with the route of appeal of the prepared opinion; the applicant reads both."""
    current, prepared = _decidable(application, Action.DECLINE, by)
    _decide(prepared, by)
    return move(current, Action.DECLINE, by=by, reason=prepared.text)


@transaction.atomic
def return_to_applicant(application: Application, *, by: User, reason: str) -> Application:
    """To be mended and signed again, which only helps while the call is open."""
    current = locked(application)
    refuse_unless_possible(current, Action.RETURN, by)
    told = given(reason)
    if not current.call.is_open_at(moment_of_transaction()):
        raise MoveRefused(
            _("The call has closed: the applicant could not submit again. Recommend or decline, or ask the bureau.")
        )
    prepared = prepared_opinion(current)
    if prepared:  # it was about what will be written anew
        with journal.acting(by=by, action=Action.RETURN, reason=told):
            prepared.delete()
    return move(current, Action.RETURN, by=by, reason=told)


def quota(call: Call, unit: Organisation) -> Quota:
    """One query. What was withdrawn afterwards gives its place back."""
    return Quota(_counted(call).filter(unit=unit).count(), call.quota_per_recommender)


def used_by_unit(call: Call) -> dict[int, int]:
    """How many each unit has recommended, as quota() counts them. One query."""
    rows = _counted(call).order_by().values_list("unit").annotate(used=Count("pk"))
    return dict(rows)


def _counted(call: Call) -> QuerySet[Recommendation]:
    rows: QuerySet[Recommendation] = Recommendation.objects.filter(
        opinion=Opinion.RECOMMEND, decided_at__isnull=False, application__call=call
    )
    return rows.exclude(application__state=State.WITHDRAWN)


def _decidable(application: Application, action: Action, by: User) -> tuple[Application, Recommendation]:
    current = locked(application)
    refuse_unless_possible(current, action, by)
    prepared = prepared_opinion(current)
    if prepared is None:
        raise MoveRefused(_("No opinion is prepared yet: an officer of the unit writes it, then a leader decides."))
    if prepared.prepared_by_id == by.pk:
        raise MoveRefused(_("You prepared this opinion yourself: another leader decides."))
    if prepared.opinion != action.value:
        raise MoveRefused(
            _("The prepared opinion is “%(opinion)s”. If you see it otherwise, have it prepared anew.")
            % {"opinion": Opinion(prepared.opinion).label}
        )
    return current, prepared


def _decide(prepared: Recommendation, by: User) -> None:
    """Before the move, which the database lets nobody make without it."""
    prepared.decided_by, prepared.decided_at = by, timezone.now()
    prepared.validate_constraints()
    with journal.acting(by=by, action="decide"):
        prepared.save()


def _lock_unit(application: Application) -> None:
    """Before the application, always in this order; without the strength that would hold up references to it."""
    units: Any = Organisation.objects.select_for_update(no_key=True, of=("self",))
    list(units.filter(applications_to_recommend=application.pk))


def is_over(call: Call) -> bool:
    """The units' own period; half-open, by the clock of the database."""
    return call.recommend_closes_at is None or moment_of_transaction() >= call.recommend_closes_at


def _refuse_late(call: Call) -> None:
    if is_over(call):
        raise MoveRefused(
            _("The period for recommendations is over. The bureau alone can extend it for all units."), code="late"
        )


def _refuse_over_quota(application: Application) -> None:
    call, unit = application.call, application.recommender
    if unit and quota(call, unit).left == 0:
        raise MoveRefused(
            _("Your unit has recommended as many applications as this call allows: %(most)d.")
            % {"most": call.quota_per_recommender},
            code="quota",
        )


# ---------------------------------------------------------------- summary table
def summary_columns() -> list[str]:
    return [
        _("No."),
        _("number"),
        _("applicant"),
        _("unified social credit code"),
        _("registered in"),
        _("name of the project"),
        _("submitted at"),
        _("opinion"),
        _("reasons"),
        _("decided at"),
    ]


def summary_rows(unit: Organisation, call: Call) -> Iterator[list[Any]]:
    """汇总表: what the unit has recommended under a call, in the order of its decisions; one query."""
    for number, row in enumerate(_recommended(unit, call), start=1):
        of = row.application
        firm = of.organisation
        place = str(firm.registered_division or "")
        told = [of.number, str(firm), firm.credit_code, place, of.project_name, of.first_submitted_at]
        yield [number, *told, row.get_opinion_display(), row.text, row.decided_at]


def _recommended(unit: Organisation, call: Call) -> QuerySet[Recommendation]:
    rows = _counted(call).filter(unit=unit)
    return rows.select_related("application__organisation__registered_division").order_by("decided_at", "pk")
