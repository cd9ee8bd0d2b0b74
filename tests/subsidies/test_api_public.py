"""Policies, schemes and calls by API, and the check of eligibility."""

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from common.models import JournalEntry
from subsidies import content
from subsidies.api import public_schema
from subsidies.api.details import CALL_FIELDS, POLICY_FIELDS, SCHEME_FIELDS
from subsidies.api.public import CALLS, POLICIES, SCHEMES
from subsidies.api.public_schema import (
    CallDescribed,
    CallDetailDescribed,
    PolicyDescribed,
    PolicyDetailDescribed,
    SchemeDescribed,
    SchemeDetailDescribed,
)
from subsidies.enums import VersionState
from subsidies.models import CallQuestion, CallVersion, PolicyClause
from tests.factories import SourceFactory
from tests.factories_accounts import UserFactory
from tests.factories_subsidies import SMALL_CONTENT, CallFactory, PolicyFactory, SchemeFactory
from tests.subsidies.api_client import Caller, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody():
    return Caller()


def slugs(answer):
    assert answer.status_code == 200, answer.content
    return [row["slug"] for row in answer.json()["results"]]


def utc(moment):
    return moment.isoformat().replace("+00:00", "Z")


# ---------------------------------------------------------------- policies and schemes
def test_a_policy_is_told_with_its_clauses_and_what_is_known_of_its_date(anybody):
    policy = PolicyFactory(
        slug="sti-2022", name_zh="若干政策", issued_in="2022-03-01", article=15, source=SourceFactory(title_zh="通知")
    )
    PolicyClause.objects.create(policy=policy, number="（一）", text_zh="一次性奖补200万元")
    scheme = SchemeFactory(policy=policy, slug="award", name_zh="奖补", name_en="")

    whole = anybody.get("policies/sti-2022/").json()

    assert whole["issued_in"] == "2022-03"
    assert (whole["document_number"], whole["effective_from"], whole["article"]) == (None, None, 15)
    assert whole["clauses"] == [{"number": "（一）", "text_zh": "一次性奖补200万元", "text_en": None}]
    url = "http://testserver/api/v1/schemes/award/"
    assert whole["schemes"] == [{"slug": scheme.slug, "name_zh": "奖补", "name_en": None, "url": url}]
    assert whole["source"]["title_zh"] == "通知"
    assert anybody.get("policies/?fields=slug,issued_in").json()["results"] == [
        {"slug": "sti-2022", "issued_in": "2022-03"}
    ]


def test_a_scheme_tells_its_money_as_text_and_null_where_none_is_published(anybody):
    award = SchemeFactory(slug="award")
    SchemeFactory(slug="building", policy=award.policy, kind="unpublished", amount_yuan=None)
    CallFactory(scheme=award, slug="award-2026")

    rows = anybody.get("schemes/?fields=slug,kind,amount_yuan,policy").json()["results"]

    policy = award.policy.slug
    assert rows == [
        {"slug": "award", "kind": "flat", "amount_yuan": "2000000.00", "policy": policy},
        {"slug": "building", "kind": "unpublished", "amount_yuan": None, "policy": policy},
    ]
    assert [call["slug"] for call in anybody.get("schemes/award/").json()["calls"]] == ["award-2026"]
    assert slugs(anybody.get("schemes/?kind=unpublished")) == ["building"]
    assert anybody.get("schemes/?policy=other").status_code == 400


# ---------------------------------------------------------------- calls
def test_a_row_of_the_list_of_calls_has_exactly_this_shape(anybody):
    scheme = SchemeFactory(slug="award", name_zh="奖补", name_en="")
    call = CallFactory(scheme=scheme, slug="award-2026", name_zh="申报", name_en="", budget_yuan=Decimal("6000000"))
    call.refresh_from_db()

    assert anybody.get("calls/").json() == {
        "results": [
            {
                "slug": "award-2026",
                "year": 2026,
                "name_zh": "申报",
                "name_en": None,
                "opens_at": utc(call.opens_at),
                "closes_at": utc(call.closes_at),
                "recommend_closes_at": utc(call.recommend_closes_at),
                "amount_yuan": "2000000.00",
                "rate_percent": None,
                "cap_yuan": None,
                "budget_yuan": "6000000.00",
                "quota_per_recommender": None,
                "business_hotline": None,
                "system_hotline": None,
                "is_demo": False,
                "published_at": utc(call.published_at),
                "updated_at": utc(call.updated_at),
                "scheme": {"slug": "award", "name_zh": "奖补", "name_en": None},
                "url": "http://testserver/api/v1/calls/award-2026/",
            }
        ],
        "next": None,
        "previous": None,
    }


def test_a_call_that_is_not_published_is_as_absent_as_one_that_never_was(anybody):
    CallFactory(slug="draft", published_at=None)

    assert slugs(anybody.get("calls/")) == []
    assert anybody.get("calls/draft/").content == anybody.get("calls/never/").content.replace(b"never", b"draft")
    assert anybody.get("calls/draft/").status_code == 404
    assert anybody.post("calls/draft/eligibility-check/").status_code == 404


def test_calls_that_are_open_now_are_found_by_two_moments(anybody):
    now = timezone.now()
    for slug, days in (("coming", 3), ("open", -1), ("closed", -30)):
        CallFactory(slug=slug, opens_at=now + timedelta(days=days))
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")

    assert slugs(anybody.get("calls/")) == ["coming", "open", "closed"]
    assert slugs(anybody.get(f"calls/?closes_after={moment}&opens_before={moment}")) == ["open"]


def test_the_last_moment_of_the_window_is_not_after_itself(anybody):
    call = CallFactory(closes_at=timezone.now().replace(microsecond=0) + timedelta(days=3))
    at = call.closes_at.strftime("%Y-%m-%dT%H:%M:%S")

    assert slugs(anybody.get(f"calls/?closes_after={at}Z")) == []
    assert slugs(anybody.get(f"calls/?closes_after={at}%2B08:00")) == [call.slug]


@pytest.mark.parametrize("moment", ["today", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2026-13-01", "\x00"])
def test_what_is_no_moment_is_refused_by_name(anybody, moment):
    answer = anybody.client.get("/api/v1/calls/", {"closes_after": moment})

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == ["closes_after"]


def test_a_call_is_told_with_the_whole_of_what_it_asks(anybody):
    call = CallFactory(slug="award-2026", notice_zh="通知全文")
    CallQuestion.objects.create(call=call, question_zh="问", answer_zh="答")

    whole = anybody.get("calls/award-2026/").json()
    told = whole["content"]

    assert (whole["version"], whole["versions"], whole["notice_zh"]) == (1, [1], "通知全文")
    assert whole["questions"] == [{"question_zh": "问", "question_en": None, "answer_zh": "答", "answer_en": None}]
    assert [row["code"] for row in told["materials"]] == [row["code"] for row in SMALL_CONTENT["materials"]]
    assert [field["id"] for field in told["sections"][1]["fields"]][:2] == ["own_pilot", "investment_yuan"]
    assert told["criteria"][0]["rule"] == {"field": "own_pilot", "is": "yes"}
    assert told["periods"]["correction"] == {"length": 5, "unit": "working_day", "counts_first_day": False}
    assert told["check_items"][0]["looks_at"] == ["A01"]
    assert whole["page_url"] == "http://testserver/en/calls/award-2026/"


def test_an_older_version_can_be_read_and_a_draft_cannot(anybody):
    call = CallFactory(slug="award-2026")
    later = {**SMALL_CONTENT, "pledge_en": "New words."}
    facts = {"state": VersionState.PUBLISHED, "published_at": timezone.now(), "published_by": UserFactory()}
    CallVersion.objects.create(call=call, number=2, content=later, **facts)
    CallVersion.objects.create(call=call, number=3, content=later)

    assert anybody.get("calls/award-2026/").json()["version"] == 2
    assert anybody.get("calls/award-2026/").json()["versions"] == [1, 2]
    first = anybody.get("calls/award-2026/?version=1").json()
    assert (first["version"], first["content"]["pledge_en"]) == (1, SMALL_CONTENT["pledge_en"])
    assert anybody.get("calls/award-2026/?version=3").status_code == 404
    assert problem(anybody.get("calls/award-2026/?version=x")) == (400, "validation")


def test_an_unchanged_call_is_not_sent_again_and_a_changed_one_is(anybody):
    call = CallFactory(slug="award-2026")
    first = anybody.get("calls/award-2026/")

    assert anybody.get("calls/award-2026/", **{"if-none-match": first["ETag"]}).status_code == 304
    call.system_hotline = "0735-1"
    call.save()
    assert anybody.get("calls/award-2026/", **{"if-none-match": first["ETag"]}).json()["system_hotline"] == "0735-1"


@pytest.mark.parametrize(
    ("described", "fields"),
    [
        (PolicyDescribed, POLICIES.columns),
        (SchemeDescribed, SCHEMES.columns),
        (CallDescribed, CALLS.columns),
        (PolicyDetailDescribed, POLICY_FIELDS),
        (SchemeDetailDescribed, SCHEME_FIELDS),
        (CallDetailDescribed, CALL_FIELDS),
    ],
)
def test_the_document_names_the_fields_that_are_told(described, fields):
    assert set(described().fields) == set(fields)


@pytest.mark.parametrize(
    ("path", "make"), [("policies/", PolicyFactory), ("schemes/", SchemeFactory), ("calls/", CallFactory)]
)
def test_a_list_costs_one_query_at_any_length(anybody, path, make, django_assert_num_queries):
    make()
    anybody.get(path)
    with django_assert_num_queries(1):
        anybody.get(path)
    make.create_batch(2)
    with django_assert_num_queries(1):
        anybody.get(path)


# ---------------------------------------------------------------- am I eligible?
CHECK = "calls/award-2026/eligibility-check/"
GOOD = {"own_pilot": True, "trl_after": 7, "line_in_city": True}


@pytest.fixture
def call(db):
    return CallFactory(slug="award-2026")


def verdicts(answer):
    assert answer.status_code == 200, answer.content
    return {row["id"]: row["verdict"] for row in answer.json()["findings"]}


def test_answers_become_verdicts_each_with_its_basis(anybody, call):
    answer = anybody.post(CHECK, {"answers": {**GOOD, "trl_after": 6}})

    assert answer.json()["verdict"] == "not_met"
    assert verdicts(answer) == {"E3": "met", "E5": "not_met", "E6": "met", "E8": "unknown"}
    assert answer.json()["findings"][0] == {
        "id": "E3",
        "text": "The firm's own pilot project",
        "basis": "Article 15",
        "verdict": "met",
        "is_draft": False,
        "is_for_person": False,
        "unanswered": [],
        "failed": [],
    }
    assert answer.json()["findings"][1]["failed"] == [
        {
            "answers": [{"id": "trl_after", "label": "Readiness after", "answer": "level 6"}],
            "needed": "“Readiness after” is at least level 7",
        }
    ]


def test_what_cannot_be_told_yet_names_the_answers_that_could_tell(anybody, call):
    answer = anybody.post(CHECK)

    assert answer.json()["verdict"] == "unknown"
    assert set(verdicts(answer).values()) == {"unknown"}
    assert [row["id"] for row in answer.json()["findings"][2]["unanswered"]] == ["line_in_city", "sales_yuan"]
    assert answer.json()["findings"][3]["is_for_person"] is True


def test_the_check_speaks_the_readers_language(call):
    assert (
        Caller(language="zh-hans").post(CHECK, {"answers": GOOD}).json()["findings"][0]["text"].startswith("企业自主")
    )


def test_nothing_of_a_check_is_stored(anybody, call):
    before = JournalEntry.objects.count()

    anybody.post(CHECK, {"answers": GOOD})

    assert JournalEntry.objects.count() == before


def test_answers_that_cannot_be_read_are_named(anybody, call):
    answer = anybody.post(CHECK, {"answers": {"trl_after": 12, "no_such": 1, "own_pilot": True}})

    assert problem(answer) == (400, "validation")
    assert answer.json()["errors"] == {
        "answers.trl_after": ["Enter a whole number from 1 to 9."],
        "answers.no_such": ["The form has no such field."],
    }


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"answers": []}, ["answers"]),
        ({"answer": {}}, ["answer"]),
        ([], ["non_field_errors"]),
        ("null", ["non_field_errors"]),
        ("1", ["non_field_errors"]),
    ],
)
def test_a_content_of_another_shape_is_refused(anybody, call, sent, wrong):
    answer = anybody.post(CHECK, sent)

    assert problem(answer) == (400, "validation")
    assert list(answer.json()["errors"]) == wrong


@pytest.mark.parametrize("body", ["{", "[" * 5000, b"\xff", '{"answers": {"a": "\\ud800"}}', '{"answers": {"a": NaN}}'])
def test_what_is_no_json_is_refused(anybody, call, body):
    assert anybody.post(CHECK, body).json()["detail"] == "The content is not valid JSON."


def test_too_much_is_refused_before_it_is_read(anybody, call):
    assert problem(anybody.post(CHECK, b'"' + b"x" * 6_000_000 + b'"')) == (413, "about:blank")


def test_other_contents_than_json_are_refused(anybody, call):
    assert anybody.client.post(f"/api/v1/{CHECK}", {"answers": "x"}).status_code == 415


def test_a_wrong_token_is_refused_here_too(call):
    answer = Caller().client.post(
        f"/api/v1/{CHECK}", "{}", content_type="application/json", headers={"authorization": "Token no"}
    )

    assert answer.status_code == 401


CONTENT = [
    (public_schema.ContentDescribed, content.CallContent),
    (public_schema.CriterionDescribed, content.Criterion),
    (public_schema.MaterialDescribed, content.Material),
    (public_schema.SectionDescribed, content.Section),
    (public_schema.FieldDescribed, content.FormField),
    (public_schema.OptionDescribed, content.Choice),
    (public_schema.CheckItemDescribed, content.CheckItem),
    (public_schema.ScoreItemDescribed, content.ScoreItem),
    (public_schema.BandDescribed, content.Band),
    (public_schema.PeriodDescribed, content.Period),
]


@pytest.mark.parametrize(("described", "item"), CONTENT)
def test_the_document_names_all_that_a_call_can_ask(described, item):
    assert set(described().fields) == {field.name for field in dataclasses.fields(item)}
