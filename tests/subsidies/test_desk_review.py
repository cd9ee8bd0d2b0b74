"""Panel, sheets and visits on the desk's page of an application."""

import pytest
from django.urls import reverse

from accounts.enums import PersonKind
from accounts.models import User
from common.calendar import shanghai_today
from subsidies import drawing, meetings, reviewing
from subsidies.enums import State
from subsidies.models import SiteVisit
from tests.bases.admin_pages import client_of
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_decision import MeetingFactory
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.desk import clerk, unit_of
from tests.subsidies.panel import expert_of, seats, signs, under_review
from tests.subsidies.panels import TECHNICAL, call_with, checked, experts
from tests.subsidies.test_admin_applications import offered, page, url
from tests.subsidies.test_visiting import application_in, concluded, crew_of, officers, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    """Reviewed by two, with a wide spread and the chair's note."""
    application = under_review(members=2, panel={"widest_spread": "20"})
    chair, other = seats(application)
    for own, name, points in ((chair, "评委甲", "90"), (other, "评委乙", "60.5")):
        own.expert.user.name = name
        own.expert.user.save()
        signs(own, points, opinion=f"{name}的意见")
    reviewing.chair_note(chair, by=expert_of(chair), text="对成熟度看法不同")
    application.refresh_from_db()
    return application


# ---------------------------------------------------------------- sheets
@pytest.mark.parametrize("kind", [PersonKind.BUREAU_CLERK, PersonKind.SECTION_HEAD, PersonKind.DISCIPLINE])
def test_the_bureau_reads_the_sheets_with_names(application, kind):
    html = page(user_of_kind(kind), application)

    for words in ("评委甲的意见", "评委乙", "60.50", "75.25", "对成熟度看法不同"):
        assert words in html


def test_county_finance_and_whoever_belongs_to_the_firm_read_none(application):
    bound = clerk()
    MembershipFactory(user=bound, organisation=application.organisation)
    for user in (unit_of(application).leader, user_of_kind(PersonKind.FINANCE), bound):
        html = page(User.objects.get(pk=user.pk), application)

        assert application.number in html
        assert [words for words in ("评委甲", "评委乙", "60.50", "对成熟度看法不同") if words in html] == []


def test_a_draft_is_nobody_elses_affair():
    application = under_review(members=1)
    own = seats(application)[0]
    marks = {"S1": {"points": "33.33", "comment": "尚未定稿"}}
    reviewing.keep(own, by=expert_of(own), marks=marks, opinion="草稿意见")

    html = page(clerk(), application)

    assert [words for words in ("33.33", "尚未定稿", "草稿意见") if words in html] == []


@pytest.mark.parametrize("members", [2, 5])
def test_the_page_costs_the_same_however_large_the_panel(members, django_assert_num_queries):
    application = under_review(members=members)
    for own in seats(application)[:-1]:
        signs(own)
    client = client_of(clerk())
    client.get(url(application))

    with django_assert_num_queries(31):
        client.get(url(application))


# ---------------------------------------------------------------- the draw
def test_a_checked_application_leads_to_its_draw_and_the_draw_back():
    (application,) = checked(call_with({"size": 1, "reserves": 0}))
    experts(TECHNICAL)
    new = reverse("admin:subsidies_draw_new", args=[application.call_id])
    by = clerk()
    assert f'href="{new}"' in page(by, application)
    assert f'href="{url(application)}"' in client_of(by).get(new).text

    made = drawing.draw(application.call, [application], by=by)

    html, draw = page(by, application), reverse("admin:subsidies_draw_change", args=[made.pk])
    assert (f'href="{draw}"' in html, "待确认" in html, f'href="{new}"' in html) == (True, True, False)
    assert f'href="{url(application)}"' in client_of(by).get(draw).text


def test_the_draw_is_not_told_to_finance_nor_to_whoever_belongs_to_the_firm():
    (application,) = checked(call_with({"size": 1, "reserves": 0}))
    bound = clerk()
    MembershipFactory(user=bound, organisation=application.organisation)
    for user in (user_of_kind(PersonKind.FINANCE), bound):
        assert 'id="draws"' not in page(User.objects.get(pk=user.pk), application)


# ---------------------------------------------------------------- the meeting
def test_a_reviewed_application_leads_to_the_meeting_it_can_be_put_before():
    application, head = ApplicationFactory(state=State.REVIEWED), user_of_kind(PersonKind.SECTION_HEAD)
    new = f"{reverse('admin:subsidies_meeting_add')}?call={application.call_id}"
    assert (new in page(head, application), new in page(clerk(), application)) == (True, False)

    meeting = MeetingFactory(call=application.call)

    address = reverse("admin:subsidies_meeting_change", args=[meeting.pk])
    assert (f"{address}#propose" in page(head, application), new in page(head, application)) == (True, False)

    meetings.propose(application, meeting=meeting, by=head)
    html = page(clerk(), application)
    assert (f'href="{address}"' in html, f"{address}#propose" in html) == (True, False)


def test_no_meeting_is_offered_before_the_visit_that_the_call_wants():
    application, head = application_in(State.REVIEWED), user_of_kind(PersonKind.SECTION_HEAD)

    assert 'id="meetings"' not in page(head, application)


# ---------------------------------------------------------------- visits
def test_a_visit_is_planned_from_the_page_and_called_off_there():
    application, crew = application_in(State.REVIEWED), officers()
    client = client_of(crew[0])
    assert "plan_visit" in offered(crew[0], application)

    answer = client.post(
        url(application),
        {
            "do": "plan_visit",
            "plan_visit-visited_on": shanghai_today().isoformat(),
            "plan_visit-place": "一号车间",
            "plan_visit-officers": [officer.pk for officer in crew],
        },
    )

    visit = SiteVisit.objects.get()
    assert (answer.status_code, visit.place, crew_of(visit)) == (302, "一号车间", crew)
    assert f"/visits/{visit.key}/" in page(crew[0], application)
    assert "plan_visit" not in offered(crew[0], application)

    client.post(url(application), {"do": "call_off_visit", "call_off_visit-reason": "企业停产检修"})
    assert SiteVisit.objects.count() == 0


def test_one_officer_is_too_few_and_nothing_typed_is_lost():
    application, by = application_in(State.REVIEWED), clerk()
    sent = {
        "do": "plan_visit",
        "plan_visit-visited_on": shanghai_today().isoformat(),
        "plan_visit-place": "一号车间",
        "plan_visit-officers": [by.pk],
    }

    answer = client_of(by).post(url(application), sent)

    assert answer.status_code == 400
    assert 'value="一号车间"' in answer.content.decode()


def test_officers_offered_are_those_who_can_go():
    application, by, bound = application_in(State.REVIEWED), clerk(), clerk()
    MembershipFactory(user=bound, organisation=application.organisation)
    user_of_kind(PersonKind.FINANCE)

    answer = client_of(by).get(url(application))

    (offer,) = (each for each in answer.context["offered"] if each.name == "plan_visit")
    assert list(offer.form.fields["officers"].queryset) == [by]


def test_a_visit_is_offered_at_its_time_alone():
    assert "plan_visit" not in offered(clerk(), application_in(State.REVIEWED, "none"))
    assert "plan_visit" not in offered(clerk(), application_in(State.CHECKED, "after_panel"))
    assert "plan_visit" in offered(clerk(), application_in(State.CHECKED, "before_panel"))


def test_what_was_found_is_read_by_the_bureau_and_not_by_the_county():
    visit = concluded()

    assert "设备运行正常" in page(clerk(), visit.application)
    assert "设备运行正常" not in page(unit_of(visit.application).leader, visit.application)


def test_a_planned_visit_is_no_affair_of_finance():
    visit = planned()

    assert str(visit.key) not in page(user_of_kind(PersonKind.FINANCE), visit.application)
