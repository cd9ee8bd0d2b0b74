from itertools import product

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from subsidies.submitting import submit
from tests.browser.axe import faults
from tests.subsidies.signing import ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def submission():
    application, signatory = ready(project_name="赤泥提钪中试")
    return submit(application, signatory)


def sign_in(tab, address, person):
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])


def address_of(name, parts, language):
    with translation.override(language):
        return reverse(f"subsidies:{name}", args=parts)


def test_receipt_and_check_are_clean_and_fit_the_screen(page, live_server, submission):
    sign_in(page, live_server.url, submission.signed_by)
    own = (submission.application.public_id, submission.round)
    places = [("receipt_detail", own), ("receipt_check", ()), ("receipt_checked", (submission.receipt_code,))]
    places.append(("receipt_checked", ("WRONG",)))
    for language, (name, parts) in product(("zh-hans", "en"), places):
        page.goto(live_server.url + address_of(name, parts, language))

        assert faults(page, (390, 1280)) == []


def test_a_stranger_types_the_code_with_the_keyboard_alone_and_compares_the_digest(plain_page, live_server, submission):
    code = submission.receipt_code
    plain_page.goto(live_server.url + address_of("receipt_check", (), "en"))
    plain_page.get_by_label("Receipt code").focus()
    plain_page.keyboard.type(f"{code[:4]} {code[4:10].lower()}-{code[10:]}")
    plain_page.keyboard.press("Enter")
    expect(plain_page.get_by_text("ZSBZ-2026-431025-0001")).to_be_visible()

    plain_page.get_by_label("SHA-256 of what you hold").focus()
    plain_page.keyboard.type(submission.digest)
    plain_page.keyboard.press("Enter")

    expect(plain_page.get_by_text("The digest is the one that was signed.")).to_be_visible()
    assert "赤泥提钪" not in plain_page.content()
