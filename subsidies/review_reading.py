"""What who reads of a review: the expert of the own seat and the others' sheets, the applicant of the scores."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.models import User
from subsidies.enums import SINCE_APPROVAL, AssignmentState, State
from subsidies.models import Application, Assignment, ScoreSheet
from subsidies.review_standing import signed_sheets, standing_of, total_of
from subsidies.scoring import points_of, two_places

APPLICANT_SEES = (State.DEFERRED, State.NOT_APPROVED, *SINCE_APPROVAL)


def own_seats(user: User) -> QuerySet[Assignment]:
    """Those the person has accepted; a seat that was only offered opens nothing."""
    rows: QuerySet[Assignment] = Assignment.objects.filter(expert__user=user, state=AssignmentState.ACCEPTED)
    return rows.select_related("expert__user", "application__call_version", "application__call")


def sheets_of(assignment: Assignment) -> list[ScoreSheet]:
    """All of them, the first one first; one query."""
    return list(assignment.sheets.order_by("number"))


class OtherSheet(NamedTuple):
    """Of another member of the panel, without a name."""

    total: Decimal
    comment: str
    comments: list[tuple[str, str]]  # name of the item and what was said about it


def others_of(assignment: Assignment) -> list[OtherSheet] | None:
    """None before the review is closed, save for the chair who is to say why the totals lie apart.

    Nobody adapts to the others, nor revises after them. In an order that says nothing about who wrote them.
    """
    return others_told(assignment, is_asked_for_note(assignment))


def others_told(assignment: Assignment, is_asked: bool) -> list[OtherSheet] | None:
    """As `others_of`, for who knows already whether the note of this seat is wanted."""
    if assignment.application.state == State.REVIEW and not is_asked:
        return None
    signed = signed_sheets(assignment.application)
    if not any(sheet.assignment_id == assignment.pk for sheet in signed):
        return None
    items = assignment.application.call_version.parsed.score_items
    others = sorted((each for each in signed if each.assignment_id != assignment.pk), key=lambda each: each.digest)
    return [
        OtherSheet(
            total_of(sheet),
            sheet.comment,
            [(item.name, said) for item in items if (said := sheet.scores.get(item.id, {}).get("comment", ""))],
        )
        for sheet in others
    ]


def is_asked_for_note(assignment: Assignment) -> bool:
    """Two queries for the chair of an open review, none for others."""
    is_open_chair = assignment.is_chair and assignment.application.state == State.REVIEW
    return is_open_chair and standing_of(assignment.application).wants_note


class CriterionScores(NamedTuple):
    name: str
    most: int
    points: list[Decimal]  # from the highest down, so that no column is one expert's
    mean: Decimal


def scores_by_criterion(application: Application) -> list[CriterionScores]:
    """For the applicant once it is decided: without names, and nothing before that. One query."""
    signed = signed_sheets(application) if application.state in APPLICANT_SEES else []
    if not signed:
        return []
    shown = []
    for item in application.call_version.parsed.score_items:
        read = (points_of(item, sheet.scores.get(item.id, {}).get("points", "")) for sheet in signed)
        points = sorted((two_places(each) for each in read if each is not None), reverse=True)
        if points:
            shown.append(
                CriterionScores(item.name, item.most, points, two_places(sum(points, Decimal(0)) / len(points)))
            )
    return shown


def marks_of(sheet: ScoreSheet | None) -> Mapping[str, Mapping[str, str]]:
    return sheet.scores if sheet else {}
