from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.models import Notice
from subsidies import drawing, panels
from subsidies.enums import AssignmentState, DeclineReason, ExpertState, InterestKind, Seat, State
from subsidies.models import Application, AvoidedExpert, ExpertAbsence, ExpertEmployment, ExpertInterest
from subsidies.workflow import MoveRefused
from tests.factories_accounts import OrganisationFactory, UserFactory
from tests.factories_decision import seat, signed, staff
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.panels import (
    FINANCE,
    TECHNICAL,
    call_with,
    checked,
    clerk,
    confirmed,
    experts,
    head,
    members,
    reserves,
)
from tests.worlds import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TODAY = shanghai_today()


class World(NamedTuple):
    application: Application


def make_world() -> World:
    """Under review by three, one of them for finance, with two reserves, one of them for finance."""
    call = call_with({"size": 3, "reserves": 2, "least": {"technical": 2, "finance": 1}})
    (row,) = checked(call)
    experts(TECHNICAL, TECHNICAL, FINANCE)
    confirmed(row)
    row.refresh_from_db()
    for kind in (TECHNICAL, FINANCE):
        (expert,) = experts(kind)
        seat(row, expert, seat=Seat.RESERVE, state=AssignmentState.WAITING, due_on=None, declared_at=None)
    return World(row)


(application,) = parts(World)


def of_kind(application, kind, which=members):
    return next(row for row in which(application) if row.kind == kind)


def states(application):
    return sorted((row.kind, row.seat, row.state) for row in application.assignments.all())


# ---------------------------------------------------------------- accepting
def test_an_expert_accepts_and_declares_to_be_impartial(application):
    invited = members(application)[0]

    accepted = panels.accept(invited, by=invited.expert.user)

    assert accepted.state == AssignmentState.ACCEPTED
    assert accepted.declared_at is not None
    with pytest.raises(MoveRefused, match="is now “Accepted”"):
        panels.accept(invited, by=invited.expert.user)


@pytest.mark.parametrize("verb", [panels.accept, lambda row, by: panels.decline(row, by=by, reason="time")])
def test_only_the_experts_own_account_answers_an_invitation(verb, application):
    invited, other = members(application)[:2]

    for stranger in (other.expert.user, head(), clerk(), UserFactory()):
        with pytest.raises(PermissionDenied):
            verb(invited, by=stranger)


def test_a_reserve_that_is_not_called_cannot_accept(application):
    waiting = reserves(application)[0]

    with pytest.raises(MoveRefused, match="is now “In reserve”"):
        panels.accept(waiting, by=waiting.expert.user)


def test_nobody_accepts_once_the_review_has_ended(application):
    invited = members(application)[0]
    put(application, state=State.WITHDRAWN)

    with pytest.raises(MoveRefused, match="The application is now “Withdrawn”"):
        panels.accept(invited, by=invited.expert.user)


def test_a_conflict_that_came_up_since_the_draw_is_named_when_accepting(application):
    invited = members(application)[0]
    ExpertEmployment.objects.create(expert=invited.expert, organisation=application.organisation)

    with pytest.raises(MoveRefused) as refused:
        panels.accept(invited, by=invited.expert.user)
    assert refused.value.messages == [
        "You cannot take this seat: Works or worked within three years for the applicant. "
        "Decline it and give the reason."
    ]


def test_nobody_is_told_that_an_applicant_named_them(application):
    invited = members(application)[0]
    AvoidedExpert.objects.create(
        application=application, position=1, name=invited.expert.user.name, reason="纠纷", named_by=UserFactory()
    )

    with pytest.raises(MoveRefused) as refused:
        panels.accept(invited, by=invited.expert.user)
    assert refused.value.messages == ["You cannot take this seat. Decline it; the bureau knows the reason."]


def test_an_absence_declared_afterwards_does_not_keep_from_accepting(application):
    invited = members(application)[0]
    ExpertAbsence.objects.create(expert=invited.expert, begins_on=TODAY, ends_on=TODAY)

    assert panels.accept(invited, by=invited.expert.user).state == AssignmentState.ACCEPTED


# ---------------------------------------------------------------- declining
def test_the_first_fitting_reserve_takes_the_seat(application):
    left = of_kind(application, FINANCE)
    heir = of_kind(application, FINANCE, reserves)

    panels.decline(left, by=left.expert.user, reason=DeclineReason.FIELD, note=" 不熟悉该领域 ")

    left.refresh_from_db()
    heir.refresh_from_db()
    assert (left.state, left.decline_reason, left.decline_note) == ("declined", "field", "不熟悉该领域")
    assert (heir.seat, heir.state, heir.position, heir.replaces) == ("member", "invited", left.position, left)
    assert heir.due_on > TODAY
    assert Notice.objects.filter(kind="review-wanted", recipient=heir.expert.user).count() == 1


def test_a_reserve_of_another_kind_does_not_take_a_seat_the_call_wants_filled(application):
    first, second = (row for row in members(application) if row.kind == TECHNICAL)
    panels.decline(first, by=first.expert.user, reason=DeclineReason.TIME)

    panels.decline(second, by=second.expert.user, reason=DeclineReason.TIME)

    assert of_kind(application, FINANCE, reserves).state == AssignmentState.WAITING
    told = Notice.objects.filter(kind="panel-short")
    assert [row.recipient for row in told] == [members(application)[0].draw.drawn_by]


@pytest.mark.parametrize(
    "bind",
    [
        lambda expert, row: ExpertEmployment.objects.create(expert=expert, organisation=row.organisation),
        lambda expert, row: ExpertAbsence.objects.create(expert=expert, begins_on=TODAY, ends_on=TODAY),
        lambda expert, row: seat(ApplicationFactory(state=State.REVIEW), expert),
    ],
    ids=["employed", "absent", "loaded"],
)
def test_a_reserve_with_a_conflict_is_passed_over(bind, application):
    left, reserve = of_kind(application, TECHNICAL), of_kind(application, TECHNICAL, reserves)
    reserve.expert.most_open = 1
    reserve.expert.save()
    bind(reserve.expert, application)

    panels.decline(left, by=left.expert.user, reason=DeclineReason.TIME)

    reserve.refresh_from_db()
    assert (reserve.seat, reserve.state) == ("reserve", "waiting")


def test_an_expert_declines_after_accepting_but_not_after_signing(application):
    early, late = members(application)[:2]
    for row in (early, late):
        panels.accept(row, by=row.expert.user)
    signed(late)

    assert panels.decline(early, by=early.expert.user, reason="time").state == AssignmentState.DECLINED
    with pytest.raises(MoveRefused, match="is signed: it stays"):
        panels.decline(late, by=late.expert.user, reason="time")


def test_a_seat_is_declined_once_and_with_a_known_reason(application):
    invited = members(application)[0]

    with pytest.raises(MoveRefused, match="Choose the reason"):
        panels.decline(invited, by=invited.expert.user, reason="tired")
    with pytest.raises(MoveRefused, match="at most 500"):
        panels.decline(invited, by=invited.expert.user, reason="time", note="长" * 501)
    panels.decline(invited, by=invited.expert.user, reason="time")
    with pytest.raises(MoveRefused, match="is now “Declined”"):
        panels.decline(invited, by=invited.expert.user, reason="time")


def test_the_chair_passes_on_to_the_next_technical_expert(application):
    chair = next(row for row in members(application) if row.is_chair)

    panels.decline(chair, by=chair.expert.user, reason="time")

    (heir,) = (row for row in application.assignments.all() if row.is_chair)
    assert (heir.kind, heir.state, heir.seat) == ("technical", "invited", "member")
    assert heir != chair


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        (DeclineReason.EMPLOYED, [InterestKind.OTHER]),
        (DeclineReason.INTEREST, [InterestKind.OTHER]),
        (DeclineReason.KIN, [InterestKind.KIN]),
        (DeclineReason.COOPERATED, [InterestKind.CO_APPLICANT]),
        (DeclineReason.TIME, []),
    ],
)
def test_a_bond_given_with_a_decline_is_kept_for_later_draws(reason, kept, application):
    invited = members(application)[0]

    with translation.override("en"):
        panels.decline(invited, by=invited.expert.user, reason=reason, bound_to=application.organisation)

    bonds = ExpertInterest.objects.filter(expert=invited.expert, organisation=application.organisation)
    assert [row.kind for row in bonds] == kept
    assert all(row.note.startswith("来自谢绝评审的说明：") for row in bonds)  # in the language of the record


def test_a_bond_is_to_an_organisation_concerned(application):
    invited = members(application)[0]

    with pytest.raises(MoveRefused, match="organisations concerned"):
        panels.decline(invited, by=invited.expert.user, reason=DeclineReason.KIN, bound_to=OrganisationFactory())
    invited.refresh_from_db()
    assert invited.state == AssignmentState.INVITED


# ---------------------------------------------------------------- releasing
def test_the_bureau_frees_the_seat_of_who_does_not_answer(application):
    silent, heir = of_kind(application, FINANCE), of_kind(application, FINANCE, reserves)

    panels.release(silent, by=head(), reason="多次联系未回应")

    silent.refresh_from_db()
    heir.refresh_from_db()
    assert (silent.state, heir.state, heir.replaces) == ("released", "invited", silent)
    assert Notice.objects.filter(kind="seat-released", recipient=silent.expert.user).count() == 1


def test_a_seat_is_freed_with_a_reason_by_who_may_and_never_from_under_a_signature(application):
    row = members(application)[0]

    with pytest.raises(MoveRefused, match="Give the reason"):
        panels.release(row, by=head(), reason="")
    for kind in (PersonKind.BUREAU_CLERK, PersonKind.BUREAU_LEADER, PersonKind.EXPERT):
        with pytest.raises(PermissionDenied):
            panels.release(row, by=staff(kind), reason="不回应")
    panels.accept(row, by=row.expert.user)
    signed(row)
    with pytest.raises(MoveRefused, match="is signed: it stays"):
        panels.release(row, by=head(), reason="不回应")


# ---------------------------------------------------------------- drawing anew
@pytest.fixture
def short(application):
    """Both technical experts have declined, and one reserve has taken over."""
    for row in members(application):
        if row.kind == TECHNICAL:
            panels.decline(row, by=row.expert.user, reason=DeclineReason.TIME)
    return application


def test_a_further_draw_fills_the_empty_seat_alone(short):
    before = {row.expert_id for row in short.assignments.all()}
    new, _other = experts(TECHNICAL, TECHNICAL)

    made = panels.redraw_seat(short, by=clerk())

    (row,) = made.inputs["applications"]
    assert (row["seats"], row["least"], row["reserves"]) == (1, {"technical": 1}, 1)
    assert before.isdisjoint({drawing.Expert.objects.get(code=code).pk for code in row["candidates"]})
    drawing.confirm(made, by=head())
    (added,) = short.assignments.filter(draw=made, seat=Seat.MEMBER)
    assert (added.state, added.kind) == ("invited", "technical")
    assert added.replaces.state == AssignmentState.DECLINED
    assert short.assignments.filter(draw=made, seat=Seat.RESERVE).count() == 1
    short.refresh_from_db()
    assert (short.state, short.sheets_needed) == (State.REVIEW, 3)
    assert new.kind == TECHNICAL


def test_a_further_draw_is_confirmed_by_another_person(short):
    experts(TECHNICAL)
    by = head()

    made = panels.redraw_seat(short, by=by)

    with pytest.raises(MoveRefused, match="another person confirms"):
        drawing.confirm(made, by=by)
    with pytest.raises(MoveRefused, match="waits for its confirmation"):
        panels.redraw_seat(short, by=by)


def test_a_further_draw_of_the_wrong_kind_is_refused(short):
    experts(FINANCE)

    with pytest.raises(MoveRefused) as refused:
        panels.redraw_seat(short, by=clerk())
    assert refused.value.messages == [f"{short.number}: 1 expert too few can be drawn of the kind “Technical expert”."]


def test_a_full_panel_is_not_drawn_again(application):
    with pytest.raises(MoveRefused, match="No seat of this panel is empty"):
        panels.redraw_seat(application, by=clerk())


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.EXPERT, PersonKind.FINANCE])
def test_a_further_draw_needs_the_right(kind, short):
    with pytest.raises(PermissionDenied):
        panels.redraw_seat(short, by=staff(kind))


def test_a_suspended_expert_cannot_accept(application):
    invited = members(application)[0]
    invited.expert.state = ExpertState.SUSPENDED
    invited.expert.save()

    with pytest.raises(MoveRefused, match="Suspended, retired"):
        panels.accept(invited, by=invited.expert.user)


def test_what_was_a_conflict_long_ago_is_none(application):
    invited = members(application)[0]
    ExpertEmployment.objects.create(
        expert=invited.expert, organisation=application.organisation, until=TODAY - timedelta(days=3 * 366)
    )

    assert panels.accept(invited, by=invited.expert.user).state == AssignmentState.ACCEPTED
