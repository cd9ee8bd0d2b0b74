import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from common import notice_words
from common.models import JournalEntry, Notice
from common.notices import Kind, register, tell
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

INBOX = "/en/accounts/inbox/"
PREFERENCES = "/en/accounts/inbox/preferences/"


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    monkeypatch.setattr(notice_words, "KINDS", {})
    register(Kind("news", "News of %(project)s", "About %(project)s"))
    register(Kind("duty", "Do %(project)s", "You have to do %(project)s", is_duty=True))


@pytest.fixture
def person():
    return UserFactory()


@pytest.fixture
def browser(person):
    return browser_of(person)


def browser_of(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def told(user, project="P", kind="news", address=""):
    tell([user], notice_words.KINDS[kind], {"project": project}, address=address)
    return Notice.objects.latest("pk")


def subjects(response):
    main = response.text.partition("<main")[2].partition("</main>")[0]
    return re.findall(r"<h2>(.*?)</h2>", main)


def badge(response):
    found = re.search(r"Inbox <span class=\"badge[^>]*>([\d+]+)<", response.text)
    return found[1] if found else ""


# ---------------------------------------------------------------- reading
def test_one_sees_what_one_was_told_newest_first_and_nothing_of_others(browser, person):
    told(person, "first")
    told(person, "second", kind="duty")
    told(UserFactory(), "canary")

    response = browser.get(INBOX)

    assert subjects(response) == ["Do second", "News of first"]
    assert "canary" not in response.text


def test_an_empty_inbox_says_so(browser):
    assert subjects(browser.get(INBOX)) == ["No messages yet"]


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("", ["Do new", "News of new", "News of old"]),
        ("unread", ["Do new", "News of new"]),
        ("duties", ["Do new"]),
    ],
)
def test_the_inbox_can_be_narrowed(browser, person, show, expected):
    told(person, "old")
    Notice.objects.mark_read()
    told(person, "new")
    told(person, "new", kind="duty")

    assert subjects(browser.get(INBOX, {"show": show})) == expected


def test_what_somebody_typed_is_shown_as_text(browser, person):
    told(person, "<script>alert(1)</script>")

    assert "<script>alert(1)" not in browser.get(INBOX).text


def test_the_inbox_pages_through_any_number_of_messages(browser, person):
    for number in range(45):
        told(person, str(number))

    first = browser.get(INBOX)
    second = browser.get(re.search(r'rel="next" href="([^"]+)"', first.text)[1].replace("&amp;", "&"))
    third = browser.get(re.search(r'rel="next" href="([^"]+)"', second.text)[1].replace("&amp;", "&"))

    assert subjects(first) + subjects(second) + subjects(third) == [f"News of {number}" for number in range(44, -1, -1)]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"cursor": "x"}, "This page address is not valid. Start again from the first page."),
        ({"show": "nonsense"}, "Messages shown: there is no “nonsense”."),
    ],
)
def test_what_the_inbox_cannot_follow_is_told_with_the_way_back(browser, asked, sentence):
    response = browser.get(INBOX, asked)

    assert (response.status_code, response.context["refusals"]) == (400, [sentence])
    assert f'href="{INBOX}"' in response.text


@pytest.mark.parametrize("count", [1, 20])
def test_the_inbox_costs_the_same_for_any_number_of_messages(browser, person, count, django_assert_num_queries):
    for number in range(count):
        told(person, str(number), address="/projects/")

    with django_assert_num_queries(5):  # session, person, page, whether any is unread, the count in the head
        browser.get(INBOX)


# ---------------------------------------------------------------- opening
def test_opening_marks_as_read_and_leads_to_what_it_tells_of(browser, person):
    notice = told(person, address="/projects/")

    response = browser.post(f"{INBOX}{notice.public_id}/open/")

    notice.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, "/en/projects/")
    assert timezone.now() - notice.read_at < timedelta(minutes=1)


def test_a_message_without_address_leads_back_to_the_inbox(browser, person):
    response = browser.post(f"{INBOX}{told(person).public_id}/open/")

    assert response.headers["Location"] == INBOX


def test_the_first_reading_is_kept(browser, person):
    notice = told(person)
    Notice.objects.mark_read()
    notice.refresh_from_db()
    before = notice.read_at

    browser.post(f"{INBOX}{notice.public_id}/open/")

    notice.refresh_from_db()
    assert notice.read_at == before


def test_another_persons_message_is_as_absent_as_a_random_one(browser):
    theirs = told(UserFactory(), address="/projects/")

    answers = [browser.post(f"{INBOX}{number}/open/") for number in (theirs.public_id, uuid4())]

    theirs.refresh_from_db()
    assert [answer.status_code for answer in answers] == [404, 404]
    assert theirs.read_at is None


def test_reading_the_list_marks_nothing_and_opening_asks_for_a_form(browser, person):
    notice = told(person)

    statuses = [browser.get(INBOX).status_code, browser.get(f"{INBOX}{notice.public_id}/open/").status_code]

    notice.refresh_from_db()
    assert (statuses, notice.read_at) == ([200, 405], None)


def test_all_of_ones_own_can_be_marked_as_read_at_once(browser, person):
    told(person, "first")
    told(person, "second")
    theirs = told(UserFactory())

    browser.post(f"{INBOX}read/")

    assert list(Notice.objects.unread()) == [theirs]


# ---------------------------------------------------------------- the count in the head
def test_the_head_of_every_page_counts_what_is_unread(browser, person):
    told(person)
    told(person)
    told(UserFactory())

    assert badge(browser.get("/en/")) == "2"
    browser.post(f"{INBOX}read/")
    assert badge(browser.get("/en/")) == ""


def test_more_than_ninety_nine_are_not_counted_out(browser, person):
    Notice.objects.bulk_create(Notice(recipient=person, kind="news", facts={"project": "P"}) for _ in range(120))

    assert badge(browser.get("/en/")) == "99+"


def test_a_kept_page_holds_no_count_and_the_count_holds_no_kept_page(browser, person):
    visitor = Client()
    before = [visitor.get("/en/about/").content for _ in range(2)]
    told(person)

    own = browser.get("/en/about/")
    after = visitor.get("/en/about/")

    assert badge(own) == "1"
    assert before == [after.content] * 2
    assert "Inbox" not in after.text


# ---------------------------------------------------------------- preferences
def test_a_person_chooses_language_and_channels(browser, person):
    data = {"language": "en", "wants_sms": "on", "phone": "13800000000"}

    response = browser.post(PREFERENCES, data)

    person.refresh_from_db()
    assert response.headers["Location"] == PREFERENCES
    assert (person.language, person.wants_email, person.wants_sms, person.phone) == ("en", False, True, "13800000000")
    assert JournalEntry.objects.latest("pk").actor_id == person.pk


def test_text_messages_need_a_number(browser, person):
    response = browser.post(PREFERENCES, {"language": "en", "wants_sms": "on", "phone": ""})

    person.refresh_from_db()
    assert "Give the number that text messages go to." in response.text
    assert person.wants_sms is False


def test_text_messages_are_offered_where_the_site_can_send_them(browser, settings):
    settings.SMS_ADAPTER = ""

    page = browser.get(PREFERENCES).text

    assert "wants_email" in page
    assert "wants_sms" not in page


def test_the_page_says_that_duties_cannot_be_switched_off(browser):
    assert "This cannot be switched off." in browser.get(PREFERENCES).text


def test_preferences_change_nothing_but_themselves(browser, person):
    browser.post(PREFERENCES, {"language": "en", "is_staff": "on", "email": "other@example.com"})

    person.refresh_from_db()
    assert (person.is_staff, person.email == "other@example.com") == (False, False)


@pytest.mark.parametrize("address", [INBOX, PREFERENCES])
def test_a_visitor_is_sent_to_the_sign_in_page(address):
    assert "/accounts/login/" in Client().get(address).headers["Location"]
