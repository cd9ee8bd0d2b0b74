"""The pages between the public notice and the money, on the desk, for the firm and for everyone."""

import pytest
from django.test import Client

from subsidies.enums import AccountState, PaymentState, State
from tests.browser.axe import UNFOLDED, faults
from tests.factories_awarding import account_of, payment_of
from tests.factories_subsidies import ApplicationFactory
from tests.subsidies.awarding.people import administrator, cleared, drafted, issued, people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = "/admin/subsidies"


def sign_in(tab, site, user):
    client = Client()
    client.force_login(user)
    tab.context.clear_cookies()
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


@pytest.fixture
def addresses(site):
    """By person, each with what waits for them."""
    who = people()
    (waiting,), (listed,), (given,) = cleared(), cleared(), cleared()
    draft = drafted(who, listed)
    document = issued(who, given, serial=2)
    account_of(given, AccountState.ENTERED)
    paying = ApplicationFactory(state=State.PAYING)
    payment_of(paying, "500000.00", PaymentState.PAID, payer="county")
    payment_of(paying, "1500000.00", PaymentState.RETURNED)
    payment_of(paying, "1500000.00")
    money = f"{DESK}/application/{paying.pk}/money/"
    checked = f"/award-check/{document.check_code.hex}/"
    own = f"/applications/{given.public_id}/"
    return {
        who.clerk: [
            f"{DESK}/awarddocument/",
            f"{DESK}/awarddocument/add/",
            f"{DESK}/awarddocument/add/?call={waiting.call_id}",
            f"{DESK}/awarddocument/{draft.pk}/change/",
            f"{DESK}/awarddocument/scans/",
            f"{DESK}/application/{given.pk}/change/",
        ],
        who.finance: [
            f"{DESK}/awarddocument/{draft.pk}/change/",
            f"{DESK}/awarddocument/{document.pk}/paper/",
            f"{DESK}/application/{given.pk}/money/",
            money,
            f"{DESK}/payment/",
            f"{DESK}/payment/reconcile/",
        ],
        administrator(given): [own, f"{own}account/", f"{own}award/", checked, "/award-check/"],
    }


def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(site, page, addresses):
    found = {}
    for user, places in addresses.items():
        sign_in(page, site, user)
        for place in places:
            page.goto(f"{site}{place}")
            page.evaluate(UNFOLDED)
            if problems := faults(page, (390, 1280)):
                found[place] = problems

    assert found == {}


def test_the_pages_obey_the_policy_of_the_site(site, plain_page, addresses):
    for user, places in addresses.items():
        sign_in(plain_page, site, user)
        for place in places:
            assert plain_page.goto(f"{site}{place}").status == 200
