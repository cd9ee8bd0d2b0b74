"""An application under expert review, and the people who review it."""

from typing import Any

from accounts.models import User
from subsidies import reviewing
from subsidies.enums import State
from subsidies.models import Application, Assignment, ScoreSheet, Submission
from subsidies.snapshots import digest_of, snapshot_of
from tests.factories_decision import seat
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory, put

OPINION = "同意"


def under_review(members: int = 1, panel: dict[str, Any] | None = None, **fields: Any) -> Application:
    """Signed, with as many members as sheets are needed; `panel` is that of the call."""
    call = fields.pop("call", None) or CallFactory(content={**SMALL_CONTENT, "panel": panel or {}})
    application: Application = ApplicationFactory(call=call, state=State.REVIEW, **fields)
    signed_by_the_firm(application)
    for _number in range(members):
        seat(application)
    put(application, sheets_needed=members)
    application.refresh_from_db()
    return application


def signed_by_the_firm(application: Application, **fields: Any) -> Submission:
    given = {"round": 0, "snapshot": snapshot_of(application), "signed_by": application.started_by, **fields}
    signed: Submission = Submission.objects.create(
        application=application,
        digest=digest_of(given["snapshot"]),
        receipt_code=f"R{given['round']}{application.pk:018d}",
        **given,
    )
    return signed


def seats(application: Application) -> list[Assignment]:
    return list(application.assignments.order_by("position"))


def expert_of(assignment: Assignment) -> User:
    return User.objects.get(pk=assignment.expert.user_id)


def kept(assignment: Assignment, points: str = "80", comment: str = "", opinion: str = OPINION) -> ScoreSheet:
    marks = {"S1": {"points": points, "comment": comment}}
    return reviewing.keep(assignment, by=expert_of(assignment), marks=marks, opinion=opinion)


def signs(assignment: Assignment, points: str = "80", **typed: str) -> ScoreSheet:
    kept(assignment, points, **typed)
    return reviewing.sign(assignment, by=expert_of(assignment))
