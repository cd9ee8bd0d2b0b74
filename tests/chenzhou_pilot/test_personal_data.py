"""What the portal knows of people: a copy, closing, and an end to what is kept."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.enums import MembershipRole, PersonKind
from accounts.models import Invitation, JoinRequest, Membership, User
from chenzhou_pilot.personal.closing import close_account
from chenzhou_pilot.personal.copying import copy_of
from chenzhou_pilot.personal.inventory import ACTS, HOLDINGS, SEALED
from chenzhou_pilot.personal.retention import apply_retention
from common.encryption import SealedField
from common.models import JournalEntry, Notice
from subsidies import workflow
from subsidies.enums import Action, State
from subsidies.models import Application, ApplicationGuest, ApplicationStep, GuestInvitation
from tests.factories_accounts import OrganisationFactory, UserFactory, user_of_kind
from tests.factories_subsidies import ApplicationFactory, firm, person_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> User:
    """A project lead who has started an application; the firm has an administrator beside."""
    organisation = firm()
    person_of(organisation)
    person = person_of(organisation, MembershipRole.PROJECT_LEAD)
    person.name, person.phone = "李小雨", "13800001234"
    person.set_password("ein langes Passwort")
    person.save()
    ApplicationFactory(organisation=organisation, started_by=person)
    return person


# ---------------------------------------------------------------- the inventory
def test_every_column_that_leads_to_a_person_is_in_the_inventory():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is User and not model._meta.proxy
    }

    held = {f"{holding.model}.{holding.person}" for holding in HOLDINGS}
    assert columns == {name for name in held if not name.endswith(".pk") and "__" not in name} | ACTS


def test_every_sealed_column_is_in_the_inventory():
    sealed = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    }

    assert sealed == SEALED


# ---------------------------------------------------------------- the copy
def test_the_copy_holds_what_is_known_of_the_person_and_nothing_of_others(lead, client):
    other = UserFactory(name="王某某", phone="13900005678")
    Notice.objects.create(recipient=lead, kind="submitted")
    Notice.objects.create(recipient=other, kind="submitted")
    client.force_login(lead)

    answer = client.post("/accounts/data/copy/")

    assert answer["Content-Disposition"] == f'attachment; filename="my-data-{lead.pk}.json"'
    copy = json.loads(answer.content)
    assert copy["data"]["accounts.User"][0]["name"] == "李小雨"
    assert copy["data"]["accounts.User"][0]["phone"] == "13800001234"
    assert [row["role"] for row in copy["data"]["accounts.Membership"]] == ["project_lead"]
    assert len(copy["data"]["common.Notice"]) == 1
    assert "王某某" not in answer.content.decode()
    assert "password" not in answer.content.decode()
    assert JournalEntry.objects.latest("pk").action == "copy_of_own_data"


def test_the_copy_holds_the_journal_of_ones_own_acts(lead):
    before = len(copy_of(lead)["journal"])
    close_account(lead, by=lead)

    actions = [entry["action"] for entry in copy_of(lead)["journal"][before:]]
    assert set(actions) == {"close_account", "delete"}


# ---------------------------------------------------------------- closing
def test_closing_takes_what_is_personal_and_leaves_the_record_under_a_number(lead, client):
    JoinRequest.objects.create(user=lead, organisation=OrganisationFactory())
    client.force_login(lead)

    answer = client.post("/accounts/data/close/", {"password": "ein langes Passwort"}, follow=True)

    assert "账户已注销" in answer.content.decode()
    assert not answer.wsgi_request.user.is_authenticated
    gone = User.objects.get(pk=lead.pk)
    assert (gone.name, gone.phone, gone.is_active, gone.has_usable_password()) == ("", "", False, False)
    assert str(gone) == f"已注销账户 {lead.pk}"
    assert not Membership.objects.filter(user=lead).exists()
    assert [asked.state for asked in JoinRequest.objects.filter(user=lead)] == ["withdrawn"]
    assert Application.objects.get(started_by=lead).started_by == gone


def test_nothing_personal_of_a_closed_account_is_left_in_the_journal(lead):
    lead.name = "李小雨（改名）"
    lead.save()
    close_account(lead, by=lead)

    written = json.dumps(
        list(JournalEntry.objects.values("object_label", "changes", "reason")), ensure_ascii=False, default=str
    )
    for word in ("李小雨", "13800001234", lead.email):
        assert word not in written


def test_closing_leaves_no_trace_of_a_consultant_in_the_journal_or_in_invitations():
    application = ApplicationFactory()
    guest = UserFactory(name="赵顾问", email="zhao@example.invalid")
    when = {"expires_at": timezone.now(), "invited_by": application.started_by}
    ApplicationGuest.objects.create(application=application, user=guest, let_in_by=application.started_by)
    GuestInvitation.objects.create(
        application=application, email="Zhao@example.invalid", digest="a" * 64, access_ends_at=timezone.now(), **when
    )
    Invitation.objects.create(organisation=application.organisation, email=guest.email, digest="b" * 64, **when)

    close_account(guest, by=guest)

    kept = [
        *JournalEntry.objects.values_list("object_label", "changes"),
        *GuestInvitation.objects.values_list("email"),
        *Invitation.objects.values_list("email"),
    ]
    assert "赵顾问" not in str(kept)
    assert "zhao@example" not in str(kept).lower()


def test_a_notice_holds_no_more_than_its_words_say(lead):
    """The copy of the own data gives a firm neither the name of an official nor the bureau's own reason."""
    application = ApplicationFactory(organisation=lead.memberships.get().organisation, state=State.FORM_CHECK)
    head = user_of_kind(PersonKind.SECTION_HEAD)
    head.name = "陈科长"
    head.save()

    application.version += 1
    step = workflow.record_step(application, Action.PASS_CHECK, State.FORM_CHECK, by=head, reason="内部意见")
    workflow.tell_of_move(step)

    told = Notice.objects.filter(recipient=lead).latest("pk")
    assert "陈科长" not in str(told.facts)
    assert "内部意见" not in str(told.facts)
    assert application.project_name in str(told.facts)


def test_a_wrong_password_closes_nothing(lead, client):
    client.force_login(lead)

    answer = client.post("/accounts/data/close/", {"password": "ein anderes"})

    assert answer.status_code == 400
    assert "密码不正确" in answer.content.decode()
    assert User.objects.get(pk=lead.pk).is_active


def test_the_last_administrator_and_people_of_offices_hand_over_first(client):
    administrator, clerk = person_of(firm(name_zh="甲公司")), user_of_kind(PersonKind.BUREAU_CLERK)

    with pytest.raises(ValidationError, match="甲公司"):
        close_account(administrator, by=administrator)
    with pytest.raises(ValidationError, match="管理员"):
        close_account(clerk, by=clerk)
    client.force_login(administrator)
    assert "甲公司" in client.get("/accounts/data/").content.decode()


def test_nobody_closes_the_account_of_somebody_else(lead):
    with pytest.raises(PermissionDenied):
        close_account(lead, by=UserFactory())


# ---------------------------------------------------------------- retention
def test_what_is_kept_too_long_goes_once_and_the_rest_stays(lead, settings):
    now = timezone.now()
    days = settings.RETENTION_DAYS
    fresh = Notice.objects.create(recipient=lead, kind="fresh", read_at=now)
    Notice.objects.create(recipient=lead, kind="read", read_at=now - timedelta(days=days["READ_NOTICES"] + 1))
    Notice.objects.create(recipient=lead, kind="old", created_at=now - timedelta(days=days["NOTICES"] + 1))
    steps = ApplicationStep.objects.count()

    first, second = apply_retention(), apply_retention()

    assert (first["READ_NOTICES"], first["NOTICES"]) == (1, 1)
    assert set(second.values()) == {0}
    assert list(Notice.objects.all()) == [fresh]
    assert ApplicationStep.objects.count() == steps
    assert JournalEntry.objects.filter(action="retention", object_type="common.notice").count() == 2
