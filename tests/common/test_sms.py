import pytest

from common import delivery, notice_words, sms
from common.models import Delivery
from common.notices import Kind, register, tell
from common.sms import Refused
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db


class Provider:
    """A text message provider that keeps what it was given, or refuses it."""

    given: list[sms.TextMessage] = []
    refusal: Exception | None = None

    def send(self, message):
        if self.refusal:
            raise self.refusal
        self.given.append(message)


@pytest.fixture(autouse=True)
def provider(settings, monkeypatch):
    settings.SMS_ADAPTER = f"{__name__}.Provider"
    settings.SITE_URL = "https://pilot.example"
    monkeypatch.setattr(Provider, "given", [])
    monkeypatch.setattr(Provider, "refusal", None)
    monkeypatch.setattr(notice_words, "KINDS", {})
    register(Kind("news", "News of %(project)s", "About %(project)s"))
    return Provider


@pytest.fixture
def row():
    person = UserFactory(phone="13800000000", wants_sms=True, wants_email=False, language="en")
    tell([person], notice_words.KINDS["news"], {"project": "P"}, address="/projects/")
    return Delivery.objects.get()


def test_the_adapter_gets_number_text_and_what_templates_need(row, provider):
    assert delivery.send_due() == 1

    assert provider.given == [
        sms.TextMessage(
            "13800000000",
            "News of P https://pilot.example/en/projects/",
            "news",
            {"project": "P"},
            "en",
            str(row.public_id),
        )
    ]


def test_what_the_provider_refuses_is_given_up(row, provider, monkeypatch):
    monkeypatch.setattr(provider, "refusal", Refused("number barred"))

    delivery.send_due()

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", "number barred")


def test_a_provider_that_is_down_is_asked_again_later(row, provider, monkeypatch):
    monkeypatch.setattr(provider, "refusal", TimeoutError("slow"))

    delivery.send_due()

    row.refresh_from_db()
    assert (row.state, row.attempts, row.last_error) == ("waiting", 1, "TimeoutError: slow")


def test_without_an_adapter_what_waits_is_given_up_with_the_reason(row, settings):
    settings.SMS_ADAPTER = ""

    delivery.send_due()

    row.refresh_from_db()
    assert (row.state, row.last_error) == ("failed", "SMS_ADAPTER is not set")


def test_the_console_adapter_prints_the_message(row, settings, capsys):
    settings.SMS_ADAPTER = "common.sms.ConsoleSms"

    assert delivery.send_due() == 1

    assert capsys.readouterr().out == (
        f"SMS {row.public_id}\nTo: 13800000000\nNews of P https://pilot.example/en/projects/\n"
    )
