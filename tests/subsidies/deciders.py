"""The people of a collective decision, and applications on their way through it by the verbs."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies import deciding, meetings
from subsidies.enums import MeetingKind, State, Verdict
from subsidies.meetings import Member
from subsidies.models import Application, Call, Decision, Meeting
from tests.factories_decision import AMOUNT, budget_for, staff
from tests.factories_subsidies import ApplicationFactory, CallFactory, put

ROUTE = "十个工作日内向市科技局提出"
MINUTES = "郴科纪要〔2026〕3号"
MEMBERS = (Member("王局长", "局长", is_chair=True), Member("李副局长", "副局长"), Member("张组长", "纪检组长"))


class Bureau(NamedTuple):
    """A clerk who writes the minutes, a head who puts applications before the meeting, a leader who releases."""

    secretary: User
    head: User
    leader: User


def bureau() -> Bureau:
    return Bureau(staff(PersonKind.BUREAU_CLERK), staff(PersonKind.SECTION_HEAD), staff(PersonKind.BUREAU_LEADER))


def funded_call(awards: int = 10, **fields: Any) -> Call:
    call: Call = CallFactory(**fields)
    budget_for(call, AMOUNT * awards)
    return call


def reviewed(call: Call, score: str | None = "80.00", **fields: Any) -> Application:
    """Reviewed by experts with this total."""
    application: Application = ApplicationFactory(call=call, state=State.REVIEWED, **fields)
    put(application, score=score)
    application.refresh_from_db()
    return application


def held(call: Call, by: User, **fields: Any) -> Meeting:
    given = {"kind": MeetingKind.PARTY_GROUP, "held_on": shanghai_today(), "members": MEMBERS, **fields}
    return meetings.create(call, by=by, **given)


def agenda(people: Bureau, call: Call, *scores: str) -> tuple[Meeting, list[Decision]]:
    """A meeting with an application of each total on its agenda, in the order of the agenda."""
    meeting = held(call, people.secretary)
    return meeting, added(people, meeting, *scores)


def added(people: Bureau, meeting: Meeting, *scores: str) -> list[Decision]:
    """The whole agenda, in its order, with an application of each total added to it."""
    for score in scores:
        meetings.propose(reviewed(meeting.call, score), meeting=meeting, by=people.head)
    return list(meetings.on_agenda(meeting))


class OnAgenda(NamedTuple):
    """What many modules begin with: a meeting with one application on its agenda."""

    people: Bureau
    call: Call
    meeting: Meeting
    decision: Decision


def on_agenda(awards: int = 10) -> OnAgenda:
    """With money for so many awards."""
    people, call = bureau(), funded_call(awards)
    meeting, (decision,) = agenda(people, call, "80.00")
    return OnAgenda(people, call, meeting, decision)


class TurnedDown(NamedTuple):
    people: Bureau
    application: Application


def turned_down() -> TurnedDown:
    people = bureau()
    return TurnedDown(people, decided(people, funded_call(), "reject"))


def recorded(decision: Decision, by: User, verdict: str = Verdict.APPROVE, **fields: Any) -> Decision:
    told = {
        Verdict.APPROVE: {},
        Verdict.REJECT: {"reason": "投入未达到要求", "appeal_route": ROUTE},
        Verdict.DEFER: {"reason": "本年预算不足", "deferral": "budget", "appeal_route": ROUTE},
    }[Verdict(verdict)]
    return deciding.stage(decision, by=by, verdict=verdict, **{**told, **fields})


def released(people: Bureau, meeting: Meeting) -> Meeting:
    return deciding.release(meeting, by=people.leader, minutes_number=MINUTES)


def decided(people: Bureau, call: Call, verdict: str, **fields: Any) -> Application:
    """Through a meeting of its own to the release of this decision."""
    meeting, (decision,) = agenda(people, call, "80.00")
    recorded(decision, people.secretary, verdict, **fields)
    released(people, meeting)
    return Application.objects.get(pk=decision.application_id)


def day(text: str) -> date:
    return date.fromisoformat(text)


def yuan(millions: str) -> Decimal:
    return Decimal(millions) * 1_000_000
