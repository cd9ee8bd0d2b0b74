"""The public pages of notices: what they show, at their addresses for good; drafts are as absent as nothing."""

import hashlib
import json
import re
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from common.calendar import shanghai_today
from common.models import JournalEntry
from subsidies.enums import ObjectionKind, ObjectionState, State
from subsidies.models import Application, Objection, PublicNotice
from subsidies.publicity import answering, clearing, publishing, writing
from subsidies.publicity.codes import code_of
from subsidies.publicity.forms import PURPOSE
from tests.accounts.test_captcha import solved_for
from tests.factories_accounts import UserFactory
from tests.factories_decision import staff
from tests.factories_publicity import drafted, listed, objected
from tests.factories_subsidies import ApplicationFactory, put
from tests.subsidies.publicity.desk import GROUNDS, House, approved, house, paper, published, sent
from tests.worlds import parts

pytestmark = pytest.mark.django_db


class World(NamedTuple):
    people: House
    application: Application
    other: Application


def make_world() -> World:
    return World(house(), *approved(2))


people, application, other = parts(World)


@pytest.fixture
def on_a_working_day(time_machine):
    time_machine.move_to("2026-03-02T10:00:00+08:00")


def page_of(notice, language=""):
    return Client().get(f"{language}/notices/{notice.slug}/")


def object_page(notice):
    return reverse("subsidies:notice_object", args=[notice.slug])


# ---------------------------------------------------------------- to read
def test_a_running_notice_shows_its_list_days_contacts_and_digest(people, on_a_working_day):
    (application,) = approved()
    notice = published(people, application)

    text = page_of(notice).text

    for shown in (
        "2026年度拟奖补项目公示",
        application.organisation.name_zh,
        application.project_name,
        application.number,
        "2,000,000.00",
        "0735-2222222",
        "0735-3333333",
        notice.digest,
        "个工作日（含今日）",
        object_page(notice),
    ):
        assert shown in text


def test_the_english_page_speaks_english(people, on_a_working_day):
    notice = published(people, *approved())

    text = page_of(notice, "/en").text

    assert "working days left, today included" in text
    assert "Linwu County" in text


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-02T10:00:00+08:00", "5 working days left, today included"),  # a Monday
        ("2026-03-05T10:00:00+08:00", "2 working days left, today included"),
        ("2026-03-06T10:00:00+08:00", "Today is the last day"),
        ("2026-02-28T10:00:00+08:00", "6 working days left, today included"),  # a Saturday made up for
        ("2026-03-01T10:00:00+08:00", "5 working days left; today is not a working day"),  # a Sunday
    ],
)
def test_today_is_counted_where_it_is_a_working_day_and_the_page_says_so(people, time_machine, moment, words):
    time_machine.move_to(moment)
    notice = listed(*approved(), starts_on=date(2026, 2, 28), ends_on=date(2026, 3, 6))

    assert f"{words}<" in page_of(notice, "/en").text
    assert words in Client().get("/en/notices/").text


def test_the_list_of_notices_counts_down_in_a_fixed_number_of_queries(people, django_assert_num_queries):
    listed(*approved())
    client = Client()
    client.get("/notices/")
    for _number in range(2):
        listed(*approved())

    with django_assert_num_queries(3):
        page = client.get("/notices/")

    assert page.text.count("<article") == 3


@pytest.mark.parametrize("make", [drafted, None])
def test_a_draft_is_as_absent_as_a_random_address(people, make, application):
    notice = make(application) if make else sent(people, application)
    client, random = Client(), "0" * 32

    for name in ("public_notice", "notice_object", "notice_list_file", "notice_final_file"):
        theirs = client.get(reverse(f"subsidies:{name}", args=[notice.slug]))
        absent = client.get(reverse(f"subsidies:{name}", args=[random]))
        assert (theirs.status_code, absent.status_code) == (404, 404)
        assert theirs.text.replace(notice.slug, "") == absent.text.replace(random, "")
    for address in ("/notices/", "/notices/feed.rss", "/notices/feed.json", "/sitemap-notices.xml", "/api/v1/notices/"):
        assert notice.title_zh not in client.get(address).text
        assert notice.slug not in client.get(address).text


def test_nothing_of_scores_experts_people_and_answers_is_on_the_page(people, application):
    notice = published(people, application)

    text = page_of(notice).text

    for hidden in (str(application.started_by), str(people.editor), str(people.publisher), "李工"):
        assert hidden not in text


def test_anyone_can_compute_the_digest_of_the_frozen_list(people, application, other):
    notice = published(people, application, other)

    content = Client().get(f"/notices/{notice.slug}/list.json").content

    assert hashlib.sha256(content).hexdigest() == notice.digest
    assert [row["position"] for row in json.loads(content)["entries"]] == [1, 2]


def test_a_concluded_notice_shows_its_difference_to_the_first_list(application, other):
    today = shanghai_today()
    notice = listed(application, other, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=2))
    for row in (application, other):
        put(row, state="publicity")
    objection = objected(notice.entries.get(application=application))
    clearing.clear_due()
    assert "异议处理中" in page_of(notice).text

    answering.uphold(objection, by=staff("section_head"), answer="属实", consequence="annul")

    notice.refresh_from_db()
    text = page_of(notice).text
    assert f"<del>{application.organisation.name_zh}</del>" in text
    assert f"<del>{other.organisation.name_zh}</del>" not in text
    assert notice.final_digest in text
    content = Client().get(f"/notices/{notice.slug}/final.json").content
    assert hashlib.sha256(content).hexdigest() == notice.final_digest


def test_a_replaced_notice_stays_and_leads_on(people, application, other):
    notice = published(people, application, other)
    objection = objected(notice.entries.get(application=application))
    answering.uphold(objection, by=people.handler, answer="属实", consequence="annul")
    assert "新公示将另行发布" in page_of(notice).text
    assert Client().get(object_page(notice)).status_code == 404
    fresh = writing.send(PublicNotice.objects.get(replaces=notice), by=people.editor)

    fresh = publishing.publish(fresh, by=people.publisher)

    assert fresh.get_absolute_url() in page_of(notice).text
    assert notice.get_absolute_url() in page_of(fresh).text


def test_feeds_tell_of_the_notice_and_of_its_final_list(people):
    ApplicationFactory(state=State.PUBLICITY)
    clearing.clear_due()
    notice = PublicNotice.objects.get()

    feed = Client().get("/notices/feed.json").json()

    assert [item["title"] for item in feed["items"]] == [f"最终名单：{notice.title_zh}", notice.title_zh]
    assert feed["items"][1]["url"].endswith(notice.get_absolute_url())
    rss = Client().get("/notices/feed.rss").text
    assert rss.count("<item>") == 2


def test_the_sitemap_and_the_structured_data_name_it(people, application):
    notice = published(people, application)

    assert notice.get_absolute_url() in Client().get("/sitemap-notices.xml").text
    assert '"@type": "ItemList"' in page_of(notice).text or '"@type":"ItemList"' in page_of(notice).text


# ---------------------------------------------------------------- to object
def form_of(entry, **changed):
    given = {
        "entry": entry.pk,
        "kind": "person",
        "name": "王某某",
        "contact": "13800001234",
        "email": "",
        "text": GROUNDS,
        "evidence": paper(),
        "captcha": solved_for(PURPOSE),
    }
    return {**given, **changed}


def test_a_person_objects_and_is_led_to_the_page_of_the_objection(application):
    notice = listed(application)
    client = Client()

    answer = client.post(object_page(notice), form_of(notice.entries.get()))

    assert answer.status_code == 302
    assert Objection.objects.get().state == ObjectionState.OPEN
    status = client.get(answer.headers["Location"])
    assert application.project_name in status.text
    assert "王某某" not in status.text
    assert "13800001234" not in status.text
    assert GROUNDS not in status.text
    assert status.headers["Referrer-Policy"] == "no-referrer"


def test_a_signed_in_objector_is_not_known_either(application):
    notice = listed(application)
    client, person = Client(), UserFactory()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert client.post(object_page(notice), form_of(notice.entries.get())).status_code == 302

    entries = JournalEntry.objects.filter(object_type__startswith="subsidies.objection")
    assert {(entry.actor, entry.address) for entry in entries} == {(None, None)}


def test_several_files_of_evidence_are_kept(application):
    notice = listed(application)

    Client().post(object_page(notice), form_of(notice.entries.get(), evidence=[paper("a.pdf"), paper("b.pdf")]))

    assert Objection.objects.get().files.count() == 2


@pytest.mark.parametrize("changed", [{"captcha": ""}, {"text": ""}, {"name": ""}, {"evidence": ""}, {"kind": "x"}])
def test_a_form_with_a_gap_is_shown_again_and_keeps_nothing(changed, application):
    notice = listed(application)

    answer = Client().post(object_page(notice), form_of(notice.entries.get(), **changed))

    assert answer.status_code == 400
    assert not Objection.objects.exists()


def test_what_was_solved_for_the_sign_up_opens_no_objection(application):
    notice = listed(application)

    answer = Client().post(object_page(notice), form_of(notice.entries.get(), captcha=solved_for("sign-up")))

    assert answer.status_code == 400


def test_after_the_last_day_a_lead_alone_is_taken(application):
    today = shanghai_today()
    notice = listed(application, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    client, entry = Client(), notice.entries.get()
    assert "不再受理异议" in client.get(object_page(notice)).text
    assert client.post(object_page(notice), form_of(entry)).status_code == 400

    answer = client.post(object_page(notice), form_of(entry, kind="lead"))

    assert answer.status_code == 302
    lead = Objection.objects.get()
    assert (lead.kind, lead.name, lead.contact) == (ObjectionKind.LEAD, "", "")


def test_an_address_that_sends_without_end_is_held_up(settings, application):
    notice = listed(application)
    client, entry = Client(), notice.entries.get()
    statuses = [client.post(object_page(notice), form_of(entry, captcha="")).status_code for _number in range(21)]

    assert statuses == [400] * 20 + [429]


def test_the_answer_stands_on_the_page_of_the_objection(people, application):
    notice = published(people, application)
    objection = objected(notice.entries.get(), email="")
    answering.dismiss(objection, by=people.handler, answer="经核实，中试线已建成")

    text = Client().get(f"/objections/{code_of(objection.key)}/").text
    assert "经核实，中试线已建成" in text
    assert str(people.handler) not in text
    assert Client().get("/objections/SAMPLE/").status_code == 404


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((date(2025, 9, 30), date(2025, 10, 13)), "5 working days9 days off in between do not count"),
        ((date(2026, 3, 2), date(2026, 3, 6)), "5 working days"),
    ],
)
def test_the_page_says_over_how_many_working_days_it_runs(days, words, application):
    notice = listed(application, starts_on=days[0], ends_on=days[1])

    html = Client().get(f"/en{notice.get_absolute_url()}").content.decode()

    row = re.search(r"<dt>Length</dt><dd>(.*?)</dd>", html)
    assert row is not None
    assert re.sub(r"<[^>]+>", "", row[1]) == words
