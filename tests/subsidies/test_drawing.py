import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import PersonKind
from bases.models import Industry
from common import journal
from common.calendar import shanghai_today
from common.journal_values import canonical
from common.models import JournalEntry, Notice
from subsidies import drawing
from subsidies.clocks import period_end
from subsidies.draw_procedure import run
from subsidies.enums import AssignmentState, ExpertState, State
from subsidies.models import Assignment, Draw, ExpertAbsence, ExpertEmployment, SiteVisit, VisitOfficer
from subsidies.withdrawing import withdraw
from subsidies.workflow import MoveRefused
from tests.factories import IndustryFactory, ProjectFactory
from tests.factories_accounts import MembershipFactory, UserFactory
from tests.factories_decision import seat, staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.panels import (
    FINANCE,
    INDUSTRY,
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
from tools import verify_draw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TODAY = shanghai_today()


# ---------------------------------------------------------------- drawing
def test_a_draw_freezes_what_went_in_and_gives_what_anyone_can_run_again():
    call = call_with()
    applications = checked(call, 2)
    experts(TECHNICAL, TECHNICAL, TECHNICAL, FINANCE, FINANCE, INDUSTRY)

    made = drawing.draw(call, applications, by=clerk())

    made.refresh_from_db()
    assert made.inputs_digest == hashlib.sha256(canonical(made.inputs)).hexdigest()
    assert (len(made.seed), made.confirmed_at) == (64, None)
    assert made.result == {"panels": run(made.inputs, made.seed).panels} == verify_draw.draw(made.inputs, made.seed)
    assert [len(panel["members"]) for panel in made.result["panels"]] == [3, 3]


def test_the_inputs_hold_codes_numbers_kinds_loads_fits_and_the_rule_of_the_panel():
    call, industry = call_with({"size": 1, "reserves": 1, "least": {"technical": 1}}), Industry.objects.create(slug="x")
    (application,) = checked(call, project=ProjectFactory(industry=industry))
    (fits,), (other,) = experts(TECHNICAL, fields=[industry]), experts(FINANCE, most_open=3)
    seat(ApplicationFactory(state=State.REVIEW), other)

    made = drawing.draw(call, [application], by=clerk())

    assert made.inputs == {
        "version": 1,
        "experts": [
            {"code": fits.code, "kind": "technical", "open": 0, "capacity": 1},
            {"code": other.code, "kind": "finance", "open": 1, "capacity": 1},
        ],
        "applications": [
            {
                "number": application.number,
                "seats": 1,
                "least": {"technical": 1},
                "reserves": 1,
                "candidates": {fits.code: 1, other.code: 0},
            }
        ],
    }
    assert made.result == {
        "panels": [{"application": application.number, "members": [fits.code], "reserves": [other.code]}]
    }


def test_the_seed_is_another_one_each_time():
    call = call_with({"size": 1})
    experts(TECHNICAL)

    assert drawing.draw(call, checked(call), by=clerk()).seed != drawing.draw(call, checked(call), by=clerk()).seed


def test_every_exclusion_is_kept_with_its_reasons():
    call = call_with({"size": 1, "reserves": 0})
    (application,) = checked(call)
    free, bound, away = experts(TECHNICAL, TECHNICAL, TECHNICAL)
    ExpertEmployment.objects.create(expert=bound, organisation=application.organisation)
    ExpertAbsence.objects.create(expert=away, begins_on=TODAY, ends_on=TODAY)
    away.state = ExpertState.SUSPENDED
    away.save()

    made = drawing.draw(call, [application], by=clerk())

    assert made.exclusions == [
        {"application": application.number, "expert": bound.code, "reasons": ["employer"]},
        {"application": application.number, "expert": away.code, "reasons": ["not_active", "absent"]},
    ]
    assert made.result["panels"][0]["members"] == [free.code]


def test_too_few_experts_are_named_by_application_and_kind_and_nothing_is_kept():
    call = call_with()
    first, second = checked(call, 2)
    experts(TECHNICAL, TECHNICAL, TECHNICAL, most_open=2)
    experts(FINANCE, most_open=1)

    with pytest.raises(MoveRefused) as refused:
        drawing.draw(call, [first, second], by=clerk())

    assert refused.value.messages in [
        [f"{row.number}: 1 expert too few can be drawn of the kind “Finance expert”."] for row in (first, second)
    ]
    assert not Draw.objects.exists()


def test_all_that_stands_in_the_way_is_said_at_once():
    call = call_with(visit="before_panel")
    other = ApplicationFactory(state=State.CHECKED)
    unchecked = ApplicationFactory(call=call, state=State.FORM_CHECK)
    (unvisited,) = checked(call)

    with pytest.raises(MoveRefused) as refused:
        drawing.draw(call, [other, unchecked, unvisited], by=clerk())

    assert refused.value.messages == [
        f"{other.number} belongs to another call.",
        f"{unchecked.number} is now “Form check”: panels are drawn after the form check is passed.",
        f"{unvisited.number}: this call wants the site visit first, and none is concluded.",
    ]


def test_a_concluded_visit_opens_the_draw_of_a_call_that_wants_it_first():
    call = call_with({"size": 1}, visit="before_panel")
    (application,) = checked(call)
    experts(TECHNICAL)
    visit = SiteVisit.objects.create(
        application=application, key="0" * 32, visited_on=TODAY, place="中试车间", planned_by=clerk()
    )
    for _number in range(2):
        VisitOfficer.objects.create(visit=visit, user=UserFactory(), signed_at=application.state_since)
    visit.state, visit.findings, visit.is_as_applied = "concluded", "与申报一致", True
    visit.concluded_at = application.state_since
    visit.save()

    assert drawing.draw(call, [application], by=clerk()).pk


def test_an_application_is_in_one_open_draw_alone():
    call = call_with({"size": 1})
    (application,) = checked(call)
    experts(TECHNICAL)
    first = drawing.draw(call, [application], by=clerk())

    with pytest.raises(MoveRefused, match="waits for its confirmation"):
        drawing.draw(call, [application], by=clerk())
    drawing.discard(first, by=clerk(), reason="材料有误")
    assert drawing.draw(call, [application], by=clerk()).pk != first.pk


def test_a_draw_of_nothing_is_refused():
    with pytest.raises(MoveRefused, match="Choose the applications"):
        drawing.draw(call_with(), [], by=clerk())


@pytest.mark.parametrize(
    "kind", [PersonKind.BUREAU_LEADER, PersonKind.EXPERT, PersonKind.DISCIPLINE, PersonKind.COUNTY_OFFICER]
)
def test_only_who_has_the_right_may_draw(kind):
    call = call_with()

    with pytest.raises(PermissionDenied):
        drawing.draw(call, checked(call), by=staff(kind))


def test_nobody_draws_for_an_application_of_their_own():
    call, by = call_with(), clerk()

    with pytest.raises(PermissionDenied):
        drawing.draw(call, checked(call, started_by=by), by=by)


def test_those_who_may_confirm_are_told_of_a_draw():
    call, confirmer, by = call_with({"size": 1}), head(), head()
    experts(TECHNICAL)

    drawing.draw(call, checked(call), by=by)

    assert [(row.recipient, row.kind) for row in Notice.objects.all()] == [(confirmer, "draw-to-confirm")]


@pytest.mark.parametrize("count", [1, 4])
def test_the_size_of_the_register_costs_no_query(count, django_assert_num_queries):
    call = call_with({"size": 1})
    applications = checked(call, count)
    experts(*[TECHNICAL] * count)

    with django_assert_num_queries(17):
        drawing.preview(applications)


@pytest.mark.parametrize(("typed", "expected"), [("新材料", 1), ("新 材料", 1), ("食品", 0), ("", 0)])
def test_without_a_project_the_industry_of_the_answers_tells_who_fits(typed, expected):
    field = {"id": "industry", "type": "text", "label_zh": "所属产业", "prefill": "project.industry"}
    call = call_with({"size": 1}, sections=[{"id": "project", "title_zh": "项目", "fields": [field]}])
    applications = checked(call, project=None, data={"industry": typed})
    (expert,) = experts(TECHNICAL, fields=[IndustryFactory(name_zh="新材料")])

    (frozen,) = drawing.draw(call, applications, by=clerk()).inputs["applications"]

    assert frozen["candidates"] == {expert.code: expected}


# ---------------------------------------------------------------- confirming
def test_a_confirmed_draw_begins_the_reviews_and_seats_the_panels():
    call = call_with()
    first, second = checked(call, 2)
    experts(TECHNICAL, TECHNICAL, TECHNICAL, FINANCE, FINANCE, FINANCE)

    made = confirmed(first, second)

    due_on = period_end(first.call_version.parsed.period("review"), TODAY).on
    for row, panel in zip((first, second), made.result["panels"], strict=True):
        row.refresh_from_db()
        assert (row.state, row.sheets_needed) == (State.REVIEW, 3)
        assert [(each.expert.code, each.position, each.state, each.due_on) for each in members(row)] == [
            (code, place, AssignmentState.INVITED, due_on) for place, code in enumerate(panel["members"], start=1)
        ]
        assert [(each.expert.code, each.position, each.state, each.due_on) for each in reserves(row)] == [
            (code, place, AssignmentState.WAITING, None) for place, code in enumerate(panel["reserves"], start=1)
        ]


def test_the_first_technical_expert_drawn_is_in_the_chair():
    call = call_with()
    (application,) = checked(call)
    experts(TECHNICAL, TECHNICAL, FINANCE, FINANCE, FINANCE, FINANCE)

    confirmed(application)

    technical = [row for row in members(application) if row.kind == TECHNICAL]
    assert [row for row in members(application) if row.is_chair] == technical[:1]


def test_without_a_technical_expert_the_first_drawn_is_in_the_chair():
    call = call_with({"size": 3})
    (application,) = checked(call)
    experts(FINANCE, FINANCE, INDUSTRY)

    confirmed(application)

    assert [row.is_chair for row in members(application)] == [True, False, False]


def test_members_are_invited_and_reserves_hear_nothing():
    call = call_with()
    (application,) = checked(call)
    experts(TECHNICAL, TECHNICAL, FINANCE, FINANCE, FINANCE)

    confirmed(application)

    told = Notice.objects.filter(kind="review-wanted")
    assert {row.recipient for row in told} == {row.expert.user for row in members(application)}
    assert len(reserves(application)) == 2


def test_who_drew_does_not_confirm():
    call, by = call_with({"size": 1}), head()
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=by)

    with pytest.raises(MoveRefused, match="another person confirms"):
        drawing.confirm(made, by=by)
    made.confirmed_by, made.confirmed_at = by, made.drawn_at
    with pytest.raises(IntegrityError, match="draw_four_eyes"), transaction.atomic():
        made.save()


def test_who_may_only_draw_does_not_confirm():
    call = call_with({"size": 1})
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=clerk())

    with pytest.raises(PermissionDenied):
        drawing.confirm(made, by=clerk())


def test_an_expert_who_was_drawn_does_not_confirm():
    call, by = call_with({"size": 1}), head()
    experts(TECHNICAL, user=by)
    made = drawing.draw(call, checked(call), by=clerk())

    with pytest.raises(MoveRefused, match="among the experts of this draw"):
        drawing.confirm(made, by=by)


def test_a_draw_is_settled_once():
    call = call_with({"size": 1})
    experts(TECHNICAL)
    made = confirmed(*checked(call))

    with pytest.raises(MoveRefused, match="settled already"):
        drawing.confirm(made, by=head())
    with pytest.raises(MoveRefused, match="settled already"):
        drawing.discard(made, by=head(), reason="重来")


def test_a_conflict_that_came_up_after_the_draw_refuses_the_whole_of_it():
    call = call_with({"size": 1, "reserves": 0})
    first, second = checked(call, 2)
    experts(TECHNICAL, TECHNICAL, most_open=1)
    made = drawing.draw(call, [first, second], by=clerk())
    bound = made.result["panels"][0]["members"][0]
    ExpertEmployment.objects.create(
        expert_id=_key(bound), organisation=first.organisation, until=TODAY - timedelta(days=9)
    )

    with pytest.raises(MoveRefused) as refused:
        drawing.confirm(made, by=head())

    assert refused.value.messages == [
        f"{bound} can no longer sit on {first.number}: Works or worked within three years for the applicant.",
        "Discard the draw and draw again.",
    ]
    assert not Assignment.objects.exists()
    first.refresh_from_db()
    assert first.state == State.CHECKED


def test_a_conflict_of_a_reserve_refuses_the_draw_as_well():
    call = call_with({"size": 1, "reserves": 1})
    (application,) = checked(call)
    experts(TECHNICAL, TECHNICAL)
    made = drawing.draw(call, [application], by=clerk())
    ExpertEmployment.objects.create(
        expert_id=_key(made.result["panels"][0]["reserves"][0]), organisation=application.organisation
    )

    with pytest.raises(MoveRefused, match="can no longer sit"):
        drawing.confirm(made, by=head())


def test_two_draws_cannot_give_an_expert_more_seats_than_the_limit():
    call = call_with({"size": 1, "reserves": 0})
    first, second = checked(call, 2)
    (expert,) = experts(TECHNICAL, most_open=1)
    draws = [drawing.draw(call, [row], by=clerk()) for row in (first, second)]
    drawing.confirm(draws[0], by=head())

    with pytest.raises(MoveRefused) as refused:
        drawing.confirm(draws[1], by=head())
    assert refused.value.messages[0] == f"{expert.code}: Has as many open reviews as allowed."


def test_an_application_withdrawn_meanwhile_gets_no_panel():
    call = call_with({"size": 1, "reserves": 0})
    gone, stays = checked(call, 2)
    experts(TECHNICAL, TECHNICAL)
    made = drawing.draw(call, [gone, stays], by=clerk())
    withdraw(gone, gone.started_by, "不再申报")

    drawing.confirm(made, by=head())

    assert (len(members(gone)), len(members(stays))) == (0, 1)


def test_a_draw_of_withdrawn_applications_alone_is_not_confirmed():
    call = call_with({"size": 1})
    (gone,) = checked(call)
    experts(TECHNICAL)
    made = drawing.draw(call, [gone], by=clerk())
    withdraw(gone, gone.started_by, "不再申报")

    with pytest.raises(MoveRefused, match="has been withdrawn"):
        drawing.confirm(made, by=head())


def test_a_draw_is_discarded_with_a_reason_and_stays_on_record():
    call = call_with({"size": 1})
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=clerk())
    seed = made.seed

    with pytest.raises(MoveRefused, match="Give the reason"):
        drawing.discard(made, by=clerk(), reason=" ")
    with pytest.raises(PermissionDenied):
        drawing.discard(made, by=staff(PersonKind.BUREAU_LEADER), reason="重来")
    drawing.discard(made, by=clerk(), reason="名册未更新")

    made.refresh_from_db()
    assert (made.seed, made.discard_reason, made.confirmed_at) == (seed, "名册未更新", None)


def test_nobody_draws_until_the_outcome_pleases():
    call, by = call_with({"size": 1}), head()
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=by)

    with pytest.raises(MoveRefused, match="another person discards it"):
        drawing.discard(made, by=by, reason="重来")
    told = {"discarded_by": by, "discarded_at": timezone.now(), "discard_reason": "重来"}
    refused = pytest.raises(IntegrityError, match="another person")
    with refused, transaction.atomic(), journal.bulk("test", Draw, "discard"):
        Draw.objects.filter(pk=made.pk).update(**told)
    made.refresh_from_db()
    assert made.discarded_at is None


def test_whoever_is_tied_to_one_of_its_applications_discards_no_draw():
    call, by = call_with({"size": 1}), head()
    first, second = checked(call, 2)
    experts(TECHNICAL, TECHNICAL)
    made = drawing.draw(call, [first, second], by=clerk())
    MembershipFactory(user=by, organisation=second.organisation)

    with pytest.raises(PermissionDenied):
        drawing.discard(made, by=by, reason="重来")


def test_a_discarded_draw_is_told_to_who_could_confirm_it_and_to_discipline():
    call, drawer, by = call_with({"size": 1}), clerk(), head()
    another, discipline = head(), staff(PersonKind.DISCIPLINE)
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=drawer)

    drawing.discard(made, by=by, reason="名册未更新")

    told = Notice.objects.filter(kind="draw-discarded")
    assert {notice.recipient for notice in told} == {drawer, another, discipline}
    assert told[0].facts["reason"] == "名册未更新"


def test_the_journal_tells_who_drew_who_confirmed_and_who_was_seated():
    call = call_with({"size": 1, "reserves": 0})
    (application,) = checked(call)
    experts(TECHNICAL)
    confirmed(application)

    told = JournalEntry.objects.filter(object_type__in=["subsidies.draw", "subsidies.assignment"]).order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["draw_panels", "confirm_draw", "give_seat", "give_seat"]


def _key(code: str) -> int:
    return drawing.Expert.objects.get(code=code).pk
