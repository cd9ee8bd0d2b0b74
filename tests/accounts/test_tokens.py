from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from knox.crypto import hash_token

from accounts import tokens
from accounts.models import ApiToken
from common.models import JournalEntry
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = UserFactory()
    client.force_login(user)
    return user


def create(client, **form):
    return client.post("/accounts/tokens/create/", {"name": "我的脚本", "days": "90", **form}, follow=True)


def test_a_new_token_is_shown_after_a_redirect_so_that_a_reload_makes_no_second_one(client, owner):
    answer = create(client)
    shown = answer.context["new_token"]
    reloaded = client.get("/accounts/tokens/")

    assert answer.redirect_chain == [("/accounts/tokens/", 302)]
    assert shown in answer.content.decode()
    assert (reloaded.context["new_token"], ApiToken.objects.count()) == ("", 1)
    assert shown not in str(dict(client.session))


def test_a_look_at_the_address_that_makes_tokens_leads_to_the_list(client, owner):
    answer = client.get("/accounts/tokens/create/")

    assert (answer.status_code, answer.url) == (302, "/accounts/tokens/")
    assert ApiToken.objects.count() == 0


def test_a_token_is_shown_once_and_stored_as_a_digest(client, owner):
    token = create(client).context["new_token"]

    row = ApiToken.objects.get()
    assert row.digest == hash_token(token)
    assert token not in str(row.__dict__)
    assert token not in client.get("/accounts/tokens/").content.decode()


def test_a_token_lives_ninety_days_when_nothing_is_said(client, owner):
    initial = client.get("/accounts/tokens/").context["form"]["days"].initial
    create(client)

    left = ApiToken.objects.get().expiry - timezone.now()
    assert initial == 90
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)


@pytest.mark.parametrize("days", ["0", "366", "-1", "", "a year", "9999999999999"])
def test_a_token_lives_one_to_365_days(client, owner, days):
    answer = create(client, days=days)

    assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["days"])
    assert ApiToken.objects.count() == 0


def test_a_token_without_an_end_is_refused_by_the_database(owner):
    with pytest.raises(IntegrityError, match="api_token_expires"):
        ApiToken.objects.create(owner, expiry=None, name="immer")


def test_issue_refuses_a_longer_life(owner):
    with pytest.raises(ValueError, match="365"):
        tokens.issue(owner, name="x", days=366)


def test_a_token_needs_a_name(client, owner):
    assert list(create(client, name="").context["form"].errors) == ["name"]


def test_making_and_revoking_a_token_is_journalled_without_the_token(client, owner):
    token = create(client).context["new_token"]
    row = ApiToken.objects.get()
    client.post(f"/accounts/tokens/{row.pk}/revoke/")

    entries = list(JournalEntry.objects.filter(object_type="accounts.apitoken").order_by("pk"))
    assert [entry.action for entry in entries] == ["create", "delete"]
    assert entries[0].changes["name"] == [None, "我的脚本"]
    assert token not in str([entry.__dict__ for entry in entries])
    assert ApiToken.objects.count() == 0


def test_nobody_sees_or_revokes_anothers_token(client, owner):
    row, _token = tokens.issue(UserFactory(), name="别人的", days=1)

    page = client.get("/accounts/tokens/")
    revoked = client.post(f"/accounts/tokens/{row.pk}/revoke/")

    assert list(page.context["tokens"]) == []
    assert revoked.status_code == 404
    assert ApiToken.objects.count() == 1


def test_revoking_needs_a_post(client, owner):
    row, _token = tokens.issue(owner, name="x", days=1)

    assert client.get(f"/accounts/tokens/{row.pk}/revoke/").status_code == 405


def test_tokens_are_for_signed_in_people(client):
    assert client.get("/accounts/tokens/").url == "/accounts/login/?next=/accounts/tokens/"
    assert client.post("/accounts/tokens/create/", {"name": "x", "days": "1"}).status_code == 302
    assert ApiToken.objects.count() == 0


def test_the_list_asks_as_many_queries_for_three_tokens_as_for_one(client, owner, django_assert_num_queries):
    tokens.issue(owner, name="1", days=1)
    with django_assert_num_queries(4):
        client.get("/accounts/tokens/")
    tokens.issue(owner, name="2", days=1)
    tokens.issue(owner, name="3", days=1)
    with django_assert_num_queries(4):
        client.get("/accounts/tokens/")


def test_the_profile_page_saves_name_and_phone_alone(client, owner):
    client.post("/accounts/", {"name": "李华", "phone": "0735-1", "email": "x@example.invalid", "is_staff": "on"})

    before = owner.email
    owner.refresh_from_db()
    assert (owner.name, owner.phone, owner.email, owner.is_staff) == ("李华", "0735-1", before, False)


def test_the_profile_page_is_for_signed_in_people():
    assert Client().get("/accounts/").url == "/accounts/login/?next=/accounts/"
