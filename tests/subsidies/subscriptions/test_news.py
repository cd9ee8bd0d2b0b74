"""The letter of the day: everything that became public since the last one, nothing that did not, once."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from accounts.enums import PersonKind
from bases import workflow
from common.delivery import send_due
from common.models import Delivery, DeliveryState
from subsidies.models import NewsMail, Subscription
from subsidies.subscriptions import subscribing
from subsidies.subscriptions.daily import send_news
from tests.factories import BaseFactory
from tests.factories_accounts import user_of_kind
from tests.factories_awards import awarded, on_document
from tests.factories_publicity import drafted, listed
from tests.factories_subsidies import CallFactory
from tests.subsidies.publicity.desk import approved

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def reader(name="reader", **wants):
    address = f"{name}@example.com"
    given = {"email": address, "email_digest": name, "token": name, "token_digest": subscribing._digest(name)}
    told = {"told_until": timezone.now() - timedelta(days=1)}
    topics = wants or {"wants_calls": True, "wants_notices": True, "wants_awards": True}
    return Subscription.objects.create(**given | told | topics)


def behind(row, **values):
    """Behind the journal's back."""
    QuerySet(type(row)).filter(pk=row.pk).update(**values)


def published_call(**fields):
    return CallFactory(published_at=timezone.now() - HOUR, **fields)


def test_all_news_since_the_last_letter_come_in_one_and_only_once(mailoutbox):
    reader()
    first, second = published_call(), published_call()

    assert send_news() == 1
    assert send_news() == 0
    send_due()

    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["reader@example.com"], "郴州中试平台动态")
    assert first.get_absolute_url() in mail.body
    assert second.get_absolute_url() in mail.body
    assert first.name_zh in mail.body


def test_a_base_that_became_part_of_another_is_in_the_letter_with_the_address_of_the_other(mailoutbox):
    with time_machine.travel(timezone.now() - timedelta(days=3)):
        base, heir = (
            BaseFactory(slug="battery", name_zh="电池基地"),
            BaseFactory(slug="materials", name_zh="新材料基地"),
        )
    reader(wants_bases=True)
    workflow.merge(base, by=user_of_kind(PersonKind.SECTION_HEAD), into=heir, reason="整合资源")

    with time_machine.travel(timezone.now() + HOUR):
        assert send_news() == 1
        send_due()

    (mail,) = mailoutbox
    assert "电池基地：已并入新材料基地" in mail.body
    assert "/bases/materials/" in mail.body
    assert "/bases/battery/" not in mail.body


def test_the_letter_bears_the_headers_of_one_click_and_both_ways_to_leave(mailoutbox, settings):
    settings.SITE_URL = "https://pilot.example"
    reader()
    published_call()

    send_news()
    send_due()

    headers = mailoutbox[0].extra_headers
    assert headers["List-Unsubscribe"] == "<https://pilot.example/subscriptions/reader/end/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "<news.pilot.example>"
    assert "https://pilot.example/subscriptions/reader/\n" in mailoutbox[0].body


def test_each_reads_the_chosen_topics_in_the_chosen_language(mailoutbox):
    reader("calls", wants_calls=True, language="en")
    reader("awards", wants_awards=True)
    call = published_call()

    assert send_news() == 1
    send_due()

    assert [mail.to for mail in mailoutbox] == [["calls@example.com"]]
    assert call.name_en in mailoutbox[0].body
    assert f"/en{call.get_absolute_url()}" in mailoutbox[0].body


def test_what_is_not_public_is_told_to_nobody(mailoutbox):
    reader()
    CallFactory(published_at=None, published_by=None, name_zh="金丝雀批次")
    published_call(is_demo=True)
    (application,) = approved()
    behind(application.call, published_at=timezone.now() - timedelta(days=9))
    drafted(application, title_zh="金丝雀公示")
    behind(on_document("countersigned").call, published_at=timezone.now() - timedelta(days=9))

    assert send_news() == 0
    assert not Delivery.objects.exists()


def test_a_notice_is_news_when_it_begins_and_when_its_final_list_is_there(mailoutbox):
    reader()
    (application,) = approved()
    behind(application.call, published_at=timezone.now() - timedelta(days=9))
    notice = listed(application)
    Subscription.objects.update(told_until=notice.published_at - HOUR)
    assert send_news() == 1
    send_due()
    assert notice.title_zh in mailoutbox[0].body
    assert "最终名单" not in mailoutbox[0].body


def test_awards_are_news_from_the_issue_of_their_document_on(mailoutbox):
    reader(wants_awards=True)
    first = awarded()
    document = first.document

    Subscription.objects.update(told_until=document.issued_at - HOUR)
    with time_machine.travel(document.issued_at + timedelta(minutes=4)):
        assert send_news() == 0, "what was stamped just now may not be committed"
    with time_machine.travel(document.issued_at + HOUR):
        assert send_news() == 1
        send_due()

    assert first.project_name in mailoutbox[0].body
    assert first.document_number in mailoutbox[0].body


def test_a_letter_that_failed_goes_out_again_under_the_same_number(mailoutbox, monkeypatch):
    reader()
    published_call()
    send_news()
    send = EmailBackend.send_messages
    monkeypatch.setattr(EmailBackend, "send_messages", _broken)
    send_due()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.last_error) == (DeliveryState.WAITING, "SealedMailFailed: SMTPServerDisconnected")
    monkeypatch.setattr(EmailBackend, "send_messages", send)
    behind(delivery, next_try_at=timezone.now())

    send_due()
    first = mailoutbox[0].extra_headers["Message-ID"]

    assert str(delivery.public_id) in first
    assert Delivery.objects.get().state == DeliveryState.SENT


def _broken(self, messages):
    raise SMTPServerDisconnected("reader@example.com")


def test_who_leaves_before_the_letter_goes_out_gets_none(mailoutbox):
    held = reader()
    published_call()
    send_news()

    subscribing.end(held)
    send_due()

    assert (mailoutbox, NewsMail.objects.count(), Delivery.objects.count()) == ([], 0, 0)


def test_a_letter_says_nothing_that_is_not_public_any_more_when_it_goes_out(mailoutbox):
    reader()
    call = published_call()
    send_news()
    behind(call, is_demo=True)

    send_due()

    assert mailoutbox == []
    assert Delivery.objects.get().state == DeliveryState.FAILED


def test_a_day_without_news_costs_five_queries_whatever_the_readers(django_assert_num_queries):
    reader("one")
    reader("two")

    with django_assert_num_queries(5):
        assert send_news() == 0


def test_a_new_base_is_news_for_who_reads_of_bases_and_a_draft_is_not(mailoutbox):
    reader("bases", wants_bases=True, language="en")
    reader("calls", wants_calls=True)
    with time_machine.travel(timezone.now() - HOUR, tick=False):
        base = BaseFactory()
        BaseFactory(state="draft", name_en="Canary")

    assert send_news() == 1
    send_due()

    (mail,) = mailoutbox
    assert mail.to == ["bases@example.com"]
    assert f"/bases/{base.slug}/" in mail.body
    assert "New in the registry" in mail.body
    assert "Canary" not in mail.body
