"""A lead tells the administrators that a correction is done: by page and API, once until something changes."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole
from accounts.models import User
from common.calendar import shanghai_today
from common.models import Delivery, JournalEntry, Notice
from subsidies.asking_to_sign import ask_to_sign
from subsidies.attachments import remove
from subsidies.drafting import save_answers
from subsidies.enums import State
from subsidies.models import Application
from subsidies.submitting import Incomplete
from subsidies.workflow import MoveRefused
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import ApplicationFactory, person_of
from tests.subsidies.api_client import Caller, problem
from tests.subsidies.calls import client_for
from tests.subsidies.desk import ask_for_correction, clerk, dated, in_check
from tests.subsidies.signing import put_file
from tests.worlds import parts

pytestmark = pytest.mark.django_db
KIND = "corrected-for-signature"
BUTTON, TOLD = "Ask the administrators to sign", "have been told that it waits for their signature"


class World(NamedTuple):
    application: Application
    lead: User
    administrators: set[int]


def make_world() -> World:
    """An open correction that was done, a lead, and two administrators by their keys."""
    application = in_check()
    ask_for_correction(application, fields=["summary"], materials=["A01"])
    put_file(application, "A01", name="更正.pdf")
    application = Application.objects.get(pk=application.pk)
    lead = person_of(application.organisation, MembershipRole.PROJECT_LEAD)
    return World(application, lead, {person_of(application.organisation).pk for _each in range(2)})


application, lead, administrators = parts(World)


def told():
    return set(Notice.objects.filter(kind=KIND).values_list("recipient", flat=True))


def test_every_administrator_is_told_by_notice_and_mail_and_nobody_else(application, administrators, lead):
    count = ask_to_sign(application, by=lead)

    assert administrators <= told()
    assert (count, lead.pk in told()) == (len(told()), False)
    assert Delivery.objects.filter(notice__kind=KIND, channel="email").count() == count
    notice = Notice.objects.filter(kind=KIND)[0]
    assert notice.address == application.get_absolute_url()
    assert notice.facts["due_on"] == application.corrections.get().due_on.isoformat()
    assert JournalEntry.objects.get(action="ask_to_sign").object_id == str(application.pk)


def test_nobody_is_told_again_before_something_changes(application, administrators, lead):
    def ask():
        return ask_to_sign(Application.objects.get(pk=application.pk), by=lead)

    def again():
        with pytest.raises(MoveRefused) as refusal:
            ask()
        assert refusal.value.code == "told"

    first = ask()
    again()
    save_answers(application, {"summary": "已更正"}, Application.objects.get(pk=application.pk).version, lead)
    assert ask() == first
    again()
    put_file(application, "A01", name="再次更正.pdf")
    assert ask() == first
    first_file = application.files.earliest("pk")
    first_file.removed_at, first_file.removed_by = timezone.now(), lead
    first_file.save()
    assert ask() == first
    again()
    assert Notice.objects.filter(kind=KIND).count() == first * 4


@pytest.mark.parametrize(
    "role", [MembershipRole.ADMINISTRATOR, MembershipRole.MEMBER, MembershipRole.READER, None], ids=str
)
def test_nobody_but_a_lead_asks(application, administrators, role):
    person = person_of(application.organisation, role) if role else UserFactory()

    with pytest.raises(PermissionDenied):
        ask_to_sign(application, by=person)

    assert told() == set()
    with pytest.raises(PermissionDenied):
        ask_to_sign(application, by=clerk())


@pytest.mark.parametrize("state", [State.DRAFT, State.FORM_CHECK, State.WITHDRAWN], ids=str)
def test_without_an_open_correction_there_is_nothing_to_sign(state):
    application = ApplicationFactory(state=state)

    with pytest.raises(MoveRefused) as refusal:
        ask_to_sign(application, by=person_of(application.organisation, MembershipRole.PROJECT_LEAD))

    assert refusal.value.code == "state"


def test_what_is_not_complete_or_too_late_is_not_brought_to_sign(application, administrators, lead):
    for row in application.files.in_force().filter(material="A01"):
        remove(row, lead)
    with pytest.raises(Incomplete):
        ask_to_sign(application, by=lead)
    put_file(application, "A01")
    long_ago = shanghai_today() - timedelta(days=30)
    dated(application.corrections.get(), long_ago, long_ago)
    with pytest.raises(MoveRefused) as refusal:
        ask_to_sign(application, by=lead)

    assert refusal.value.code == "late"
    assert told() == set()


def test_the_page_offers_it_to_a_lead_until_it_is_done(application, administrators, lead):
    address = f"/en{application.get_absolute_url()}"
    ask = reverse("subsidies:application_ask_to_sign", args=[application.public_id])
    page = client_for(lead).get(address).text
    assert (BUTTON in page, TOLD in page) == (True, False)

    answer = client_for(lead).post(ask)

    assert (answer.status_code, answer.headers["Location"]) == (302, application.get_absolute_url())
    page = client_for(lead).get(address).text
    assert (BUTTON in page, TOLD in page) == (False, True)
    put_file(application, "A01", name="再次更正.pdf")
    assert BUTTON in client_for(lead).get(address).text
    for role in (MembershipRole.ADMINISTRATOR, MembershipRole.MEMBER):
        assert BUTTON not in client_for(person_of(application.organisation, role)).get(address).text


def test_the_api_asks_once_and_says_why_not(application, administrators, lead):
    address = f"applications/{application.public_id}/corrections/ask-to-sign/"
    member = person_of(application.organisation, MembershipRole.MEMBER)

    assert problem(Caller(member).post(address))[0] == 403
    assert problem(Caller(UserFactory()).post(address))[0] == 404
    assert told() == set()
    assert Caller(lead).post(address, key="k-1").status_code == 204
    assert Caller(lead).post(address, key="k-1").status_code == 204
    assert problem(Caller(lead).post(address, key="k-2")) == (409, "told")
    assert administrators <= told()
