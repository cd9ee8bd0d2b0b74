"""The page of a draw on the desk."""

from typing import NamedTuple

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from common.models import JournalEntry
from subsidies import drawing, panels
from subsidies.enums import AssignmentState, State
from subsidies.models import Draw, ExpertInterest
from tests.factories_decision import ExpertFactory, seat, staff
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.calls import client_for
from tests.subsidies.panels import FINANCE, TECHNICAL, call_with, checked, clerk, confirmed, experts, head, members
from tests.worlds import parts

pytestmark = pytest.mark.django_db


def page_of(draw):
    return reverse("admin:subsidies_draw_change", args=[draw.pk])


class World(NamedTuple):
    drawn: Draw


def make_world() -> World:
    call = call_with()
    (application,) = checked(call)
    experts(TECHNICAL, TECHNICAL, FINANCE, FINANCE)
    return World(drawing.draw(call, [application], by=clerk()))


(drawn,) = parts(World)


def test_another_person_confirms_on_the_page_of_the_draw(drawn):
    by = head()

    client_for(by).post(page_of(drawn), {"deed": "confirm"})

    drawn.refresh_from_db()
    assert drawn.confirmed_by == by


def test_who_drew_is_offered_no_confirmation_and_gets_none_by_force():
    call, by = call_with({"size": 1}), head()
    experts(TECHNICAL)
    made = drawing.draw(call, checked(call), by=by)
    client = client_for(by)

    assert client.get(page_of(made)).context["can_confirm"] is False
    client.post(page_of(made), {"deed": "confirm"})
    made.refresh_from_db()
    assert made.confirmed_at is None


@pytest.mark.parametrize("kind", [PersonKind.BUREAU_LEADER, PersonKind.DISCIPLINE])
@pytest.mark.parametrize("deed", ["confirm", "discard", "release", "redraw", "drop_revision", "pass_chair"])
def test_who_may_only_read_does_nothing(kind, deed, drawn):
    client, before = client_for(staff(kind)), JournalEntry.objects.count()

    assert client.get(page_of(drawn)).status_code == 200
    assert client.post(page_of(drawn), {"deed": deed, "reason": "无"}).status_code in (403, 404)
    assert JournalEntry.objects.count() == before


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.EXPERT])
def test_who_has_nothing_to_do_with_it_sees_no_draw(kind, drawn):
    answer = client_for(staff(kind)).get(page_of(drawn))

    assert answer.status_code in (302, 403, 404)


def test_a_draw_is_discarded_with_a_reason_on_its_page(drawn):
    client = client_for(clerk())

    client.post(page_of(drawn), {"deed": "discard", "reason": ""})
    drawn.refresh_from_db()
    assert drawn.discarded_at is None
    client.post(page_of(drawn), {"deed": "discard", "reason": "名册有误"})
    drawn.refresh_from_db()
    assert drawn.discard_reason == "名册有误"


def test_a_silent_expert_is_replaced_and_a_seat_left_empty_is_drawn_for(drawn):
    application = confirmed_application(drawn)
    silent = next(row for row in members(application) if row.kind == FINANCE)
    client = client_for(head())

    client.post(page_of(drawn), {"deed": "release", "about": silent.pk, "reason": "未回应"})
    silent.refresh_from_db()
    assert silent.state == AssignmentState.RELEASED
    for row in application.assignments.filter(state=AssignmentState.INVITED):
        panels.decline(row, by=row.expert.user, reason="time")
    experts(TECHNICAL, TECHNICAL, FINANCE)
    (panel,) = client.get(page_of(drawn)).context["panels"]
    assert (panel.is_short, panel.can_redraw) == (True, True)

    answer = client.post(page_of(drawn), {"deed": "redraw", "about": application.pk})

    made = Draw.objects.exclude(pk=drawn.pk).get()
    assert answer.headers["Location"] == page_of(made)
    assert made.inputs["applications"][0]["seats"] == 3


def confirmed_application(drawn):
    drawing.confirm(drawn, by=head())
    return drawn.call.applications.get()


@pytest.mark.parametrize("about", ["", "x", "-1", "99999999999999999999999"])
def test_a_seat_that_is_not_of_the_draw_is_not_there(about, drawn):
    foreign = seat(ApplicationFactory(state=State.REVIEW))
    client = client_for(head())

    for key in (about, foreign.pk):
        assert client.post(page_of(drawn), {"deed": "release", "about": key, "reason": "无"}).status_code == 404
    assert client.post(page_of(drawn), {"deed": "burn"}).status_code == 404


def test_the_page_shows_seed_hashes_panels_and_exclusions(drawn):
    application = drawn.call.applications.get()
    ExpertInterest.objects.create(expert=ExpertFactory(), organisation=application.organisation, kind="kin")
    drawing.discard(drawn, by=clerk(), reason="重来")
    made = drawing.draw(drawn.call, [application], by=clerk())

    answer = client_for(clerk()).get(page_of(made))

    assert made.seed in answer.text
    assert made.inputs_digest in answer.text
    ((number, rows),) = answer.context["exclusions"]
    assert (number, [row.code for row in rows]) == (application.number, [made.exclusions[0]["expert"]])
    (panel,) = answer.context["panels"]
    assert [code for code, _name in panel.drawn] == made.result["panels"][0]["members"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_draw_takes_the_same_queries_for_any_number(count, django_assert_num_queries):
    call = call_with({"size": 1})
    applications = checked(call, count)
    experts(*[TECHNICAL] * count)
    made, client = confirmed(*applications), client_for(clerk())

    with django_assert_num_queries(20):
        client.get(page_of(made))
