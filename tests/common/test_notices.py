from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy, ngettext_lazy

from chenzhou_pilot.celery import app
from common import notice_words
from common.models import Delivery, Notice
from common.notices import Kind, Told, address_of, duties, register, tell, words_of
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    monkeypatch.setattr(notice_words, "KINDS", {})


@pytest.fixture
def news():
    return register(Kind("news", "News of %(project)s", "About %(project)s"))


@pytest.fixture
def duty():
    return register(Kind("duty", "Do %(project)s", "You have to do %(project)s", is_duty=True))


def channels(person):
    return sorted(Delivery.objects.filter(notice__recipient=person).values_list("channel", flat=True))


# ---------------------------------------------------------------- kinds
def test_two_kinds_cannot_have_one_name(news):
    assert register(news) is news
    with pytest.raises(ValueError, match="news"):
        register(Kind("news", "Other", "Other"))


def test_the_duties_are_known_by_name(news, duty):
    assert duties() == ["duty"]


# ---------------------------------------------------------------- telling
def test_everyone_is_told_once_and_closed_accounts_are_not(news):
    person, other, closed = UserFactory(), UserFactory(), UserFactory(is_active=False)

    count = tell([person, other, person, closed], news, {"project": "P1"}, address="/projects/")

    rows = Notice.objects.order_by("recipient_id").values_list("recipient", "kind", "facts", "address", "read_at")
    assert count == 2
    assert list(rows) == [
        (person.pk, "news", {"project": "P1"}, "/projects/", None),
        (other.pk, "news", {"project": "P1"}, "/projects/", None),
    ]


@pytest.mark.parametrize(
    ("wishes", "of_news", "of_duties"),
    [
        ({}, ["email"], ["email"]),
        ({"wants_email": False}, [], ["email"]),
        ({"wants_sms": True, "phone": "13800000000"}, ["email", "sms"], ["email", "sms"]),
        ({"wants_email": False, "wants_sms": True, "phone": "13800000000"}, ["sms"], ["email", "sms"]),
        ({"wants_sms": True, "phone": ""}, ["email"], ["email"]),
    ],
)
def test_people_choose_their_channels_and_duties_come_by_email_in_any_case(news, duty, wishes, of_news, of_duties):
    person, dutiful = UserFactory(**wishes), UserFactory(**wishes)

    tell([person], news, {"project": "P"})
    tell([dutiful], duty, {"project": "P"})

    assert (channels(person), channels(dutiful)) == (of_news, of_duties)


def test_without_an_adapter_nobody_gets_text_messages(news, settings):
    settings.SMS_ADAPTER = ""
    person = UserFactory(wants_sms=True, phone="13800000000")

    tell([person], news, {"project": "P"})

    assert channels(person) == ["email"]


def test_once_tells_nobody_twice_but_still_those_who_were_not_told(news):
    first, second = UserFactory(), UserFactory()

    counts = [
        tell([first], news, {"project": "P"}, once="call:1"),
        tell([first, second], news, {"project": "P"}, once="call:1"),
        tell([first, second], news, {"project": "P"}, once="call:1"),
        tell([first], news, {"project": "P"}, once="call:2"),
    ]

    assert counts == [1, 1, 0, 1]
    assert sorted(Delivery.objects.values_list("notice__recipient", "notice__once")) == sorted(
        [(first.pk, "call:1"), (second.pk, "call:1"), (first.pk, "call:2")]
    )


def test_the_database_holds_that_nobody_is_told_twice(news):
    person = UserFactory()
    tell([person], news, {"project": "P"}, once="call:1")

    with pytest.raises(IntegrityError, match="notice_once_per_recipient|recipient_id"), transaction.atomic():
        Notice.objects.create(recipient=person, kind="news", once="call:1")


def test_telling_many_takes_two_queries_and_three_with_once(news, django_assert_num_queries):
    people = UserFactory.create_batch(5)

    with django_assert_num_queries(4):  # with the savepoint of the caller's transaction
        tell(people, news, {"project": "P"})
    with django_assert_num_queries(5):
        tell(people, news, {"project": "P"}, once="x")


@transaction.atomic
def told_and_undone(person, kind):
    tell([person], kind, {"project": "undone"})
    raise ZeroDivisionError


def test_nothing_is_sent_before_the_commit_or_after_a_rollback(news, django_capture_on_commit_callbacks):
    person = UserFactory()

    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(ZeroDivisionError):
            told_and_undone(person, news)
        tell([person], news, {"project": "done"})
        before = len(mail.outbox)

    assert before == 0
    assert [message.subject for message in mail.outbox] == ["News of done"]
    assert Notice.objects.count() == Delivery.objects.count() == 1


@pytest.fixture
def broker_that_is_down(settings):
    before = app.conf.task_always_eager, app.conf.broker_url
    settings.CELERY_TASK_ALWAYS_EAGER = False
    app.conf.task_always_eager, app.conf.broker_url = False, "amqp://guest:guest@127.0.0.1:1//"
    yield
    app.conf.task_always_eager, app.conf.broker_url = before


def test_a_queue_that_is_down_loses_nothing(news, broker_that_is_down, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell([UserFactory()], news, {"project": "P"})

    assert (Delivery.objects.get().state, mail.outbox) == ("waiting", [])


def test_without_a_broker_the_process_also_sends_what_was_left(news, django_capture_on_commit_callbacks):
    tell([UserFactory()], news, {"project": "left"})

    with django_capture_on_commit_callbacks(execute=True):
        tell([UserFactory()], news, {"project": "new"})

    assert [message.subject for message in mail.outbox] == ["News of left", "News of new"]


# ---------------------------------------------------------------- facts and words
def test_a_fact_that_the_words_need_is_asked_for_at_once(news):
    with pytest.raises(ValueError, match="project"):
        tell([UserFactory()], news, {"name": "P"})

    assert Notice.objects.count() == 0


def test_a_translation_is_no_fact(news):
    with pytest.raises(TypeError, match="project"):
        tell([UserFactory()], news, {"project": gettext_lazy("Draft")})


def test_facts_are_shown_as_their_names_say_and_in_the_readers_language():
    text = "%(due_on)s, %(closes_at)s, %(amount_yuan)s, %(call)s, %(number)s, %(nothing)s"
    kind = register(Kind("all", "All", text))
    tell(
        [UserFactory()],
        kind,
        {
            "due_on": date(2026, 10, 9),
            "closes_at": datetime(2026, 9, 30, 9, 30, tzinfo=UTC),
            "amount_yuan": Decimal("2000000.00"),
            "call_zh": "批次",
            "call_en": "Call",
            "number": 7,
            "nothing": None,
        },
    )
    notice = Notice.objects.get()

    with translation.override("en"):
        english = words_of(notice).text
    with translation.override("zh-hans"):
        chinese = words_of(notice).text

    assert english == "9 October 2026, 30 September 2026, 17:30, 2,000,000 yuan, Call, 7, —"
    assert chinese == "2026 年 10 月 9 日, 2026 年 9 月 30 日 17:30, 200 万元, 批次, 7, —"


def test_a_name_without_translation_is_shown_as_it_is():
    kind = register(Kind("call", "%(call)s", "x"))
    tell([UserFactory()], kind, {"call_zh": "批次", "call_en": ""})

    with translation.override("en"):
        assert words_of(Notice.objects.get()).subject == "批次"


@pytest.mark.parametrize(("days", "expected"), [(1, "1 day left"), (3, "3 days left")])
def test_words_count(days, expected):
    kind = register(Kind("count", ngettext_lazy("%(days)d day left", "%(days)d days left", "days"), "x"))
    tell([UserFactory()], kind, {"days": days})

    with translation.override("en"):
        assert words_of(Notice.objects.get()).subject == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "a\r\nBcc: victim@example.com",
        "%(recipient)s %s %(x",
        "{{ settings.SECRET_KEY }} {project.__class__}",
        "<script>alert(1)</script>",
        "\u202egnp.exe\x00",
    ],
)
def test_what_somebody_typed_stays_text(news, hostile):
    tell([UserFactory()], news, {"project": hostile})

    words = words_of(Notice.objects.get())

    assert "\n" not in words.subject
    assert "\r" not in words.subject
    kept = hostile.replace("\r\n", " ").replace("\u202e", "").replace("\x00", "")
    assert words.subject == f"News of {kept}"


def test_a_notice_of_a_kind_that_is_gone_or_has_other_facts_can_still_be_read(news):
    with translation.override("en"):
        gone = words_of(Notice(kind="gone", facts={"project": "P"}))
        older = words_of(Notice(kind="news", facts={}))

    assert gone == ("Notice", "The words of this notice are no longer kept.")
    assert older == ("News of —", "About —")


# ---------------------------------------------------------------- addresses
def test_an_address_is_kept_without_language_and_given_in_the_readers(news):
    with translation.override("en"):
        tell([UserFactory()], news, {"project": "P"}, address="/en/projects/")
    notice = Notice.objects.get()

    with translation.override("en"):
        english = address_of(notice)
    with translation.override("zh-hans"):
        chinese = address_of(notice)

    assert (notice.address, english, chinese) == ("/projects/", "/en/projects/", "/projects/")


def test_the_desk_has_one_address_in_every_language(news):
    tell([UserFactory()], news, {"project": "P"}, address="/admin/bases/base/")

    with translation.override("en"):
        assert address_of(Notice.objects.get()) == "/admin/bases/base/"


@pytest.mark.parametrize("address", ["https://example.com/", "//example.com/", "/\\example.com", "projects/"])
def test_an_address_of_another_site_is_refused(news, address):
    with pytest.raises(ValueError, match="no path"):
        tell([UserFactory()], news, {"project": "P"}, address=address)


def test_told_is_what_page_and_api_show(duty):
    tell([UserFactory()], duty, {"project": "P"}, address="/projects/")
    notice = Notice.objects.get()

    told = Told.of(notice)

    assert (told.kind, told.subject, told.text, told.is_duty, told.address, told.read_at) == (
        "duty",
        "Do P",
        "You have to do P",
        True,
        "/projects/",
        None,
    )
