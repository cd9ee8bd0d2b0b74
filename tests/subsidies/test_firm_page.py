"""The page with everything a firm has asked for and got."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import MembershipRole
from subsidies.models import ApplicationGuest, Award
from tests.factories_accounts import UserFactory
from tests.factories_awards import earlier_award
from tests.factories_subsidies import ApplicationFactory, CallFactory, SchemeFactory, firm, person_of

pytestmark = pytest.mark.django_db

QUERIES = 13


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page_for(user, organisation):
    return signed_in(user).get(f"/firms/{organisation.slug}/")


def award_of(organisation, number: int = 1) -> Award:
    return earlier_award(
        scheme=SchemeFactory(),
        organisation=organisation,
        project_name=f"已获奖项目{number}",
        amount_yuan=Decimal("2000000.00"),
        awarded_on=date(2025, 6, 1),
        once_key=f"test:{organisation.pk}:{number}",
    )


def test_people_of_the_firm_find_its_applications_awards_and_consultants():
    organisation = firm()
    application = ApplicationFactory(organisation=organisation)
    award_of(organisation)
    ApplicationGuest.objects.create(
        application=application,
        user=UserFactory(name="某顾问"),
        let_in_by=application.started_by,
        ends_at=timezone.now() + timedelta(days=3),
    )

    page = page_for(person_of(organisation, MembershipRole.READER), organisation).content.decode()

    assert application.project_name in page
    assert "已获奖项目1" in page
    assert "某顾问" in page


@pytest.mark.parametrize("role", [MembershipRole.OFFICER, MembershipRole.BASE_OPERATOR])
def test_others_do_not_find_the_page(role):
    organisation = firm()
    ApplicationFactory(organisation=organisation)

    assert page_for(person_of(organisation, role), organisation).status_code == 404
    assert page_for(person_of(firm()), organisation).status_code == 404
    assert page_for(UserFactory(), organisation).status_code == 404


def test_nothing_of_another_firm_stands_there():
    own, other = firm(), firm()
    award_of(other)
    theirs = ApplicationFactory(organisation=other)

    page = page_for(person_of(own), own).content.decode()

    assert theirs.project_name not in page
    assert "已获奖项目1" not in page


def test_the_page_asks_as_often_for_three_as_for_one(django_assert_num_queries):
    organisation, call = firm(), CallFactory()
    client, address = signed_in(person_of(organisation)), f"/firms/{organisation.slug}/"
    ApplicationFactory(organisation=organisation, call=call)
    award_of(organisation)
    with django_assert_num_queries(QUERIES):
        first = client.get(address)
    for number in (2, 3):
        ApplicationFactory(organisation=organisation, call=call)
        award_of(organisation, number)

    with django_assert_num_queries(QUERIES):
        page = client.get(address)

    assert (len(first.context["cards"]), len(page.context["cards"])) == (1, 3)


@pytest.mark.parametrize("number", ["2", "0", "-1", "zz", "9" * 5000])
def test_a_page_that_is_not_there_is_told_with_the_way_back(number):
    organisation = firm()
    client = signed_in(person_of(organisation))

    for address in (f"/en/firms/{organisation.slug}/", "/en/applications/"):
        answer = client.get(address, {"page": number})
        assert (answer.status_code, answer.context["refusals"]) == (400, [f"This list has no page “{number[:40]}”."])
        assert f'href="{address}"' in answer.content.decode()
        assert client.get(address, {"page": "1"}).status_code == 200
