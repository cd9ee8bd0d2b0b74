"""Subscribing by e-mail: asked for, confirmed by a mailed link, ended by one click; nobody learns who reads."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.enums import PersonKind
from chenzhou_pilot.personal.closing import close_account
from chenzhou_pilot.personal.copying import copy_of
from chenzhou_pilot.personal.retention import apply_retention
from common.delivery import send_due
from common.models import Delivery, JournalEntry
from subsidies.admin.subscriptions import lines
from subsidies.enums import Topic
from subsidies.models import Subscription, SubscriptionRequest
from subsidies.subscriptions import subscribing
from subsidies.subscriptions.forms import PURPOSE
from tests.accounts.test_captcha import solved_for
from tests.factories_accounts import UserFactory, user_of_kind

pytestmark = pytest.mark.django_db
READER = "canary-reader@example.com"


def form(**changed):
    given = {"email": READER, "topics": ["calls", "awards"], "language": "en", "captcha": solved_for(PURPOSE)}
    return given | changed


def link_in(mail):
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def subscribed(**fields):
    given = {"email": READER, "email_digest": subscribing.digest_of_address(READER), "wants_calls": True}
    token = {"token": "own-token", "token_digest": subscribing._digest("own-token")}
    return Subscription.objects.create(**given | token | fields)


def proved(**fields):
    person = UserFactory(**fields)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


# ---------------------------------------------------------------- asking and confirming
def test_a_reader_asks_opens_the_mailed_link_and_confirms(mailoutbox):
    client = Client()

    assert client.post("/subscribe/", form())["Location"] == "/subscribe/sent/"
    send_due()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == ([READER], "Confirm your subscription to news of Chenzhou Pilot")
    link = link_in(mail)
    assert client.get(link).status_code == 200
    assert not Subscription.objects.exists(), "a program that follows links confirms nothing"
    answer = client.post(link)
    held = Subscription.objects.get()
    assert answer["Location"] == f"/en/subscriptions/{held.token}/?done=confirmed"
    assert "Confirmed: news of these topics will be sent to you." in client.get(answer["Location"]).text
    assert (held.email, held.topics, held.language) == (READER, [Topic.CALLS, Topic.AWARDS], "en")
    assert not SubscriptionRequest.objects.exists()
    assert (client.get(link).status_code, client.post(link).status_code) == (404, 404)


def test_a_link_that_is_too_old_confirms_nothing(mailoutbox):
    subscribing.ask(READER, [Topic.CALLS], "zh-hans")
    send_due()
    SubscriptionRequest.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().post(link_in(mailoutbox[0])).status_code == 404
    assert not Subscription.objects.exists()


def test_a_known_address_and_an_unknown_one_are_answered_alike_and_get_the_same_letter(mailoutbox):
    subscribed()
    client = Client()

    answers = [client.post("/subscribe/", form(email=address), follow=True) for address in (READER, "b@example.com")]
    send_due()

    first, second = ((answer.status_code, answer.redirect_chain, answer.content) for answer in answers)
    assert first == second
    bodies = [re.sub(r"/confirm/\S+/", "", mail.body) for mail in mailoutbox]
    assert bodies[0] == bodies[1]


def test_what_somebody_else_asks_for_changes_nothing():
    held = subscribed()

    subscribing.ask(READER.upper(), [Topic.AWARDS], "en")

    held.refresh_from_db()
    assert (held.topics, held.language) == ([Topic.CALLS], "zh-hans")


def test_confirming_changes_what_an_address_is_sent_and_makes_no_second_one(mailoutbox):
    held = subscribed()
    subscribing.ask(READER.upper(), [Topic.NOTICES], "en")
    send_due()

    Client().post(link_in(mailoutbox[0]))

    assert Subscription.objects.get().pk == held.pk
    assert Subscription.objects.get().topics == [Topic.NOTICES]


def test_an_address_gets_three_letters_in_a_day_and_the_answer_stays_the_same(mailoutbox):
    client = Client()

    answers = [client.post("/subscribe/", form()) for _number in range(5)]
    send_due()

    assert {answer["Location"] for answer in answers} == {"/subscribe/sent/"}
    assert len(mailoutbox) == 3


@pytest.mark.parametrize(
    "changed", [{"email": "no address"}, {"topics": []}, {"topics": ["weather"]}, {"language": "fr"}, {"captcha": "x"}]
)
def test_a_form_with_a_gap_is_shown_again(changed):
    assert Client().post("/subscribe/", form(**changed)).status_code == 400
    assert not SubscriptionRequest.objects.exists()


def test_what_was_solved_for_the_sign_up_subscribes_nobody():
    assert Client().post("/subscribe/", form(captcha=solved_for("sign-up"))).status_code == 400


@time_machine.travel("2026-03-02T10:00:00+08:00", tick=False)
def test_without_javascript_the_form_is_taken_three_times_a_day():
    client = Client()

    codes = [client.post("/subscribe/", form(captcha="", email=f"r{number}@example.com")) for number in range(4)]

    assert [answer.status_code for answer in codes] == [302, 302, 302, 429]
    assert SubscriptionRequest.objects.count() == 3
    assert client.post("/subscribe/", form()).status_code == 302


@time_machine.travel("2026-03-02T10:00:00+08:00", tick=False)
def test_more_than_twenty_in_an_hour_are_refused():
    client = Client()

    codes = [client.post("/subscribe/", form(email="")).status_code for _number in range(21)]

    assert codes == [400] * 20 + [429]


# ---------------------------------------------------------------- with an account
def test_who_is_signed_in_subscribes_with_the_proved_address_at_once(client, mailoutbox):
    subscribed(email=READER)
    person = proved(email=READER)
    client.force_login(person)

    answer = client.post("/subscribe/", {"topics": ["notices"], "language": "zh-hans"}, follow=True)
    send_due()

    assert READER in answer.text
    assert not mailoutbox
    held = Subscription.objects.get()
    assert (held.user, held.email, held.topics) == (person, "", [Topic.NOTICES])
    assert copy_of(person)["data"]["subsidies.Subscription"][0]["wants_notices"] is True
    client.post("/subscribe/", {"language": "zh-hans"})
    assert not Subscription.objects.exists()


def test_who_is_signed_in_without_a_proved_address_takes_the_way_of_everybody(client):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)
    client.force_login(person)

    assert client.post("/subscribe/", {"topics": ["notices"], "language": "en"}).status_code == 400
    assert not Subscription.objects.exists()
    with pytest.raises(ValidationError):
        subscribing.subscribe_account(person, [Topic.CALLS], "en")


def test_closing_the_account_erases_what_its_addresses_were_sent():
    person = proved()
    subscribing.subscribe_account(person, [Topic.CALLS], "en")
    subscribing.ask(person.email, [Topic.CALLS], "en")
    stranger = subscribed()

    close_account(person, by=person)

    assert list(Subscription.objects.all()) == [stranger]
    assert not SubscriptionRequest.objects.exists()


# ---------------------------------------------------------------- leaving
def test_one_click_of_a_mail_program_ends_it_without_cookies():
    subscribed()
    program = Client(enforce_csrf_checks=True)

    assert program.get("/subscriptions/own-token/end/").status_code == 302
    assert Subscription.objects.exists(), "opening the address ends nothing"
    answer = program.post("/subscriptions/own-token/end/", {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not Subscription.objects.exists()
    assert program.post("/subscriptions/own-token/end/").content == answer.content


def test_the_page_of_the_link_shows_the_address_masked_changes_topics_and_ends():
    subscribed()
    client = Client()

    page = client.get("/subscriptions/own-token/")
    assert ("c***@example.com" in page.text, READER in page.text) == (True, False)
    assert page["X-Robots-Tag"] == "noindex, noarchive"
    client.post("/subscriptions/own-token/", {"topics": ["awards"], "language": "en"})
    assert Subscription.objects.get().topics == [Topic.AWARDS]
    assert client.post("/subscriptions/own-token/", {"topics": ["x"], "language": "en"}).status_code == 400
    client.post("/subscriptions/own-token/", {"language": "en"})
    assert not Subscription.objects.exists()


def test_a_made_up_link_learns_nothing():
    subscribed()

    assert "已不再发送" in Client().get("/subscriptions/made-up/").text
    assert Subscription.objects.exists()


# ---------------------------------------------------------------- what is kept
def test_an_address_that_nobody_confirmed_is_erased_and_a_confirmed_one_stays(settings):
    subscribing.ask("old@example.com", [Topic.CALLS], "en")
    SubscriptionRequest.objects.update(created_at=timezone.now() - timedelta(days=8))
    subscribing.ask("new@example.com", [Topic.CALLS], "en")
    subscribed()

    assert apply_retention()["SUBSCRIPTION_REQUESTS"] == 1
    assert apply_retention()["SUBSCRIPTION_REQUESTS"] == 0
    assert [row.email for row in SubscriptionRequest.objects.all()] == ["new@example.com"]
    assert Subscription.objects.exists()
    settings.RETENTION_DAYS = settings.RETENTION_DAYS | {"SUBSCRIPTION_REQUESTS": 0}
    assert apply_retention()["SUBSCRIPTION_REQUESTS"] == 1


def test_no_table_journal_or_page_of_the_desk_holds_the_address(mailoutbox):
    subscribing.ask(READER, [Topic.CALLS], "en")
    subscribed()
    send_due()

    with connection.cursor() as cursor:
        for model in (Subscription, SubscriptionRequest, Delivery, JournalEntry):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            assert "canary-reader" not in str(cursor.fetchall())
    clerk = user_of_kind(PersonKind.BUREAU_CLERK)
    desk = Client()
    desk.force_login(clerk)
    delivery = Delivery.objects.get()
    pages = ("subsidies/subscription/", "common/delivery/", f"common/delivery/{delivery.pk}/change/", "")
    for page in pages:
        answer = desk.get(f"/admin/{page}")
        assert answer.status_code == 200
        assert "canary-reader" not in answer.text


def test_the_desk_reads_counts_alone(django_assert_num_queries):
    subscribed()
    subscribed(email="b@example.com", email_digest="b", token="b", token_digest="b", language="en", wants_notices=True)
    subscribing.ask("c@example.com", [Topic.CALLS], "en")
    with django_assert_num_queries(1):
        found = lines()

    assert [line.counts for line in found] == [[0, 0, 0], [1, 1, 2], [0, 1, 1], [0, 0, 0], [1, 1, 2]]
    desk = Client()
    desk.force_login(user_of_kind(PersonKind.BUREAU_CLERK))
    assert "1 个申请" in desk.get("/admin/subsidies/subscription/").text
    desk.force_login(user_of_kind(PersonKind.FINANCE))
    assert desk.get("/admin/subsidies/subscription/").status_code == 403
    assert desk.get(f"/admin/subsidies/subscription/{Subscription.objects.first().pk}/change/").status_code == 404
