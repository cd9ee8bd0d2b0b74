import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from subsidies import drawing, panels
from subsidies.models import ExpertAbsence, ExpertEmployment, ExpertInterest
from tests.browser.axe import UNFOLDED, faults
from tests.browser.test_desk_applications import sign_in
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory
from tests.factories_accounts import OrganisationFactory
from tests.factories_decision import staff
from tests.subsidies.panels import FINANCE, INDUSTRY, TECHNICAL, call_with, checked, clerk, confirmed, experts, head

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(site):
    """Who looks at which pages of a call with a draw to confirm, one confirmed, and one application to draw for."""
    panel = {"size": 3, "reserves": 2, "least": {"technical": 1, "finance": 1}}
    call = call_with(panel)
    project = ProjectFactory(base=BaseFactory(host=OrganisationFactory(), operator=OrganisationFactory()))
    first, second, third = (*checked(call, 1, project=project), *checked(call, 2))
    experts(TECHNICAL, TECHNICAL, TECHNICAL, FINANCE, FINANCE, INDUSTRY, fields=[IndustryFactory()])
    (bound,) = experts(TECHNICAL)
    ExpertEmployment.objects.create(expert=bound, organisation=third.organisation)
    begun = confirmed(first)
    waiting = drawing.draw(call, [second], by=clerk())
    seats = first.assignments.filter(state="invited").order_by("position")
    declined, asked = seats[0], seats[1]
    panels.decline(declined, by=declined.expert.user, reason="time", note="出差")
    ExpertAbsence.objects.create(expert=asked.expert, begins_on="2027-03-01", ends_on="2027-03-05")
    ExpertInterest.objects.create(expert=asked.expert, organisation=OrganisationFactory(), kind="adviser")
    draw_page = [reverse("admin:subsidies_draw_change", args=[each.pk]) for each in (begun, waiting)]
    return {
        clerk(): [
            reverse("admin:subsidies_expert_changelist"),
            reverse("admin:subsidies_expert_change", args=[bound.pk]),
            reverse("admin:subsidies_draw_changelist"),
            reverse("admin:subsidies_draw_new", args=[call.pk]),
        ],
        head(): draw_page,
        asked.expert.user: [
            reverse("subsidies:review_list"),
            reverse("subsidies:review_seat", args=[asked.pk]),
            reverse("subsidies:review_register"),
        ],
        third.started_by: [reverse("subsidies:application_avoid", args=[third.public_id])],
        staff(PersonKind.DISCIPLINE): [
            reverse("subsidies:draw_list"),
            reverse("subsidies:draw_detail", args=[begun.public_id]),
        ],
    }


def test_axe_finds_nothing_in_the_pages_of_draws_and_none_is_wider_than_its_window(site, page, people):
    found = {}
    for user, addresses in people.items():
        sign_in(page, site, user)
        for address in addresses:
            page.goto(f"{site}{address}")
            page.evaluate(UNFOLDED)
            if problems := faults(page, (390, 1280)):
                found[address] = problems

    assert found == {}


def test_the_pages_of_draws_obey_the_policy_of_the_site(site, plain_page, people):
    for user, addresses in people.items():
        sign_in(plain_page, site, user)
        for address in addresses:
            plain_page.goto(f"{site}{address}")
