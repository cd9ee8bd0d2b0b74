"""Many applications at once: the preview writes nothing, the confirmation does each by itself and reports."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.enums import PersonKind
from common.models import Delivery, JournalEntry, Notice
from subsidies import accepting
from subsidies.enums import State
from subsidies.models import Application, ApplicationStep, Decision
from tests.bases.admin_pages import client_of
from tests.factories_accounts import MembershipFactory, user_of_kind
from tests.factories_decision import MeetingFactory
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.desk import ask_for_correction, clerk, in_check, section_head

pytestmark = pytest.mark.django_db
LIST = "/admin/subsidies/application/"


def post(client, action, applications, **more):
    keys = [each.pk for each in applications]
    return client.post(LIST, {"action": action, "_selected_action": keys, "index": "0", **more}, follow=True)


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def rows():
    return [model.objects.count() for model in (JournalEntry, ApplicationStep, Notice, Delivery)]


@pytest.fixture
def person():
    return clerk()


@pytest.fixture
def three(person):
    """Two that can be accepted, one of them by anybody but this person, and one that is further already."""
    free, own, further = (
        ApplicationFactory(state=State.ACCEPTANCE),
        ApplicationFactory(state=State.ACCEPTANCE),
        in_check(),
    )
    put(own, started_by_id=person.pk)
    return free, own, further


def test_the_preview_says_who_goes_on_and_why_the_others_are_left_out(person, three):
    free, own, further = three

    response = post(client_of(person), "accept", three)

    assert response.context["going"] == [free]
    assert {each.application: each.why for each in response.context["left_out"]} == {
        own: "您不能对这项申报这样办理：现由他人办理，或您与其有利害关系。",
        further: "申报目前为“形式审查”，不能“受理”。",
    }


def test_the_preview_writes_nothing(person, three):
    client = client_of(person)
    before = (rows(), list(Application.objects.values_list("pk", "state", "version", "due_on")))

    with CaptureQueriesContext(connection) as asked:
        post(client, "accept", three)

    assert (rows(), list(Application.objects.values_list("pk", "state", "version", "due_on"))) == before
    assert any("ROLLBACK TO SAVEPOINT" in query["sql"] for query in asked.captured_queries)


def test_what_is_confirmed_goes_one_by_one_and_what_is_refused_meanwhile_is_told(person, three):
    free, _own, _further = three
    second = ApplicationFactory(state=State.ACCEPTANCE)
    accepting.accept(second, by=clerk())

    response = post(client_of(person), "accept", [free, second], confirmed="1")

    free.refresh_from_db()
    assert (free.state, free.steps.last().by) == (State.FORM_CHECK, person)
    assert messages_of(response) == [
        f"{second} {second.project_name}: 申报目前为“形式审查”，不能“受理”。",
        "受理：1 项申报。",
    ]


def test_a_confirmed_list_of_others_applications_moves_nothing(person, three):
    _free, own, _further = three

    response = post(client_of(person), "accept", [own], confirmed="1")

    own.refresh_from_db()
    assert own.state == State.ACCEPTANCE
    assert messages_of(response)[0].startswith(str(own))


def test_the_applicant_is_reminded_once_a_day(person):
    application = in_check()
    ask_for_correction(application, materials=["A01"], by=person)
    others = in_check()
    Notice.objects.all().delete()
    client = client_of(person)

    assert post(client, "remind", [application, others]).context["going"] == [application]
    assert Notice.objects.count() == 0

    post(client, "remind", [application, others], confirmed="1")
    assert set(Notice.objects.values_list("kind", "recipient")) == {
        ("correction-reminded", application.started_by_id),
        ("correction-reminded", application.submitted_by_id),
    }
    assert JournalEntry.objects.filter(action="remind", object_id=str(application.pk)).count() == 1

    again = post(client, "remind", [application])
    assert [each.why for each in again.context["left_out"]] == ["今日已经提醒过申报单位。"]


@pytest.mark.parametrize("kind", [PersonKind.FINANCE, PersonKind.DISCIPLINE, PersonKind.BUREAU_LEADER])
def test_whoever_takes_no_part_is_offered_no_bulk_move_and_makes_none(kind):
    application = ApplicationFactory(state=State.ACCEPTANCE)
    client = client_of(user_of_kind(kind))

    assert "_selected_action" not in client.get(LIST).content.decode()
    post(client, "accept", [application], confirmed="1")

    application.refresh_from_db()
    assert application.state == State.ACCEPTANCE


def test_somebody_of_the_firm_is_left_out_too(person):
    application = ApplicationFactory(state=State.ACCEPTANCE)
    MembershipFactory(user=person, organisation=application.organisation)

    assert post(client_of(person), "accept", [application]).context["going"] == []


def test_applications_that_the_person_does_not_see_are_not_even_named():
    hidden = ApplicationFactory(state=State.RECOMMENDATION)

    response = post(client_of(clerk()), "accept", [hidden])

    assert hidden.project_name not in response.content.decode()


def test_what_was_reviewed_is_put_before_a_chosen_meeting():
    first, second = (ApplicationFactory(state=State.REVIEWED) for _ in range(2))
    meeting = MeetingFactory(call=first.call)
    MeetingFactory(call=first.call, minutes_number="1", released_by=clerk(), released_at=timezone.now())
    client = client_of(section_head())
    names = [name for name, _title in client.get(LIST).context["action_form"].fields["action"].choices]
    assert names == ["", "accept", "remind", f"propose-{meeting.pk}"]

    preview = post(client, f"propose-{meeting.pk}", [first, second])
    assert preview.context["going"] == [first]  # the other one is of another call
    assert not Decision.objects.filter(application=first).exists()

    post(client, f"propose-{meeting.pk}", [first], confirmed="1")
    assert [(each.application, each.meeting) for each in Decision.objects.all()] == [(first, meeting)]


def test_a_clerk_puts_nothing_before_a_meeting(person):
    application = ApplicationFactory(state=State.REVIEWED)
    meeting = MeetingFactory(call=application.call)

    post(client_of(person), f"propose-{meeting.pk}", [application], confirmed="1")

    application.refresh_from_db()
    assert application.state == State.REVIEWED
