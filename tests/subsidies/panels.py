"""Calls, applications and registers of experts small enough to know every panel by heart."""

from typing import Any

from accounts.enums import PersonKind
from accounts.models import User
from bases.models import Industry
from subsidies import drawing
from subsidies.enums import ExpertKind, Seat, State
from subsidies.models import Application, Assignment, Call, Draw, Expert
from tests.factories_decision import ExpertFactory, staff
from tests.factories_subsidies import SMALL_CONTENT, ApplicationFactory, CallFactory

PANEL: dict[str, Any] = {"size": 3, "reserves": 2, "least": {"technical": 1, "finance": 1}}
TECHNICAL, FINANCE, INDUSTRY = ExpertKind.TECHNICAL, ExpertKind.FINANCE, ExpertKind.INDUSTRY


def call_with(panel: dict[str, Any] | None = None, **content: Any) -> Call:
    call: Call = CallFactory(content={**SMALL_CONTENT, "panel": PANEL if panel is None else panel, **content})
    return call


def checked(call: Call, count: int = 1, **fields: Any) -> list[Application]:
    return [ApplicationFactory(call=call, state=State.CHECKED, **fields) for _ in range(count)]


def experts(*kinds: str, fields: list[Industry] | None = None, **given: Any) -> list[Expert]:
    made = [ExpertFactory(kind=kind, **given) for kind in kinds]
    for expert in made:
        expert.fields.set(fields or [])
    return made


def clerk() -> User:
    return staff(PersonKind.BUREAU_CLERK)


def head() -> User:
    return staff(PersonKind.SECTION_HEAD)


def confirmed(*applications: Application) -> Draw:
    """Drawn by a clerk, confirmed by a section head."""
    return drawing.confirm(drawing.draw(applications[0].call, applications, by=clerk()), by=head())


def members(application: Application) -> list[Assignment]:
    return list(application.assignments.filter(seat=Seat.MEMBER).order_by("position", "pk"))


def reserves(application: Application) -> list[Assignment]:
    return list(application.assignments.filter(seat=Seat.RESERVE).order_by("position", "pk"))
