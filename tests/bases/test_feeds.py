"""The feed of public changes of bases: what it tells, and what nobody may learn from it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Q

from accounts.enums import PersonKind
from bases import workflow
from bases.enums import State
from bases.feeds import changes
from bases.models import Base, BaseTitle
from common import journal
from tests.factories import BaseFactory
from tests.factories_accounts import user_of_kind

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 9, 1, 4, tzinfo=UTC)


def on(days):
    return time_machine.travel(FIRST + timedelta(days=days), tick=False)


@pytest.fixture
def head():
    return user_of_kind(PersonKind.SECTION_HEAD)


@pytest.fixture
def base():
    with on(0):
        return BaseFactory(name_en="Battery pilot base")


def titled(base, name="省级中试平台"):
    return BaseTitle.objects.create(base=base, level="provincial", name_zh=name, issuer="湖南省科技厅")


def told(client):
    return [item["title"] for item in client.get("/en/bases/feed.json").json()["items"]]


def test_entry_standing_title_and_leaving_are_told_newest_first(client, base, head):
    with on(1):
        workflow.warn(base, by=head, reason="设备停用", rectify_until=(FIRST + timedelta(days=40)).date())
    with on(2):
        titled(base)
    with on(3):
        workflow.remove(Base.objects.get(), by=head, reason="不再开放")

    feed = client.get("/en/bases/feed.json").json()

    name = "Battery pilot base"
    assert [item["title"] for item in feed["items"]] == [
        f"{name}: Left the registry",
        f"{name}: New title: 省级中试平台",
        f"{name}: Ordered to rectify",
        f"{name}: New in the registry",
    ]
    assert {item["url"] for item in feed["items"]} == {feed["home_page_url"].replace("bases/", f"bases/{base.slug}/")}
    assert len({item["id"] for item in feed["items"]}) == 4
    assert "湖南省科技厅" in feed["items"][1]["content_text"]
    assert "不再开放" not in client.get("/en/bases/feed.rss").content.decode()


def test_a_base_that_became_part_of_another_is_told_with_the_address_of_the_other(client, base, head):
    with on(1):
        heir = BaseFactory(name_en="Materials pilot base", name_zh="新材料中试基地", slug="materials")
    with on(2):
        titled(base)
        workflow.merge(base, by=head, into=heir, reason="整合资源，内部原因")

    feed = client.get("/en/bases/feed.json").json()
    first, *others = feed["items"]

    assert first["title"] == "Battery pilot base: now part of Materials pilot base"
    assert first["url"] == feed["home_page_url"].replace("bases/", "bases/materials/")
    assert first["content_text"] == (
        f"The address of Battery pilot base and its code {base.code} lead to Materials pilot base from now on."
    )
    assert [item["title"] for item in others] == ["Materials pilot base: New in the registry"]
    for page in ("/bases/feed.rss", "/en/bases/feed.rss", "/en/bases/feed.json"):
        assert "内部原因" not in client.get(page).text
    assert "新材料中试基地" in client.get("/bases/feed.rss").text


@pytest.mark.parametrize("demo", ["base", "heir"])
def test_a_merging_of_the_demonstration_is_no_news(client, head, demo):
    base, heir = (BaseFactory(is_demo=demo == name) for name in ("base", "heir"))
    before = told(client)
    workflow.merge(base, by=head, into=heir, reason="整合资源")

    assert [title for title in told(client) if "now part of" in title] == []
    assert len(before) == 1


def test_rss_tells_the_same(client, base):
    rss = client.get("/en/bases/feed.rss").content.decode()

    assert rss.count("<item>") == 1
    assert "Battery pilot base: New in the registry" in rss


@pytest.mark.parametrize("state", [State.DRAFT, State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK])
def test_nothing_is_told_of_a_base_that_is_not_on_the_public_site(client, state):
    with on(0):
        base = BaseFactory(state=state, name_en="Canary", name_zh="金丝雀基地")
    with on(2):
        titled(base, "金丝雀称号")

    pages = [client.get(f"{language}/bases/feed.{form}").content.decode() for language in ("", "/en") for form in FORMS]

    assert [page for page in pages if "Canary" in page or "金丝雀" in page] == []


FORMS = ("rss", "json")


def test_what_happened_before_the_entry_stays_unknown(client):
    with on(0):
        base = BaseFactory(state=State.DRAFT)
        titled(base)
    with on(3), journal.acting(action="enlist"):
        base.state = State.LISTED
        base.save()

    assert [title.split(": ")[1] for title in told(client)] == ["New in the registry"]


def test_demonstration_bases_and_plain_edits_are_no_news(client, base):
    BaseFactory(is_demo=True)
    with on(1):
        base.summary_zh = "新的简介"
        base.save()

    assert told(client) == ["Battery pilot base: New in the registry"]


def test_a_title_that_was_taken_out_again_is_no_news(client, base):
    with on(2):
        title = titled(base)
        assert len(told(client)) == 2
        title.delete()

    assert told(client) == ["Battery pilot base: New in the registry"]


def test_what_is_told_can_be_asked_for_by_its_time(base, head):
    with on(1):
        workflow.warn(base, by=head, reason="设备停用", rectify_until=(FIRST + timedelta(days=40)).date())

    assert len(changes(Q(happened_at__gt=FIRST))) == 1
    assert len(changes(Q(happened_at__lte=FIRST))) == 1


def test_the_feed_costs_four_queries_however_much_there_is(django_assert_num_queries):
    for _each in range(3):
        with on(0):
            base = BaseFactory()
        with on(2):
            titled(base)

    with django_assert_num_queries(4):
        assert len(changes()) == 6


def test_the_list_of_bases_leads_to_the_feeds_and_to_news_by_e_mail(client, base):
    page = client.get("/en/bases/").content.decode()

    for address in ("/en/bases/feed.rss", "/en/bases/feed.json", "/en/subscribe/"):
        assert f'href="{address}"' in page, address
