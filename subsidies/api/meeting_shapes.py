"""Meetings, their agenda and its budget line as plain values; see also subsidies/admin/meeting_page.py."""

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse

from accounts.models import User
from common.references import picked
from subsidies.api.shapes import NAMES
from subsidies.deciding import WhatIf
from subsidies.meetings import ranks_of
from subsidies.models import Budget, Decision, Meeting, MeetingMember, Recusal
from subsidies.sight import agenda_for, on_agenda_kept_from

Address = Callable[[str], str]


def meeting_row(meeting: Any, absolute: Address) -> dict[str, Any]:
    """No query; expects the call selected and the decisions on the agenda counted."""
    return {
        "id": meeting.pk,
        **picked(meeting, "kind", "held_on", "place"),
        "call": picked(meeting.call, *NAMES),
        "decisions": meeting.on_agenda,
        **picked(meeting, "minutes_number", "released_at"),
        "url": absolute(reverse("api:meeting_detail", args=[meeting.pk])),
        "decisions_url": absolute(reverse("api:meeting_decisions", args=[meeting.pk])),
    }


def meeting_whole(meeting: Any, budget: Budget | None, absolute: Address) -> dict[str, Any]:
    return {
        **meeting_row(meeting, absolute),
        "members": [_member(row) for row in meeting.members.all()],
        "budget": budget and budget_named(budget),
        "what_if_url": absolute(reverse("api:meeting_what_if", args=[meeting.pk])),
    }


def budget_named(budget: Budget) -> dict[str, Any]:
    return {"id": budget.pk, "year": budget.year, "scheme": picked(budget.scheme, *NAMES)}


def agenda(meeting: Meeting, user: User, absolute: Address) -> list[dict[str, Any]]:
    """As far as the person reads it, in its order; two queries."""
    rows = agenda_for(user, meeting).select_related("application__organisation")
    decisions = list(rows.defer("application__data"))
    out: dict[int, list[Recusal]] = {}
    for row in Recusal.objects.filter(decision__in=decisions).select_related("member"):
        out.setdefault(row.decision_id, []).append(row)
    ranks = ranks_of(decision.total for decision in decisions)
    return [
        {**_decision(decision, rank, out.get(decision.pk, []), absolute), "position": position}
        for position, (decision, rank) in enumerate(zip(decisions, ranks, strict=True), start=1)
    ]


def kept_away(meeting: Meeting, user: User) -> list[dict[str, Any]]:
    """One query."""
    rows = on_agenda_kept_from(user, meeting)
    return [picked(decision.application, "number", "project_name") for decision in rows]


def what_if_values(tried: WhatIf) -> dict[str, Any]:
    return {
        "free_yuan": tried.free,
        "reserved_yuan": tried.reserved,
        "left_yuan": tried.left,
        "places": [
            {
                "decision": place.decision.pk,
                "verdict": str(place.verdict),
                "amount_yuan": place.amount,
                "left_yuan": place.left,
                "is_beyond": place.is_beyond,
            }
            for place in tried.places
        ],
    }


def recusal_values(row: Recusal) -> dict[str, Any]:
    return {"member": _member(row.member), "reason": row.reason}


def _decision(decision: Decision, rank: int, out: Iterable[Recusal], absolute: Address) -> dict[str, Any]:
    application = decision.application
    return {
        "id": decision.pk,
        "position": decision.position,
        "rank": rank,
        "application": {
            **picked(application, "number", "project_name", "state"),
            "organisation": picked(application.organisation, *NAMES),
        },
        **picked(decision, "total", "verdict", "amount_yuan", "deferral", "reason", "appeal_route", "appeal_until"),
        "recusals": [recusal_values(row) for row in out],
        **picked(decision, "staged_at", "released_at"),
        "url": absolute(reverse("api:decision_detail", args=[decision.meeting_id, decision.pk])),
    }


def _member(member: MeetingMember) -> dict[str, Any]:
    return {"id": member.pk, **picked(member, "name", "post", "is_chair")}
