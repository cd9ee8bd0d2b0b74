"""What a move before the review needs before the database lets an application make it, and nothing more."""

from collections.abc import Callable
from typing import Any

from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from subsidies.enums import Opinion, Outcome, State
from subsidies.models import Application, Draw, FormCheck, Recommendation
from tests.factories_accounts import somebody


def recommended(
    application: Application,
    opinion: str = Opinion.RECOMMEND,
    *,
    prepared_by: User | None = None,
    decided_by: User | None = None,
) -> Recommendation:
    """The unit it waits at has decided; prepared by one person, decided by another."""
    row: Recommendation = Recommendation.objects.create(
        application=application,
        unit=application.recommender,
        opinion=opinion,
        text="属实",
        prepared_by=prepared_by or somebody(),
    )
    row.decided_by, row.decided_at = decided_by or somebody(), timezone.now()
    row.save()
    return row


def not_recommended(application: Application) -> Recommendation:
    return recommended(application, Opinion.DECLINE)


def checked(
    application: Application,
    proposal: str = Outcome.PASS,
    *,
    checked_by: User | None = None,
    confirmed_by: User | None = None,
    round_now: int | None = None,
) -> FormCheck:
    """The check of the latest submission, begun where nobody has, proposed by one person, confirmed by another."""
    if round_now is None:
        round_now = application.submissions.aggregate(latest=Max("round"))["latest"] or 0
    row: FormCheck | None = application.checks.filter(round=round_now).first()
    row = row or FormCheck.objects.create(application=application, round=round_now, checked_by=checked_by or somebody())
    row.proposal, row.proposed_at = proposal, timezone.now()
    row.confirmed_by, row.confirmed_at = confirmed_by or somebody(), timezone.now()
    row.save()
    return row


def failed(application: Application) -> FormCheck:
    return checked(application, Outcome.FAIL)


def drawn(application: Application) -> Draw:
    """A confirmed draw of an empty panel for it alone."""
    number = Application.objects.values_list("number", flat=True).get(pk=application.pk)
    panel = {"application": number, "members": [], "reserves": []}
    draw: Draw = Draw.objects.create(
        call=application.call,
        inputs={"version": 1, "experts": [], "applications": [{"number": number}]},
        inputs_digest="0" * 64,
        seed="0" * 64,
        result={"panels": [panel]},
        drawn_by=somebody(),
    )
    draw.confirmed_by, draw.confirmed_at = somebody(), timezone.now()
    draw.save()
    return draw


NEEDED: dict[tuple[str, str], Callable[[Application], Any]] = {
    (State.RECOMMENDATION, State.ACCEPTANCE): recommended,
    (State.RECOMMENDATION, State.NOT_RECOMMENDED): not_recommended,
    (State.FORM_CHECK, State.CHECKED): checked,
    (State.FORM_CHECK, State.FORM_REJECTED): failed,
    (State.CHECKED, State.REVIEW): drawn,
}


def prepare(application: Application, before: str, state: str) -> None:
    if needed := NEEDED.get((before, state)):
        needed(application)
