import smtplib
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outgoing
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from common import delivery, notice_words
from common.models import Delivery, Notice
from common.notices import Kind, register, tell, try_again
from common.tasks import deliver, sweep_outbox
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


class Postbox(EmailBackend):
    """A mail server that says what `answers` holds, one answer a message, and then takes everything."""

    answers: list[Exception] = []

    def send_messages(self, messages):
        if self.answers:
            raise self.answers.pop(0)
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    monkeypatch.setattr(notice_words, "KINDS", {})
    register(Kind("news", "News of %(project)s", "About %(project)s"))
    register(Kind("duty", "Do %(project)s", "You have to do %(project)s", is_duty=True))


@pytest.fixture
def answers(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Postbox"
    Postbox.answers = []
    yield Postbox.answers
    Postbox.answers = []


@pytest.fixture
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def told(kind="news", project="P", address="", **person):
    """The delivery of one notice, waiting."""
    tell([UserFactory(**person)], notice_words.KINDS[kind], {"project": project}, address=address)
    return Delivery.objects.latest("pk")


def state_of(row):
    row.refresh_from_db()
    return row.state, row.attempts, row.last_error


# ---------------------------------------------------------------- the message
def test_a_message_has_text_and_html_in_the_readers_language(settings):
    settings.SITE_URL = "https://pilot.example"
    told(address="/projects/", language="en", email="reader@example.com")

    assert delivery.send_due() == 1

    (message,) = outgoing.outbox
    assert (message.subject, message.to) == ("News of P", ["reader@example.com"])
    assert message.body.startswith("About P\n\nhttps://pilot.example/en/projects/\n")
    html, media_type = message.alternatives[0]
    assert media_type == "text/html"
    assert '<html lang="en">' in html
    assert '<a href="https://pilot.example/en/projects/">' in html


def test_a_chinese_reader_gets_chinese_and_addresses_without_prefix(settings):
    settings.SITE_URL = "https://pilot.example"
    told(address="/projects/", language="zh-hans")

    delivery.send_due()

    assert "https://pilot.example/projects/" in outgoing.outbox[0].body
    assert '<html lang="zh-Hans">' in outgoing.outbox[0].alternatives[0][0]


def test_html_shows_what_somebody_typed_as_text():
    told(project="<script>alert(1)</script>")

    delivery.send_due()

    html = outgoing.outbox[0].alternatives[0][0]
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


@pytest.mark.parametrize("hostile", ["a\r\nBcc: victim@example.com", "a\nSubject: b", "a\rb", "a\u2028b\x0bc"])
def test_no_header_can_be_put_into_a_message(hostile):
    told(project=hostile)

    assert delivery.send_due() == 1

    headers = outgoing.outbox[0].message()
    assert headers.get_all("Bcc") is None
    assert len(headers.get_all("Subject")) == 1
    assert outgoing.outbox[0].recipients() == outgoing.outbox[0].to


def test_only_what_is_no_duty_can_be_unsubscribed_from(settings):
    settings.SITE_URL = "https://pilot.example"
    told("news", language="en")
    told("duty", language="en")

    delivery.send_due()

    news, duty = (message.message() for message in outgoing.outbox)
    assert news["List-Unsubscribe"] == "<https://pilot.example/en/accounts/inbox/preferences/>"
    assert duty["List-Unsubscribe"] is None
    assert {news["Auto-Submitted"], duty["Auto-Submitted"]} == {"auto-generated"}


def test_the_message_id_is_that_of_the_delivery(settings):
    settings.SITE_URL = "https://pilot.example:8443"
    row = told()

    delivery.send_due()

    assert outgoing.outbox[0].message()["Message-ID"] == f"<{row.public_id}@pilot.example>"


# ---------------------------------------------------------------- once, and again
def test_what_is_sent_is_marked_and_not_sent_again(noon):
    row = told()

    assert [delivery.send_due(), delivery.send_due()] == [1, 0]

    assert state_of(row) == ("sent", 1, "")
    assert row.sent_at == NOON
    assert len(outgoing.outbox) == 1


def test_the_tasks_send_what_they_are_given_and_the_sweeper_the_rest(noon):
    first, second = told(project="first"), told(project="second")

    assert deliver([second.pk]) == 1
    assert [message.subject for message in outgoing.outbox] == ["News of second"]
    assert (sweep_outbox(), state_of(first)[0]) == (1, "sent")


def test_the_sweeper_can_be_run_by_hand(capsys):
    told()

    call_command("sweep_outbox")

    assert len(outgoing.outbox) == 1


def test_a_try_that_fails_is_repeated_later_under_the_same_message_id(answers, noon):
    answers.append(smtplib.SMTPServerDisconnected("gone"))
    row = told()

    sent = [delivery.send_due()]
    state_after_failure = state_of(row)
    sent.append(delivery.send_due())
    noon.shift(timedelta(minutes=1))
    sent.append(delivery.send_due())

    assert sent == [0, 0, 1]
    assert state_after_failure == ("waiting", 1, "SMTPServerDisconnected: gone")
    assert state_of(row) == ("sent", 2, "")
    assert outgoing.outbox[0].message()["Message-ID"].startswith(f"<{row.public_id}@")


def test_waits_double_and_after_the_last_try_it_is_given_up(answers, noon):
    answers.extend([ConnectionRefusedError("no server")] * delivery.MOST_TRIES)
    row, waits = told(), []
    while row.state == "waiting":
        delivery.send_due()
        row.refresh_from_db()
        waits.append(int((row.next_try_at - datetime.now(UTC)).total_seconds() / 60))
        noon.move_to(row.next_try_at)

    assert waits[:-1] == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    assert state_of(row) == ("failed", 10, "ConnectionRefusedError: no server")
    assert outgoing.outbox == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (550, ("failed", 1, "550 no such user")),
        (451, ("waiting", 1, "SMTPRecipientsRefused: {'reader@example.com': (451, b'no such user')}")),
    ],
)
def test_an_address_that_is_refused_for_good_is_given_up_at_once(answers, noon, code, expected):
    answers.append(smtplib.SMTPRecipientsRefused({"reader@example.com": (code, b"no such user")}))
    row = told(email="reader@example.com")

    delivery.send_due()

    assert state_of(row) == expected


def test_one_that_fails_does_not_hold_up_the_others(answers, noon):
    answers.append(smtplib.SMTPDataError(554, b"no"))
    first, second = told(project="first"), told(project="second")

    assert delivery.send_due() == 1

    assert (state_of(first)[0], state_of(second)[0]) == ("waiting", "sent")


def test_nobody_who_has_left_is_written_to(noon):
    row = told()
    Notice.objects.get().recipient.__class__.objects.get(pk=row.notice.recipient_id)
    person = row.notice.recipient
    person.is_active = False
    person.save()

    assert delivery.send_due() == 0

    assert state_of(row) == ("failed", 1, "the account is closed")
    assert outgoing.outbox == []


# ---------------------------------------------------------------- workers that die
def test_what_a_dead_worker_had_claimed_is_sent_again_when_its_claim_ends(noon):
    row = told()
    assert delivery._claimed(None) == row  # and the worker is killed

    sent = [delivery.send_due()]
    noon.shift(delivery.CLAIMED_FOR)
    sent.append(delivery.send_due())

    assert sent == [0, 1]
    assert state_of(row) == ("sent", 2, "")


def test_one_that_kills_every_worker_is_given_up(noon):
    row = told()
    for _try in range(delivery.MOST_TRIES):
        delivery._claimed(None)
        noon.shift(delivery.CLAIMED_FOR)

    assert delivery.send_due() == 0

    assert state_of(row) == ("failed", 11, "interrupted at every try")


def test_a_worker_that_slept_over_its_claim_changes_nothing(noon):
    row = told()
    slow = delivery._claimed(None)
    noon.shift(delivery.CLAIMED_FOR)
    quick = delivery._claimed(None)

    delivery._put_off(slow, "too late")

    assert state_of(row) == ("waiting", 2, "")
    assert delivery._send(quick) is True


# ---------------------------------------------------------------- given up, and tried again
def test_what_was_given_up_can_be_tried_again_as_if_new(answers, noon):
    answers.append(smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"full")}))
    failed, sent = told(), told()
    delivery.send_due()

    count = try_again(Delivery.objects.all())

    assert count == 1
    assert (state_of(failed), state_of(sent)[0]) == (("waiting", 0, "550 full"), "sent")
    assert delivery.send_due() == 1


def test_the_log_names_no_address(answers, noon, caplog):
    answers.append(smtplib.SMTPRecipientsRefused({"reader@example.com": (550, b"no")}))
    row = told(email="reader@example.com")

    delivery.send_due()

    assert caplog.messages == [f"Delivery {row.pk} is given up after 1 tries"]
