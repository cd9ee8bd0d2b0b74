import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from subsidies.models import CallQuestion, Policy, PolicyClause
from subsidies.windows import Phase, Window, phase_of, window
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, SchemeFactory
from tests.subsidies.calls import CLOSES, OPENS, RECOMMEND, draft_call
from tests.subsidies.desk import section_head

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


def fixed(**fields):
    """Published, with the dates of 2026."""
    given = {"opens_at": OPENS, "closes_at": CLOSES, "recommend_closes_at": RECOMMEND, "slug": "award-2026"}
    return CallFactory(**{**given, **fields})


# ---------------------------------------------------------------- the window
@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (OPENS - INSTANT, Phase.COMING),
        (OPENS, Phase.OPEN),
        (CLOSES - INSTANT, Phase.OPEN),
        (CLOSES, Phase.CLOSED),
    ],
)
def test_a_call_is_open_from_its_first_instant_to_the_one_before_it_closes(moment, phase):
    call = fixed()

    assert phase_of(call, moment) == phase
    assert call.is_open_at(moment) == (phase == Phase.OPEN)


@pytest.mark.parametrize(
    ("moment", "days", "working_days"),
    [
        (datetime(2026, 9, 8, 1, tzinfo=UTC), 0, 0),  # the day it closes
        (datetime(2026, 9, 7, 15, 59, tzinfo=UTC), 1, 1),  # Monday in Shanghai
        (datetime(2026, 9, 7, 16, 0, tzinfo=UTC), 0, 0),  # Tuesday in Shanghai
        (datetime(2026, 9, 4, 1, tzinfo=UTC), 4, 2),  # over a weekend
    ],
)
def test_days_left_are_counted_in_shanghai_today_left_out(moment, days, working_days):
    left = window(fixed(), moment)

    assert (left.days, left.working_days, left.is_provisional) == (days, working_days, False)


def test_days_over_a_holiday_count_make_up_days_and_into_an_unpublished_year_are_provisional():
    over_holiday = draft_call(closes_at=datetime(2026, 10, 12, 9, 30, tzinfo=UTC), recommend_closes_at=None, slug="a")
    into_2031 = draft_call(closes_at=datetime(2031, 1, 8, tzinfo=UTC), recommend_closes_at=None, slug="b")

    left = window(over_holiday, datetime(2026, 9, 30, 1, tzinfo=UTC))

    assert (left.days, left.working_days) == (12, 4)  # 10-08, 10-09, Saturday 10-10, Monday 10-12
    assert window(into_2031, datetime(2030, 12, 1, tzinfo=UTC)).is_provisional


# ---------------------------------------------------------------- list and page
def test_open_calls_come_first_and_unpublished_ones_nowhere(client):
    now = timezone.now()
    closed = CallFactory(opens_at=now - timedelta(days=40), name_zh="已结束")
    coming = CallFactory(opens_at=now + timedelta(days=40), name_zh="将开始")
    later = CallFactory(closes_at=now + timedelta(days=90), recommend_closes_at=now + timedelta(days=99))
    sooner = CallFactory()
    draft_call()

    groups = client.get(reverse("subsidies:call_list")).context["groups"]

    assert [(group.phase, [card.call for card in group.cards]) for group in groups] == [
        (Phase.OPEN, [sooner, later]),
        (Phase.COMING, [coming]),
        (Phase.CLOSED, [closed]),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_queries_however_long_it_is(client, django_assert_num_queries, number):
    for _n in range(number):
        CallFactory()

    with django_assert_num_queries(2):
        assert client.get(reverse("subsidies:call_list")).status_code == 200


def test_a_list_without_calls_says_so(client):
    assert client.get(reverse("subsidies:call_list")).context["groups"] == []


def test_the_page_shows_conditions_with_basis_materials_checks_and_answers(client, django_assert_num_queries):
    call = fixed(budget_yuan=Decimal("8000000.00"), business_hotline="0735-2368000")
    CallQuestion.objects.create(call=call, question_zh="问", question_en="Why?", answer_zh="答", answer_en="So.")

    with django_assert_num_queries(3):
        answer = client.get("/en/calls/award-2026/")

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))
    for part in (
        "The firm's own pilot project",
        "Article 15",
        "Draft, to be confirmed by the bureau",
        "the answers: “Readiness after” is at least level 7",
        "a person of the bureau",
        "Required when “Pilot investment” is at least 10,000,000.00 yuan",
        "Sent by the recommending unit",
        "The licence is in force",
        "Why? So.",
        "0735-2368000",
        "8 September 2026, 17:30",
        "2,000,000 yuan, paid as a flat sum",
        "8,000,000 yuan",
    ):
        assert part in text.replace("&#x27;", "'"), part


def texts_of(page, pattern):
    return [re.sub(r"<[^>]+>", "", found) for found in re.findall(pattern, page.content.decode(), re.S)]


def test_a_call_in_chinese_says_its_phase_its_money_and_what_must_be_sent(client):
    call = CallFactory()

    page, all_calls = client.get(call.get_absolute_url()), client.get("/calls/")

    assert texts_of(page, r'<span class="badge badge-open">(.*?)</span>') == ["受理中"]
    assert texts_of(all_calls, r'<h2 id="calls-open">(.*?)</h2>') == ["受理中"]
    assert texts_of(page, r"<dt>([^<]*)</dt><dd><strong>") == ["资助标准"]
    assert texts_of(page, r'aria-labelledby="materials-title">.*?<thead>.*?(<th scope="col">.*?)</tr>') == [
        "代码材料是否必交文件格式数量和大小"
    ]
    assert [(row.must, row.formats) for row in page.context["materials"]] == [
        ("必交", "PDF、JPG、PNG"),
        ("以下情形必交：“中试总投入”不低于 1,000 万元（10,000,000.00 元）", "PDF"),
        ("由推荐单位提供", "PDF"),
        ("选交", "PDF、DOCX、XLSX"),
    ]


@pytest.mark.parametrize(
    ("phase", "words"),
    [(Phase.OPEN, "还有 20 个自然日，15 个工作日"), (Phase.COMING, "距开始受理 20 个自然日，15 个工作日")],
)
def test_days_left_in_chinese_are_parted_by_a_chinese_comma(phase, words):
    context = {"call": draft_call(), "window": Window(phase, 20, 15)}

    line = render_to_string("subsidies/includes/call_days.html", context)

    assert re.sub(r"<[^>]+>", "", line).split(" · ")[1].strip() == words


def test_the_bands_of_a_score_item_follow_a_chinese_colon(client):
    bands = [{"at_least": "20", "text_zh": "好"}, {"at_least": "0", "text_zh": "差"}]
    scores = [{"id": "S1", "name_zh": "成效", "most": 30, "bands": bands}]
    call = CallFactory(content={**SMALL_CONTENT, "score_items": scores})

    page = client.get(call.get_absolute_url())

    assert texts_of(page, r'<td class="numeric">30</td><td>(.*?)</td>') == ["20 分起：好0 分起：差"]


def test_only_conditions_that_the_policy_leaves_open_are_marked_as_drafts(client):
    call = fixed()
    text = client.get(call.get_absolute_url()).content.decode()

    cards = {
        found[1]: "badge-amber" in found[2] for found in re.finditer(r'id="condition-(\w+)">(.*?)</li>', text, re.S)
    }

    assert cards == {"E3": False, "E5": True, "E6": True, "E8": True}


def test_linked_data_gives_the_sum_and_the_address(client, settings):
    fixed()
    text = client.get("/calls/award-2026/").content.decode()

    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[1])

    assert told["url"] == f"{settings.SITE_URL}/calls/award-2026/"
    assert told["amount"] == {"@type": "MonetaryAmount", "currency": "CNY", "value": "2000000.00"}


def test_the_print_view_takes_the_style_of_paper(client):
    call = fixed()

    assert 'href="/static/css/print.css">' in client.get(call.get_absolute_url(), {"view": "print"}).content.decode()
    assert 'href="/static/css/print.css">' not in client.get(call.get_absolute_url()).content.decode()


@pytest.mark.parametrize("route", ["call_detail", "call_calendar", "call_self_check", "call_carry"])
def test_an_unpublished_call_is_as_absent_as_a_random_one(client, route):
    draft_call(slug="there")
    client.force_login(section_head(), backend="allauth.account.auth_backends.AuthenticationBackend")

    answers = [client.get(reverse(f"subsidies:{route}", args=[slug])).status_code for slug in ("there", "not-there")]

    assert answers == [404, 404]


# ---------------------------------------------------------------- calendar and feeds
def test_the_calendar_holds_opening_close_and_the_recommenders_deadline(client):
    fixed(name_zh="申报，第一批")
    answer = client.get("/calls/award-2026/calendar.ics")

    events = Calendar.from_ical(answer.content).events

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert [event.start for event in events] == [OPENS, CLOSES, RECOMMEND]
    assert len({str(event["uid"]) for event in events}) == 3


def test_the_same_call_makes_the_same_bytes(client):
    fixed()

    assert client.get("/calls/award-2026/calendar.ics").content == client.get("/calls/award-2026/calendar.ics").content


def test_the_calendar_of_all_leaves_demo_calls_out(client):
    fixed()
    CallFactory(is_demo=True)

    assert len(Calendar.from_ical(client.get("/calls/calendar.ics").content).events) == 3


def test_lines_of_a_hostile_name_stay_one_line_of_the_calendar(client):
    fixed(name_zh="申报\r\nBEGIN:VEVENT\r\nSUMMARY:x")

    assert len(Calendar.from_ical(client.get("/calls/award-2026/calendar.ics").content).events) == 3


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_feeds_name_real_published_calls_at_the_sites_own_address(client, settings, kind):
    fixed(name_en="Award & more")
    CallFactory(is_demo=True, name_en="Demo")
    draft_call(name_en="Draft", slug="draft")

    text = client.get(f"/en/calls/feed.{kind}", headers={"host": "localhost"}).content.decode()

    assert text.count("<item>" if kind == "rss" else "<entry>") == 1
    assert "Award &amp; more" in text
    assert f"{settings.SITE_URL}/en/calls/award-2026/" in text


# ---------------------------------------------------------------- policy, sitemap, navigation
def test_a_policy_shows_its_clauses_its_schemes_and_what_is_not_published(client, django_assert_num_queries):
    policy = Policy.objects.create(slug="p-2022", name_zh="政策", document_number="郴政发〔2022〕3号")
    clause = PolicyClause.objects.create(policy=policy, number="第十五条", text_zh="推动中试")
    SchemeFactory(policy=policy, clause=clause, name_en="The award")

    with django_assert_num_queries(4):
        answer = client.get("/en/policies/p-2022/")

    text = answer.content.decode()
    assert all(part in text for part in ("郴政发〔2022〕3号", "第十五条", "推动中试", "The award", "2,000,000 yuan"))
    assert text.count("Not yet published") == 3


def test_real_published_calls_stand_in_the_sitemap(client, settings):
    fixed()
    CallFactory(is_demo=True)
    draft_call(slug="draft")

    section = client.get("/sitemap-calls.xml").content.decode()

    assert re.findall(r"<loc>(.*?)</loc>", section) == [
        f"{settings.SITE_URL}/calls/award-2026/",
        f"{settings.SITE_URL}/en/calls/award-2026/",
    ]
    assert f"{settings.SITE_URL}/calls/" in client.get("/sitemap-pages.xml").content.decode()
