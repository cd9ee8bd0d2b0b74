"""A review goes on where an expert has left it: a revision nobody finishes, a chair who cannot write the note."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import PersonKind
from common.calendar import shanghai_today
from common.models import JournalEntry, Notice
from subsidies import reviewing, stuck_reviews
from subsidies.enums import State
from subsidies.models import Assignment
from subsidies.workflow import MoveRefused
from tests.factories_accounts import MembershipFactory
from tests.factories_decision import DrawFactory, seat, staff
from tests.factories_subsidies import put
from tests.subsidies.calls import client_for
from tests.subsidies.panel import expert_of, seats, signs, under_review
from tests.subsidies.panels import clerk, head
from tests.worlds import parts

pytestmark = pytest.mark.django_db

WIDE = {"widest_spread": "20"}
YESTERDAY = shanghai_today() - timedelta(days=1)


def state_of(application):
    application.refresh_from_db()
    return application.state


def leaves(place, how):
    """The expert cannot go on: the account is off, the firm has employed them, or the day is over."""
    user = place.expert.user
    if how == "account":
        user.is_active = False
        user.save()
    elif how == "firm":
        MembershipFactory(user=user, organisation=place.application.organisation)
    else:
        place.due_on = YESTERDAY
        place.save()


LEAVING = pytest.mark.parametrize("how", ["account", "firm", "late"])


def drawn(panel=None):
    """Two seats of a draw that names the application, as the page of the draw wants it."""
    application = under_review(members=0, panel=panel)
    number = application.number
    inputs = {"version": 1, "experts": [], "applications": [{"number": number}]}
    panels = [{"application": number, "members": [], "reserves": []}]
    DrawFactory(call=application.call, inputs=inputs, result={"panels": panels})
    for _number in range(2):
        seat(application)
    put(application, sheets_needed=2)
    application.refresh_from_db()
    return application


class World(NamedTuple):
    first: Assignment
    chair: Assignment
    other: Assignment


def make_world() -> World:
    return World(revised(), *far_apart())


def revised():
    """Both have signed, and the first is at a revision."""
    first, second = seats(drawn())
    signs(first, "70")
    reviewing.revise(first, by=expert_of(first), reason="再看一遍")
    signs(second, "80")
    return first


def far_apart():
    """All have signed, and the totals wait for the note of the chair."""
    chair, other = seats(drawn(WIDE))
    signs(chair, "90")
    signs(other, "60")
    return chair, other


first, chair, other = parts(World)


# ---------------------------------------------------------------- an abandoned revision
@LEAVING
def test_the_head_drops_a_revision_that_nobody_finishes(how, first):
    application = first.application
    leaves(first, how)

    stuck_reviews.drop_revision(first, by=head(), reason="逾期未签")

    assert (state_of(application), application.score) == (State.REVIEWED, Decimal("75.00"))
    assert first.sheets.count() == 1
    told = set(Notice.objects.filter(kind="revision-dropped").values_list("recipient", flat=True))
    assert told == (set() if how == "account" else {first.expert.user_id})
    entry = JournalEntry.objects.filter(object_type="subsidies.scoresheet").latest("pk")
    assert (entry.action, entry.reason) == ("delete", "逾期未签")


def test_a_revision_is_left_to_who_can_still_sign_it(first):
    application = first.application

    with pytest.raises(MoveRefused):
        stuck_reviews.drop_revision(first, by=head(), reason="催办")
    assert (state_of(application), first.sheets.count()) == (State.REVIEW, 2)


def test_only_a_head_drops_a_revision_with_a_reason_and_only_where_there_is_one(first):
    leaves(first, "late")
    second = seats(first.application)[1]
    leaves(second, "late")

    with pytest.raises(PermissionDenied):
        stuck_reviews.drop_revision(first, by=clerk(), reason="逾期未签")
    with pytest.raises(MoveRefused):
        stuck_reviews.drop_revision(first, by=head(), reason=" ")
    with pytest.raises(MoveRefused):
        stuck_reviews.drop_revision(second, by=head(), reason="逾期未签")
    assert first.sheets.count() == 2


# ---------------------------------------------------------------- the chair
@LEAVING
def test_the_head_passes_the_chair_to_another_who_has_signed(how, chair, other):
    application = chair.application
    leaves(chair, how)

    stuck_reviews.pass_chair(other, by=head(), reason="组长不能履职")

    assert [row.is_chair for row in seats(application)] == [False, True]
    assert Notice.objects.filter(kind="spread-note-wanted", recipient=other.expert.user).exists()
    reviewing.chair_note(other, by=expert_of(other), text="对成熟度看法不同")
    assert state_of(application) == State.REVIEWED


def test_a_chair_who_can_still_write_keeps_it(other):
    application = other.application

    with pytest.raises(MoveRefused):
        stuck_reviews.pass_chair(other, by=head(), reason="催办")
    assert [row.is_chair for row in seats(application)] == [True, False]


@LEAVING
def test_the_chair_is_not_passed_to_who_cannot_write_either(how, chair, other):
    application = chair.application
    leaves(chair, "late")
    leaves(other, how)

    if how == "late":
        stuck_reviews.pass_chair(other, by=head(), reason="组长不能履职")
    else:
        with pytest.raises(MoveRefused):
            stuck_reviews.pass_chair(other, by=head(), reason="组长不能履职")
    assert seats(application)[1].is_chair == (how == "late")


def test_the_chair_is_passed_by_a_head_and_to_a_signed_member_alone():
    application = under_review(members=3, panel=WIDE)
    chair, signed, unsigned = seats(application)
    signs(chair, "90")
    signs(signed, "60")
    leaves(chair, "account")

    for by in (clerk(), staff(PersonKind.DISCIPLINE), signed.expert.user):
        with pytest.raises(PermissionDenied):
            stuck_reviews.pass_chair(signed, by=by, reason="组长不能履职")
    with pytest.raises(MoveRefused):
        stuck_reviews.pass_chair(unsigned, by=head(), reason="组长不能履职")
    assert seats(application)[0].is_chair


# ---------------------------------------------------------------- on the desk
def offered(client, page):
    (panel,) = client.get(page).context["panels"]
    return [(each.can_drop_revision, each.can_take_chair) for each in panel.members]


def test_the_page_of_the_draw_offers_to_drop_the_revision(first):
    leaves(first, "late")
    client, page = client_for(head()), reverse("admin:subsidies_draw_change", args=[first.draw_id])
    assert offered(client, page) == [(True, False), (False, True)]
    assert offered(client_for(clerk()), page) == [(False, False)] * 2

    client.post(page, {"deed": "drop_revision", "about": first.pk, "reason": "逾期未签"})

    assert first.sheets.count() == 1


def test_the_page_of_the_draw_offers_to_pass_the_chair(chair, other):
    leaves(chair, "late")
    client, page = client_for(head()), reverse("admin:subsidies_draw_change", args=[other.draw_id])
    assert offered(client, page) == [(False, False), (False, True)]

    client.post(page, {"deed": "pass_chair", "about": other.pk, "reason": "组长不能履职"})

    other.refresh_from_db()
    assert other.is_chair
