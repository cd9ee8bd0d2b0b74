import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.models import Notice
from subsidies.enums import AssignmentState, InterestKind, Seat, State
from subsidies.models import Assignment, Expert, ExpertAbsence, ExpertInterest
from tests.factories import BaseFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_decision import ExpertFactory, seat, signed, staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.calls import client_for
from tests.subsidies.panels import TECHNICAL, call_with, checked, confirmed, experts, members
from tests.worlds import parts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

TODAY = shanghai_today()
LIST = reverse("subsidies:review_list")
REGISTER = reverse("subsidies:review_register")


def address(name: str, key: int) -> str:
    return reverse(f"subsidies:{name}", args=[key])


class World(NamedTuple):
    invited: Assignment


def make_world() -> World:
    """A seat offered on the only panel of an application with a partner and a base."""
    base = BaseFactory(host=OrganisationFactory(), operator=OrganisationFactory())
    project = ProjectFactory(base=base)
    project.partners.create(organisation=OrganisationFactory())
    (application,) = checked(call_with({"size": 1, "reserves": 1}), project=project)
    experts(TECHNICAL, TECHNICAL)
    confirmed(application)
    return World(members(application)[0])


(invited,) = parts(World)


# ---------------------------------------------------------------- the list
def test_the_list_parts_what_waits_from_what_is_done():
    expert = ExpertFactory()
    under_review = [ApplicationFactory(state=State.REVIEW) for _number in range(3)]
    asked = seat(under_review[0], expert, state=AssignmentState.INVITED, declared_at=None)
    accepted, done = seat(under_review[1], expert), seat(under_review[2], expert)
    signed(done)
    over = seat(ApplicationFactory(state=State.NOT_APPROVED), expert)

    page = client_for(expert.user).get(LIST)
    context = page.context

    assert (context["to_answer"], context["to_review"]) == ([asked], [accepted])
    assert re.findall(r"/reviews/(\d+)/file/", page.text) == [str(accepted.pk)]
    assert client_for(expert.user).get(f"{LIST}{accepted.pk}/file/").status_code == 200
    assert {row.pk for row in context["others"]} == {done.pk, over.pk}


def test_a_reserve_does_not_learn_of_being_one():
    reserve = seat(
        ApplicationFactory(state=State.REVIEW), seat=Seat.RESERVE, state=AssignmentState.WAITING, declared_at=None
    )
    client = client_for(reserve.expert.user)

    assert client.get(LIST).context["others"] == []
    assert client.get(address("review_seat", reserve.pk)).status_code == 404


def test_whoever_is_not_in_the_register_has_no_reviews():
    client = client_for(staff(PersonKind.EXPERT))

    for url in (LIST, REGISTER):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    expert = ExpertFactory()
    for _number in range(count):
        seat(ApplicationFactory(state=State.REVIEW), expert)
    client = client_for(expert.user)

    with django_assert_num_queries(5):
        client.get(LIST)


def test_the_head_of_every_page_leads_experts_to_their_reviews():
    link = f'href="{reverse("subsidies:review_list")}"'

    assert link in client_for(ExpertFactory().user).get(reverse("about")).text
    assert link not in client_for(staff(PersonKind.ENTERPRISE)).get(reverse("about")).text
    assert link not in Client().get(reverse("about")).text


# ---------------------------------------------------------------- one seat
def test_the_invitation_names_all_who_are_concerned_and_no_contact(invited):
    answer = client_for(invited.expert.user).get(address("review_seat", invited.pk))

    project = invited.application.project
    bodies = [
        invited.application.organisation,
        project.partners.get().organisation,
        project.base.host,
        project.base.operator,
    ]
    assert [each.organisation for each in answer.context["concerned"]] == bodies
    for body in bodies:
        assert body.name in answer.text
    assert project.base.name in answer.text
    assert invited.application.started_by.email not in answer.text
    assert invited.application.started_by.name not in answer.text


def test_the_message_leads_to_the_invitation(invited):
    told = Notice.objects.get(kind="review-wanted")

    assert (told.recipient, told.address) == (invited.expert.user, f"/reviews/{invited.pk}/")


def test_an_expert_accepts_by_declaring_to_be_impartial(invited):
    client, url = client_for(invited.expert.user), address("review_accept", invited.pk)

    assert client.post(url).status_code == 400
    answer = client.post(url, {"is_impartial": "on"})

    invited.refresh_from_db()
    assert (answer.status_code, invited.state) == (302, "accepted")
    page = client.get(address("review_seat", invited.pk))
    assert f'href="{address("score_sheet", invited.pk)}"' in page.text


def test_a_conflict_is_told_on_the_page(invited):
    ExpertInterest.objects.create(
        expert=invited.expert, organisation=invited.application.organisation, kind=InterestKind.KIN
    )

    answer = client_for(invited.expert.user).post(address("review_accept", invited.pk), {"is_impartial": "on"})

    assert answer.status_code == 400
    assert "You cannot take this seat: Declared an interest in an organisation concerned." in answer.text


def test_an_expert_declines_and_the_bond_is_kept(invited):
    sent = {"reason": "kin", "note": "堂兄任职", "bound_to": invited.application.organisation_id}

    answer = client_for(invited.expert.user).post(address("review_decline", invited.pk), sent)

    invited.refresh_from_db()
    assert (answer.status_code, invited.state, invited.decline_note) == (302, "declined", "堂兄任职")
    assert ExpertInterest.objects.get(expert=invited.expert).kind == InterestKind.KIN


@pytest.mark.parametrize("sent", [{}, {"reason": "tired"}, {"reason": "time", "bound_to": "999999"}])
def test_a_decline_without_a_known_reason_or_organisation_is_refused(sent, invited):
    answer = client_for(invited.expert.user).post(address("review_decline", invited.pk), sent)

    invited.refresh_from_db()
    assert (answer.status_code, invited.state) == (400, "invited")


def test_nobody_else_sees_or_answers_an_invitation(invited):
    client = client_for(ExpertFactory().user)

    assert client.get(address("review_seat", invited.pk)).status_code == 404
    assert client.post(address("review_accept", invited.pk), {"is_impartial": "on"}).status_code == 404
    assert client.post(address("review_decline", invited.pk), {"reason": "time"}).status_code == 404


def test_a_signed_seat_cannot_be_declined():
    row = seat(ApplicationFactory(state=State.REVIEW))
    signed(row)
    client = client_for(row.expert.user)

    assert client.get(address("review_seat", row.pk)).context["can_decline"] is False
    assert client.post(address("review_decline", row.pk), {"reason": "time"}).status_code == 400


# ---------------------------------------------------------------- absences and interests
@pytest.fixture
def expert() -> Expert:
    return ExpertFactory()


def test_an_expert_enters_days_and_takes_them_out(expert):
    client = client_for(expert.user)

    client.post(reverse("subsidies:absence_add"), {"begins_on": TODAY, "ends_on": TODAY + timedelta(days=3)})
    (row,) = ExpertAbsence.objects.all()
    assert (row.expert, row.ends_on) == (expert, TODAY + timedelta(days=3))

    client.post(address("absence_remove", row.pk))
    assert not ExpertAbsence.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (3, 1, "An absence ends after it begins."),
        (-5, -1, "These days are past."),
        (0, 400, "Give at most a year at a time."),
    ],
)
def test_days_that_make_no_sense_are_refused(first, last, said, expert):
    sent = {"begins_on": TODAY + timedelta(days=first), "ends_on": TODAY + timedelta(days=last)}

    answer = client_for(expert.user).post(reverse("subsidies:absence_add"), sent)

    assert (answer.status_code, said in answer.text, ExpertAbsence.objects.count()) == (400, True, 0)


def test_nobody_takes_out_the_days_of_another(expert):
    row = ExpertAbsence.objects.create(expert=ExpertFactory(), begins_on=TODAY, ends_on=TODAY)

    assert client_for(expert.user).post(address("absence_remove", row.pk)).status_code == 404
    assert ExpertAbsence.objects.count() == 1


@pytest.mark.parametrize("typed", ["湘南新材料有限公司", " 91431025dem000081c "])
def test_an_interest_is_declared_by_name_or_code_and_once(typed, expert):
    body = OrganisationFactory(name_zh="湘南新材料有限公司", credit_code="91431025DEM000081C")
    client = client_for(expert.user)

    for _number in range(2):
        client.post(reverse("subsidies:interest_add"), {"organisation": typed, "kind": "shareholder"})

    assert [(row.organisation, row.kind) for row in expert.interests.all()] == [(body, "shareholder")]


def test_an_organisation_that_is_not_in_the_registry_is_told_to_the_bureau(expert):
    sent = {"organisation": "没有的公司", "kind": "shareholder"}

    answer = client_for(expert.user).post(reverse("subsidies:interest_add"), sent)

    assert (answer.status_code, "is in the registry" in answer.text) == (400, True)
