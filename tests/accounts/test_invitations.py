"""The mailed link: one address, one use, seven days, revocable; and nothing in the database that opens the door."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts import inviting, members
from accounts.enums import MembershipRole
from accounts.models import Invitation, User
from common.delivery import send_due
from common.models import Delivery, JournalEntry, Notice
from tests.accounts.conftest import with_address
from tests.accounts.people import administrator, fresh, member
from tests.factories_accounts import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db

EMAIL = "invited@example.invalid"


@pytest.fixture
def firm():
    return OrganisationFactory(name_zh="演示公司", name_en="Demo Firm")


@pytest.fixture
def head(firm) -> User:
    return administrator(firm)


@pytest.fixture
def invited() -> User:
    return with_address(UserFactory(email=EMAIL))


@pytest.fixture
def mailed(firm, head, mailoutbox, django_capture_on_commit_callbacks):
    """Invite and return the row and the token of the mail."""

    def invite(**given):
        with django_capture_on_commit_callbacks(execute=True):
            invitation = inviting.invite(firm, **{"by": head, "email": EMAIL, **given})
        return invitation, re.search(r"/invitations/([\w-]+)/", mailoutbox[-1].body)[1]

    return invite


def test_the_owner_of_the_address_joins_with_the_link(firm, invited, mailed):
    _row, token = mailed(role=MembershipRole.PROJECT_LEAD)

    inviting.accept_invitation(inviting.invitation_of(token), by=invited)

    assert fresh(invited).roles == {firm.pk: MembershipRole.PROJECT_LEAD}
    assert Invitation.objects.get().accepted_by == invited


def test_a_link_works_once(invited, mailed):
    row, token = mailed()
    inviting.accept_invitation(row, by=invited)
    invited.memberships.get().delete()

    assert inviting.invitation_of(token) is None
    with pytest.raises(ValidationError) as refused:
        inviting.accept_invitation(row, by=invited)

    assert refused.value.code == "state"
    assert fresh(invited).roles == {}


def test_a_link_is_for_its_address_alone(mailed):
    row, _token = mailed()
    other = with_address(UserFactory())

    with pytest.raises(ValidationError) as refused:
        inviting.accept_invitation(row, by=other)

    assert refused.value.code == "address"
    assert fresh(other).roles == {}


def test_an_address_that_is_not_confirmed_proves_nothing(mailed):
    row, _token = mailed()
    pretender = UserFactory(email=EMAIL)
    EmailAddress.objects.create(user=pretender, email=EMAIL, verified=False, primary=True)

    with pytest.raises(ValidationError):
        inviting.accept_invitation(row, by=pretender)

    assert inviting.invitations_for(pretender) == []


def test_a_second_confirmed_address_is_good_as_well(firm, mailed):
    row, _token = mailed(email="Second@Example.invalid")
    person = with_address(UserFactory())
    EmailAddress.objects.create(user=person, email="second@example.invalid", verified=True, primary=False)

    assert inviting.invitations_for(person) == [row]
    inviting.accept_invitation(row, by=person)

    assert fresh(person).roles == {firm.pk: MembershipRole.MEMBER}


def test_a_link_ends_after_seven_days(invited, mailed, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    row, token = mailed()

    time_machine.move_to("2026-03-09T07:59:59Z", tick=False)
    assert inviting.invitation_of(token) == row
    time_machine.move_to("2026-03-09T08:00:00Z", tick=False)

    assert inviting.invitation_of(token) is None
    with pytest.raises(ValidationError):
        inviting.accept_invitation(row, by=invited)


def test_a_revoked_link_is_as_good_as_made_up(head, invited, mailed):
    row, token = mailed()

    inviting.revoke_invitation(row, by=head)

    assert inviting.invitation_of(token) is inviting.invitation_of("made-up") is None
    with pytest.raises(ValidationError):
        inviting.accept_invitation(row, by=invited)


def test_the_link_stands_nowhere_in_the_database(mailed):
    row, token = mailed()

    assert row.digest == inviting.digest_of(token)
    rows = [*Invitation.objects.values_list(), *JournalEntry.objects.values_list()]
    assert token not in str(rows)
    assert row.digest not in str(list(JournalEntry.objects.values_list("changes", flat=True)))


def test_what_an_administrator_began_ends_with_the_role(firm, head, invited, mailed):
    second = administrator(firm)
    row, _token = mailed()
    members.change_role(head.memberships.get(), role=MembershipRole.MEMBER, by=second)

    with pytest.raises(ValidationError):
        inviting.accept_invitation(row, by=invited)

    assert fresh(invited).roles == {}


def test_only_administrators_invite_and_revoke(firm, mailed):
    row, _token = mailed()

    for other in (
        member(firm, MembershipRole.PROJECT_LEAD),
        member(firm, MembershipRole.READER),
        administrator(OrganisationFactory()),
    ):
        with pytest.raises(PermissionDenied):
            inviting.invite(firm, by=other, email="x@example.invalid")
        with pytest.raises(PermissionDenied):
            inviting.revoke_invitation(row, by=other)


@pytest.mark.parametrize("role", [MembershipRole.OFFICER, MembershipRole.LEADER, MembershipRole.BASE_OPERATOR, ""])
def test_no_invitation_gives_a_role_of_an_office_or_a_base(firm, head, role):
    with pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email=EMAIL, role=role)

    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@example.invalid\nBcc: b@example.invalid", "@", "a" * 400])
def test_what_is_no_address_gets_no_mail(firm, head, email, mailoutbox):
    with pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email=email)

    assert (Invitation.objects.count(), mailoutbox) == (0, [])


def test_an_open_invitation_is_not_doubled_and_an_expired_one_makes_room(firm, head, mailed, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    mailed()
    with pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email=EMAIL.upper())

    time_machine.move_to("2026-03-10T08:00:00Z", tick=False)
    row, token = mailed()

    assert inviting.invitation_of(token) == row
    assert Invitation.objects.filter(revoked_at=None).count() == 1


def test_people_inside_are_not_invited(firm, head):
    inside = MembershipFactory(organisation=firm).user

    with pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email=inside.email.upper())


def test_twenty_invitations_a_day_and_no_more(firm, head, time_machine):
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    for number in range(inviting.INVITATIONS_A_DAY):
        inviting.invite(firm, by=head, email=f"a{number}@example.invalid")

    with pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email=EMAIL)
    time_machine.move_to("2026-03-03T08:00:01Z", tick=False)

    assert inviting.invite(firm, by=head, email=EMAIL).email == EMAIL


def test_a_stranger_is_written_to_in_both_languages_under_the_sites_own_address(settings, mailed, mailoutbox):
    settings.SITE_URL = "https://pilot.example"

    _row, token = mailed()

    [message] = mailoutbox
    assert message.to == [EMAIL]
    assert message.body.count(f"/accounts/invitations/{token}/") == 2
    assert message.body.count("https://pilot.example/") == 2
    assert "演示公司" in message.body
    assert "Demo Firm" in message.body
    assert "\n" not in message.subject


def test_a_known_person_is_written_to_in_the_own_language(mailed, mailoutbox, invited):
    invited.language = "en"
    invited.save()

    mailed()

    assert "演示公司" not in mailoutbox[0].body
    assert mailoutbox[0].subject == "Chenzhou Pilot: Demo Firm invites you"


def test_a_rolled_back_invitation_sends_nothing(firm, head, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(ValidationError):
        inviting.invite(firm, by=head, email="not an address")

    assert mailoutbox == []


def test_somebody_with_an_account_is_told_in_the_inbox_and_mailed_once(mailed, mailoutbox, invited):
    mailed()

    [notice] = invited.notices.all()
    assert (notice.kind, notice.address, notice.facts["organisation_zh"]) == (
        "account_invited",
        "/accounts/",
        "演示公司",
    )
    assert len(mailoutbox) == 1


def test_an_address_that_nobody_has_proved_gets_the_letter_and_no_inbox(mailed, mailoutbox):
    UserFactory(email=EMAIL)

    mailed()

    assert Notice.objects.count() == 0
    assert len(mailoutbox) == 1


def test_a_letter_that_fails_is_seen_by_the_staff_and_tried_again_with_the_same_link(
    firm, head, settings, mailoutbox, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "tests.accounts.test_invitations.Broken"
    with django_capture_on_commit_callbacks(execute=True):
        invitation = inviting.invite(firm, by=head, email=EMAIL)
    failed = Delivery.objects.get()
    assert (failed.state, failed.receiver, failed.last_error) == ("waiting", EMAIL, "OSError: no route")

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Delivery.objects.update(next_try_at=timezone.now())
    send_due()

    token = re.search(r"/invitations/([\w-]+)/", mailoutbox[0].body)[1]
    assert inviting.invitation_of(token) == invitation
    assert mailoutbox[0].extra_headers["Message-ID"].startswith(f"<{failed.public_id}@")


class Broken(BaseEmailBackend):
    def send_messages(self, messages):
        raise OSError("no route")
