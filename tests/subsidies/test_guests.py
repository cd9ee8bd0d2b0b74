"""A consultant sees one application of a firm, until a day, and no more than that."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import User
from common.delivery import send_due
from common.models import Delivery
from subsidies import guests
from subsidies.enums import State
from subsidies.models import Application, ApplicationGuest, GuestInvitation
from subsidies.workflow import available_actions
from tests.accounts.conftest import with_address
from tests.accounts.people import administrator, fresh
from tests.factories_accounts import UserFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, firm, person_of

pytestmark = pytest.mark.django_db

EMAIL = "consultant@example.invalid"
ACCOUNT_QUERIES = 12


@pytest.fixture
def application() -> Application:
    return ApplicationFactory()


@pytest.fixture
def lead(application) -> User:
    return application.started_by


@pytest.fixture
def consultant() -> User:
    return with_address(UserFactory(email=EMAIL, name="顾问"))


def let_in(application, by, email=EMAIL, days=30) -> GuestInvitation:
    return guests.let_in(application, by=by, email=email, ends_at=timezone.now() + timedelta(days=days))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_consultant_comes_in_by_the_mailed_link_and_writes_in_this_application_alone(
    application, lead, consultant, mailoutbox, django_capture_on_commit_callbacks
):
    ApplicationFactory(organisation=application.organisation)
    with django_capture_on_commit_callbacks(execute=True):
        let_in(application, lead)
    address = re.search(r"http://[^/]+(/guests/\S+/)", mailoutbox[0].body)[1]

    entered = signed_in(consultant).post(f"{address}enter/")

    assert entered.url == application.get_absolute_url()
    assert list(Application.objects.visible_to(fresh(consultant))) == [application]
    assert available_actions(application, fresh(consultant)) == []
    assert mailoutbox[0].to == [EMAIL]


def test_a_consultant_is_offered_no_button_to_hand_over_and_is_refused(application, lead, consultant):
    guests.enter(let_in(application, lead), by=consultant)
    client = signed_in(consultant)
    address = f"{application.get_absolute_url()}hand-over/"

    shown, refused = client.get(application.get_absolute_url()), client.post(address)

    assert (shown.context["may_write"], shown.context["may_hand_over"]) == (True, False)
    assert address not in shown.content.decode()
    assert refused.status_code == 403
    assert Application.objects.get().state == State.DRAFT


def test_known_and_unknown_addresses_get_the_same_answer(application, lead, consultant):
    known, unknown = let_in(application, lead), let_in(application, lead, "nobody@example.invalid")

    assert (known.accepted_at, unknown.accepted_at) == (None, None)
    assert ApplicationGuest.objects.count() == 0


def test_access_ends_with_the_day_it_was_given_for(application, lead, consultant, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    guests.enter(let_in(application, lead, days=10), by=consultant)

    time_machine.move_to("2026-03-12T07:59:59Z", tick=False)
    before = Application.objects.visible_to(fresh(consultant)).count()
    time_machine.move_to("2026-03-12T08:00:00Z", tick=False)

    assert (before, Application.objects.visible_to(fresh(consultant)).count()) == (1, 0)


def test_a_guest_without_a_last_day_is_shown_to_the_firm_and_takes_a_place(application, lead, consultant, monkeypatch):
    ApplicationGuest.objects.create(application=application, user=consultant, let_in_by=lead)
    monkeypatch.setattr(guests, "MOST", 1)

    pages = [signed_in(lead).get(application.get_absolute_url() + "people/")]
    pages.append(signed_in(lead).get(reverse("subsidies:firm", args=[application.organisation.slug])))

    assert [list(page.context["guests"].values_list("user", flat=True)) for page in pages] == [[consultant.pk]] * 2
    with pytest.raises(ValidationError):
        let_in(application, lead, email="second@example.invalid")


def test_access_that_is_ended_is_ended_at_the_next_click(application, lead, consultant):
    guest = guests.enter(let_in(application, lead), by=consultant)
    client = signed_in(consultant)
    before = client.get(application.get_absolute_url()).status_code

    signed_in(lead).post(f"/applications/{application.public_id}/people/guests/{guest.pk}/end/")

    assert (before, client.get(application.get_absolute_url()).status_code) == (200, 404)


def test_a_guest_may_go_but_not_let_others_in_or_end_others(application, lead, consultant):
    own = guests.enter(let_in(application, lead), by=consultant)
    other = guests.enter(let_in(application, lead, "two@example.invalid"), by=second_consultant())
    client = signed_in(consultant)
    people = f"/applications/{application.public_id}/people/"

    with pytest.raises(PermissionDenied):
        let_in(application, fresh(consultant), "friend@example.invalid")
    with pytest.raises(PermissionDenied):
        guests.end(other, by=fresh(consultant))
    statuses = [
        client.post(f"{people}guests/", {"email": "x@example.invalid"}).status_code,
        client.post(f"{people}guests/{other.pk}/end/").status_code,
        client.post(f"{people}guests/{own.pk}/end/").status_code,
    ]

    assert statuses == [404, 404, 302]
    assert Application.objects.visible_to(fresh(consultant)).count() == 0


def second_consultant() -> User:
    return with_address(UserFactory(email="two@example.invalid"))


@pytest.mark.parametrize("role", [MembershipRole.MEMBER, MembershipRole.READER])
def test_members_and_readers_let_nobody_in(application, lead, role):
    person = person_of(application.organisation, role)
    invitation = let_in(application, lead)

    with pytest.raises(PermissionDenied):
        let_in(application, person, "x@example.invalid")
    with pytest.raises(PermissionDenied):
        guests.revoke(invitation, by=person)


def test_people_of_another_firm_find_no_such_application(application, lead):
    invitation = let_in(application, lead)
    client = signed_in(administrator(firm()))
    people = f"/applications/{application.public_id}/people/"

    assert client.get(people).status_code == 404
    assert client.post(f"{people}guests/", {"email": "x@example.invalid"}).status_code == 404
    assert client.post(f"{people}invitations/{invitation.pk}/revoke/").status_code == 404


def test_a_link_is_for_its_address_once_and_not_after_it_was_revoked(application, lead, consultant):
    invitation = let_in(application, lead)
    with pytest.raises(ValidationError) as other:
        guests.enter(invitation, by=second_consultant())
    guests.enter(invitation, by=consultant)
    with pytest.raises(ValidationError) as again:
        guests.enter(invitation, by=consultant)
    revoked = let_in(application, lead, "two@example.invalid")
    guests.revoke(revoked, by=lead)
    with pytest.raises(ValidationError) as late:
        guests.enter(revoked, by=User.objects.get(email="two@example.invalid"))

    assert (other.value.code, again.value.code, late.value.code) == ("address", "state", "state")


def test_what_somebody_began_who_has_left_the_firm_is_void(application, lead, consultant):
    invitation = let_in(application, lead)
    lead.memberships.get().delete()

    with pytest.raises(ValidationError):
        guests.enter(invitation, by=consultant)

    assert ApplicationGuest.objects.count() == 0


def test_who_decides_does_not_help(application, lead):
    officer = user_of_kind(PersonKind.BUREAU_CLERK)
    invitation = let_in(application, lead, officer.email)
    with_address(officer)

    with pytest.raises(ValidationError):
        guests.enter(invitation, by=fresh(officer))


def test_people_of_the_firm_need_no_invitation(application, lead):
    with pytest.raises(ValidationError) as refused:
        let_in(application, lead, person_of(application.organisation, MembershipRole.READER).email.upper())

    assert list(refused.value.message_dict) == ["email"]


@pytest.mark.parametrize("days", [-1, 0, 367, 10_000])
def test_the_last_day_lies_between_today_and_a_year_from_now(application, lead, days):
    with pytest.raises(ValidationError) as refused:
        let_in(application, lead, days=days)

    assert list(refused.value.message_dict) == ["ends_on"]


def test_ten_guests_at_a_time_and_no_more(application, lead):
    for number in range(guests.MOST):
        let_in(application, lead, f"a{number}@example.invalid")

    with pytest.raises(ValidationError):
        let_in(application, lead)


def test_a_new_invitation_of_a_guest_moves_the_last_day(application, lead, consultant):
    guests.enter(let_in(application, lead, days=5), by=consultant)

    later = guests.enter(let_in(application, lead, days=50), by=consultant)

    assert list(application.guests.in_force().filter(user=consultant)) == [later]


def test_the_page_shows_the_firm_its_people_and_a_guest_nobody(application, lead, consultant):
    colleague = person_of(application.organisation, MembershipRole.READER)
    colleague.name = "不应出现的同事"
    colleague.save()
    guests.enter(let_in(application, lead), by=consultant)
    people = f"/applications/{application.public_id}/people/"

    own, theirs = signed_in(lead).get(people), signed_in(consultant).get(people)

    assert colleague.name in own.content.decode()
    assert "顾问" in own.content.decode()
    assert colleague.name not in theirs.content.decode()


def test_the_form_lets_in_until_the_end_of_the_last_day_in_shanghai(application, lead, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)

    answer = signed_in(lead).post(
        f"/applications/{application.public_id}/people/guests/", {"email": EMAIL, "ends_on": "2026-03-31"}
    )

    assert answer.status_code == 302
    assert GuestInvitation.objects.get().access_ends_at.isoformat() == "2026-03-31T16:00:00+00:00"


@pytest.mark.parametrize("ends_on", ["", "tomorrow", "9999-12-31", "2020-01-01", "0001-01-01"])
def test_a_day_that_makes_no_sense_is_refused_and_the_address_kept(application, lead, ends_on):
    answer = signed_in(lead).post(
        f"/applications/{application.public_id}/people/guests/", {"email": EMAIL, "ends_on": ends_on}
    )

    assert answer.status_code == 400
    assert list(answer.context["guest_form"].errors) == ["ends_on"]
    assert EMAIL in answer.content.decode()


# ---------------------------------------------------------------- where a consultant finds it
def test_an_invitation_to_somebody_with_an_account_stands_in_the_inbox_and_on_the_account_page(
    application, lead, consultant
):
    let_in(application, lead)
    client = signed_in(consultant)

    [notice] = consultant.notices.all()
    page = client.get("/en/accounts/")
    entered = client.post(f"/guests/own/{GuestInvitation.objects.get().pk}/enter/")

    assert (notice.kind, notice.address) == ("guest-invited", "/accounts/")
    assert application.project_name in page.content.decode()
    assert entered.url == application.get_absolute_url()
    assert notice.deliveries.count() == 0  # the letter is the mail


def test_a_guest_finds_the_application_on_the_account_page_and_behind_my_applications(application, lead, consultant):
    guests.enter(let_in(application, lead), by=consultant)
    client = signed_in(consultant)
    link = f'<a href="{application.get_absolute_url()}">{application.project_name}</a>'

    account, listed = client.get("/accounts/"), client.get("/applications/")

    assert link in account.content.decode()
    assert 'href="/applications/"' in account.content.decode()
    assert [card.application for card in listed.context["cards"]] == [application]


def test_an_invitation_for_another_address_is_not_accepted_from_the_account_page(application, lead, consultant):
    invitation = let_in(application, lead, "nobody@example.invalid")

    answer = signed_in(consultant).post(f"/guests/own/{invitation.pk}/enter/")

    assert answer.url == "/accounts/"
    assert ApplicationGuest.objects.count() == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_account_page_costs_the_same_for_any_number_of_applications(
    count, lead, consultant, django_assert_num_queries
):
    for _number in range(count):
        own = ApplicationFactory()
        guests.enter(let_in(own, own.started_by), by=consultant)
        let_in(ApplicationFactory(organisation=own.organisation, started_by=own.started_by), own.started_by)
    client = signed_in(consultant)

    with django_assert_num_queries(ACCOUNT_QUERIES):
        client.get("/accounts/")


# ---------------------------------------------------------------- the letter waits in the outbox
def test_the_letter_waits_in_the_outbox_for_an_address_without_an_account(application, lead, mailoutbox):
    invitation = let_in(application, lead, "nobody@example.invalid")

    [letter] = Delivery.objects.all()
    assert (letter.notice, letter.letter, letter.to, letter.about) == (
        None,
        "guest_invitation",
        "nobody@example.invalid",
        invitation.pk,
    )
    assert send_due() == 1
    token = re.search(r"/guests/(\S+)/", mailoutbox[0].body)[1]
    assert guests.invitation_of(token) == invitation
    assert token not in str(Delivery.objects.values_list()) + str(GuestInvitation.objects.values_list())


def test_a_letter_about_an_invitation_that_was_revoked_is_given_up_with_its_reason(application, lead, mailoutbox):
    guests.revoke(let_in(application, lead), by=lead)

    send_due()

    letter = Delivery.objects.get()
    assert (letter.state, letter.last_error) == ("failed", "the invitation is no longer open")
    assert mailoutbox == []
