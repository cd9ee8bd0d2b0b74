"""An expert of the applicant's firm, of a co-applicant or of the host base comes onto a panel by no path."""

from typing import NamedTuple

import pytest
from django.contrib.admin import site
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from bases.models import Base
from projects.models import ProjectPartner
from subsidies import drawing, panels
from subsidies.enums import AssignmentState, InterestKind, Seat, State
from subsidies.models import Application, Assignment, Draw, Expert, ExpertEmployment, ExpertInterest, ScoreSheet
from subsidies.workflow import MoveRefused
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_decision import DrawFactory, ExpertFactory, draw_of, seat
from tests.subsidies.calls import client_for
from tests.subsidies.panels import TECHNICAL, call_with, checked, clerk, confirmed, experts, head, members
from tests.worlds import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

CONCERNED = {
    "applicant": lambda row: row.organisation,
    "co-applicant": lambda row: row.project.partners.get().organisation,
    "host of the base": lambda row: row.project.base.host,
    "operator of the base": lambda row: row.project.base.operator,
}
BONDS = {
    "employment": lambda expert, body: ExpertEmployment.objects.create(expert=expert, organisation=body),
    "employer's name": lambda expert, body: ExpertEmployment.objects.create(expert=expert, name=body.name_zh),
    "interest": lambda expert, body: ExpertInterest.objects.create(
        expert=expert, organisation=body, kind=InterestKind.SHAREHOLDER
    ),
    "membership": lambda expert, body: Membership.objects.create(user=expert.user, organisation=body),
}
EVERY_PAIR = pytest.mark.parametrize(
    ("bond", "whose"), [(bond, whose) for bond in BONDS.values() for whose in CONCERNED.values()]
)
# Each bond and each organisation once; the database is asked about every pair.
PAIRS = pytest.mark.parametrize(
    ("bond", "whose"), list(zip(BONDS.values(), CONCERNED.values(), strict=True)), ids=list(BONDS)
)
SECTION = {
    "id": "project",
    "title_zh": "项目",
    "fields": [{"id": "base", "type": "text", "label_zh": "使用的中试基地", "prefill": "project.base"}],
}
REFUSED = "bound to an organisation concerned|works for an organisation concerned"


class World(NamedTuple):
    application: Application


def make_world() -> World:
    base = BaseFactory(host=OrganisationFactory(), operator=OrganisationFactory())
    project = ProjectFactory(base=base)
    project.partners.create(organisation=OrganisationFactory())
    (row,) = checked(call_with({"size": 1, "reserves": 1}), project=project)
    return World(row)


(application,) = parts(World)


def execute(statement: str, values: list[object]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def insert(application: Application, expert: Expert, draw: Draw, state: str = "invited") -> None:
    """Past every line of Python."""
    row = {
        "application_id": application.pk,
        "expert_id": expert.pk,
        "draw_id": draw.pk,
        "kind": "technical",
        "seat": "member",
        "position": 1,
        "is_chair": False,
        "state": state,
        "state_since": timezone.now(),
        "due_on": timezone.now().date(),
        "declared_at": timezone.now(),
        "decline_reason": "",
        "decline_note": "",
    }
    places = ", ".join(["%s"] * len(row))
    execute(f"INSERT INTO subsidies_assignment ({', '.join(row)}) VALUES ({places})", list(row.values()))


@PAIRS
class TestNoPath:
    def test_by_the_draw(self, bond, whose, application):
        bond(ExpertFactory(), whose(application))

        with pytest.raises(MoveRefused, match="1 expert too few"):
            drawing.draw(application.call, [application], by=clerk())

    def test_by_a_confirmation_after_the_bond(self, bond, whose, application):
        (expert,) = experts(TECHNICAL)
        made = drawing.draw(application.call, [application], by=clerk())
        bond(expert, whose(application))

        with pytest.raises(MoveRefused, match="can no longer sit"):
            drawing.confirm(made, by=head())
        assert not Assignment.objects.exists()

    def test_by_a_reserve_that_is_called(self, bond, whose, application):
        experts(TECHNICAL, TECHNICAL)
        confirmed(application)
        reserve = application.assignments.get(seat=Seat.RESERVE)
        bond(reserve.expert, whose(application))

        panels.decline(members(application)[0], by=members(application)[0].expert.user, reason="time")

        reserve.refresh_from_db()
        assert (reserve.seat, reserve.state) == ("reserve", "waiting")

    def test_by_a_further_draw(self, bond, whose, application):
        experts(TECHNICAL)
        confirmed(application)
        panels.decline(members(application)[0], by=members(application)[0].expert.user, reason="time")
        bond(ExpertFactory(), whose(application))

        with pytest.raises(MoveRefused, match="1 expert too few"):
            panels.redraw_seat(application, by=clerk())

    def test_by_accepting_after_the_bond(self, bond, whose, application):
        experts(TECHNICAL)
        confirmed(application)
        (invited,) = members(application)
        bond(invited.expert, whose(application))

        with pytest.raises(MoveRefused, match="You cannot take this seat"):
            panels.accept(invited, by=invited.expert.user)

    def test_by_the_pages_of_the_desk(self, bond, whose, application):
        (expert,) = experts(TECHNICAL)
        made = drawing.draw(application.call, [application], by=clerk())
        bond(expert, whose(application))

        for client in (client_for(clerk()), client_for(head())):
            client.post(reverse("admin:subsidies_draw_change", args=[made.pk]), {"deed": "confirm"})
            client.post(reverse("admin:subsidies_draw_change", args=[made.pk]), {"deed": "discard", "reason": "重来"})
            client.post(
                reverse("admin:subsidies_draw_new", args=[application.call.pk]), {"application": [application.pk]}
            )
        assert not Assignment.objects.exists()
        assert Draw.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        ["state = 'accepted', declared_at = state_since, due_on = '2026-12-01'", "state = 'invited', seat = 'member'"],
    )
    def test_by_a_statement_that_changes_a_seat(self, change, bond, whose, application):
        row = seat(application, state=AssignmentState.WAITING, seat=Seat.RESERVE)
        bond(row.expert, whose(application))

        with pytest.raises(IntegrityError, match=REFUSED):
            execute(f"UPDATE subsidies_assignment SET {change} WHERE id = %s", [row.pk])

    def test_by_a_statement_that_gives_the_seat_to_another_expert(self, bond, whose, application):
        row, bound = seat(application), ExpertFactory()
        bond(bound, whose(application))

        with pytest.raises(IntegrityError, match="stays with its expert"):
            execute("UPDATE subsidies_assignment SET expert_id = %s WHERE id = %s", [bound.pk, row.pk])

    def test_by_signing_a_sheet_after_the_bond(self, bond, whose, application):
        row = seat(application)
        sheet = ScoreSheet.objects.create(assignment=row, scores={}, comment="同意")
        bond(row.expert, whose(application))

        with pytest.raises(IntegrityError, match=REFUSED):
            execute(
                "UPDATE subsidies_scoresheet SET state = 'signed', total = 80, digest = 'x', signed_at = created_at "
                "WHERE id = %s",
                [sheet.pk],
            )


@EVERY_PAIR
def test_no_statement_inserts_a_seat_for_a_bound_expert(bond, whose, application):
    expert = ExpertFactory()
    draw = draw_of(application, [expert])
    bond(expert, whose(application))

    with pytest.raises(IntegrityError, match=REFUSED):
        insert(application, expert, draw)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "concern",
    [
        lambda row, body: ProjectPartner.objects.create(project=row.project, organisation=body),
        lambda row, body: _rehost(row.project.base, host=body),
        lambda row, body: _rehost(row.project.base, operator=body),
    ],
    ids=["co-applicant", "host", "operator"],
)
def test_an_organisation_that_comes_to_be_concerned_later_keeps_its_people_away(concern, application):
    body = OrganisationFactory()
    experts(TECHNICAL)
    confirmed(application)
    (invited,) = members(application)
    BONDS["employment"](invited.expert, body)
    concern(application, body)

    with pytest.raises(MoveRefused, match="You cannot take this seat"):
        panels.accept(invited, by=invited.expert.user)
    with pytest.raises(IntegrityError, match=REFUSED):
        execute(
            "UPDATE subsidies_assignment SET state = 'accepted', declared_at = state_since WHERE id = %s", [invited.pk]
        )


@pytest.mark.parametrize("typed", ["{row.name_zh}", " {row.code}", "使用{row.name_zh}（苏仙区）"])
@pytest.mark.parametrize("whose", ["host", "operator"])
@pytest.mark.parametrize("bond", BONDS.values(), ids=list(BONDS))
def test_a_base_that_only_the_answers_name_keeps_its_people_away(bond, whose, typed):
    base = BaseFactory(host=OrganisationFactory(), operator=OrganisationFactory())
    call = call_with({"size": 1, "reserves": 0}, sections=[SECTION])
    named, other = checked(call, project=None, data={"base": typed.format(row=base)}), checked(call, project=None)
    bond(ExpertFactory(), getattr(base, whose))

    with pytest.raises(MoveRefused, match="1 expert too few"):
        drawing.draw(call, named, by=clerk())
    assert drawing.draw(call, other, by=clerk())


def _rehost(base: Base, **fields: object) -> None:
    for name, value in fields.items():
        setattr(base, name, value)
    base.save()


@pytest.mark.parametrize(
    "draw",
    [
        lambda row: DrawFactory(call=row.call, confirmed_by=None, confirmed_at=None),
        lambda row: DrawFactory(call=call_with()),
    ],
    ids=["not confirmed", "of another call"],
)
def test_a_seat_comes_of_a_confirmed_draw_of_its_call_alone(draw, application):
    with pytest.raises(IntegrityError, match="comes of a confirmed draw"):
        insert(application, ExpertFactory(), draw(application))


def test_the_statements_of_these_tests_are_refused_for_the_bond_alone(application):
    expert = ExpertFactory()

    insert(application, expert, draw_of(application, [expert]))

    (row,) = Assignment.objects.all()
    execute("UPDATE subsidies_assignment SET state = 'accepted', declared_at = state_since WHERE id = %s", [row.pk])
    assert (row.expert, application.state) == (expert, State.CHECKED)


def test_the_desk_has_no_page_that_edits_a_seat():
    assert Assignment not in site._registry
