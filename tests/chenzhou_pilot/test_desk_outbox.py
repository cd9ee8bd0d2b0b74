"""Messages that did not get through: on the start page of the desk, in their list, and tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import PersonKind
from chenzhou_pilot.desk_tasks import outbox_task
from common.letters import LETTERS
from common.models import Delivery, JournalEntry, Notice
from common.notice_words import KINDS, kind_of
from tests.bases.admin_pages import client_of, staff
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/common/delivery/"


def delivery(state="failed", name="李工", **fields):
    notice = Notice.objects.create(
        recipient=UserFactory(name=name), kind="submitted", facts={"project": "机密项目"}, address="/projects/"
    )
    return Delivery.objects.create(notice=notice, channel="email", state=state, **fields)


def again(client, *rows):
    data = {"action": "try_again", "_selected_action": [row.pk for row in rows]}
    return client.post(LIST, data, follow=True)


# ---------------------------------------------------------------- start page
def test_the_start_page_names_what_was_given_up_and_what_waits_too_long():
    delivery(last_error="550 no such user", name="李工")
    delivery(state="waiting", next_try_at=timezone.now() - timedelta(minutes=16))
    delivery(state="waiting", next_try_at=timezone.now() - timedelta(minutes=1))
    delivery(last_error="old", created_at=timezone.now() - timedelta(days=31))
    delivery(state="sent", sent_at=timezone.now())

    (task,) = outbox_task(staff())

    assert task.count == 2
    assert [line.is_urgent for line in task.lines] == [True, False]
    assert (task.lines[1].label.partition(" ")[0], task.lines[1].note) == ("李工", "550 no such user")


def test_the_start_page_is_silent_when_all_got_through():
    delivery(state="sent", sent_at=timezone.now())

    assert outbox_task(staff()) == []


@pytest.mark.parametrize("kind", [PersonKind.COUNTY_OFFICER, PersonKind.FINANCE, PersonKind.DISCIPLINE])
def test_who_does_not_look_after_messages_is_not_told_of_them(kind):
    delivery()

    assert outbox_task(staff(kind)) == []


# ---------------------------------------------------------------- list
def test_staff_see_to_whom_and_why_and_never_what_was_said():
    row = delivery(last_error="550 no such user")
    client = client_of(staff())

    pages = client.get(LIST).text + client.get(f"{LIST}{row.pk}/change/").text

    assert "李工" in pages
    assert "550 no such user" in pages
    assert "机密项目" not in pages


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_rows(rows, django_assert_num_queries):
    for _ in range(rows):
        delivery()
    client = client_of(staff())

    with django_assert_num_queries(8):
        client.get(LIST)


def test_what_was_given_up_is_sent_again_and_the_journal_says_by_whom(django_capture_on_commit_callbacks):
    row, clerk = delivery(attempts=10), staff()

    with django_capture_on_commit_callbacks(execute=True):
        again(client_of(clerk), row)

    row.refresh_from_db()
    entry = JournalEntry.objects.get(action="try_again")
    assert (row.state, row.attempts, len(mail.outbox)) == ("sent", 1, 1)
    assert (entry.actor_id, entry.changes) == (clerk.pk, {"state": ["failed", "waiting"]})


def test_what_was_sent_is_not_sent_again(django_capture_on_commit_callbacks):
    row = delivery(state="sent", sent_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        again(client_of(staff()), row)

    assert mail.outbox == []


@pytest.mark.parametrize("page", ["add", "delete"])
def test_nobody_writes_deliveries_by_hand(page):
    row, client = delivery(), client_of(staff(PersonKind.ADMINISTRATOR))
    args = [row.pk] if page == "delete" else []

    assert client.get(reverse(f"admin:common_delivery_{page}", args=args)).status_code == 403
    assert client.post(f"{LIST}{row.pk}/change/", {"state": "sent"}).status_code == 403


def test_who_may_only_look_cannot_send_again(django_user_model):
    row, viewer = delivery(), staff(PersonKind.FINANCE)
    viewer.user_permissions.add(Permission.objects.get(codename="view_delivery"))

    again(client_of(django_user_model.objects.get(pk=viewer.pk)), row)

    row.refresh_from_db()
    assert row.state == "failed"


def test_the_list_says_in_words_what_each_message_is_about():
    row = delivery()
    letter = Delivery.objects.create(
        channel="email", state="failed", letter="account_invitation", to="nobody@example.invalid", about=1
    )

    html = client_of(staff()).get(LIST).content.decode()

    for shown in (kind_of(row.notice).title, LETTERS[letter.letter].title, "nobody@example.invalid"):
        assert str(shown) in html
    assert "account_invitation<" not in html


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_kind_of_message_has_a_title_without_its_facts(language):
    with translation.override(language):
        titles = {name: kind.title for name, kind in KINDS.items()}

    assert all(titles.values())
    assert [title for title in titles.values() if "%" in title] == []
    assert (
        titles["correction-due"] == {"zh-hans": "提醒：补正期限将到", "en": "Reminder: the correction is due"}[language]
    )


def test_a_delivery_is_of_a_notice_or_of_a_letter_and_never_of_both():
    row = delivery()

    with pytest.raises(IntegrityError, match="delivery_of_notice_or_letter"), transaction.atomic():
        Delivery.objects.create(channel="email")
    with pytest.raises(IntegrityError, match="delivery_of_notice_or_letter"), transaction.atomic():
        Delivery.objects.filter(pk=row.pk).update(letter="account_invitation", to="a@example.invalid", about=1)


def test_the_page_of_a_message_speaks_chinese_and_the_time_of_shanghai():
    row = delivery(created_at=datetime(2026, 11, 28, 1, 30, tzinfo=UTC))

    page = client_of(staff()).get(f"{LIST}{row.pk}/change/").text

    assert f"电子邮件 {row.pk}" in page
    assert "2026 年 11 月 28 日 09:30" in page
