"""The list of bases by API."""

from datetime import date
from decimal import Decimal

import pytest

from bases.api import BASES
from bases.api_schema import BaseDescribed
from bases.enums import State
from bases.models import Base
from tests.factories import BaseFactory, DivisionFactory, EquipmentFactory, IndustryFactory, ParkFactory, ServiceFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/bases/"
ENGLISH = {"accept-language": "en"}


def slugs(client, query=""):
    response = client.get(LIST + query)
    assert response.status_code == 200, response.content
    return [row["slug"] for row in response.json()["results"]]


def errors(client, query):
    response = client.get(LIST + query, headers=ENGLISH)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    return response.json()["errors"]


def test_a_row_has_exactly_this_shape_on_both_engines(client):
    industry = IndustryFactory(slug="batteries", name_zh="电池", name_en="")
    base = BaseFactory(
        slug="linwu",
        name_zh="临武基地",
        name_en="",
        area_m2=Decimal("1200.5"),
        total_investment_yuan=Decimal(2_000_000),
        staff_total=12,
        trl_min=4,
        trl_max=7,
        openness="open",
        listed_on=date(2024, 12, 6),
        industries=[industry],
    )

    body = client.get(LIST).json()

    assert body == {
        "results": [
            {
                "slug": "linwu",
                "code": base.code,
                "kind": "specialised",
                "state": "listed",
                "name_zh": "临武基地",
                "name_en": None,
                "site_zh": None,
                "site_en": None,
                "lead_type": None,
                "openness": "open",
                "trl_min": 4,
                "trl_max": 7,
                "area_m2": "1200.50",
                "total_investment_yuan": "2000000.00",
                "public_funding_yuan": None,
                "equipment_value_yuan": None,
                "staff_total": 12,
                "listed_on": "2024-12-06",
                "left_on": None,
                "verified_on": None,
                "is_demo": False,
                "updated_at": base.updated_at.isoformat().replace("+00:00", "Z"),
                "division": {"code": "431025", "name_zh": "临武县", "name_en": "Linwu County"},
                "park": None,
                "industries": [{"slug": "batteries", "name_zh": "电池", "name_en": None}],
                "url": "http://testserver/api/v1/bases/linwu/",
            }
        ],
        "next": None,
        "previous": None,
    }


def test_the_schema_describes_the_fields_of_a_row():
    assert set(BaseDescribed().get_fields()) == set(BASES.columns)


def test_drafts_and_merged_bases_are_not_listed_and_one_that_left_is(client):
    heir = BaseFactory(slug="heir")
    BaseFactory(slug="draft", state=State.DRAFT)
    BaseFactory(slug="under-review", state=State.BUREAU_REVIEW)
    BaseFactory(slug="merged", state=State.MERGED, merged_into=heir)
    BaseFactory(slug="left", state=State.REMOVED, left_on=date(2025, 1, 1), state_reason="停业")

    assert slugs(client) == ["heir", "left"]


@pytest.fixture
def two_bases(db):
    park = ParkFactory()
    sought = BaseFactory(
        slug="sought",
        name_zh="固态电池中试基地",
        kind="public",
        division=None,
        park=park,
        openness="open",
        trl_min=4,
        trl_max=6,
        industries=[IndustryFactory(slug="batteries"), IndustryFactory(slug="materials")],
    )
    ServiceFactory(base=sought, type="scale_up")
    ServiceFactory(base=sought, type="scale_up")
    EquipmentFactory(base=sought, category="testing")
    BaseFactory(slug="other", name_zh="铸造基地", openness="internal", trl_min=7, trl_max=9)


@pytest.mark.parametrize(
    "query",
    [
        "q=固态电池",
        "q=gutaidianchi",
        "kind=public",
        "park=high-tech-zone",
        "industry=batteries",
        "service=scale_up",
        "equipment=testing",
        "trl=6",
        "openness=open",
        "kind=public&industry=batteries&trl=5&openness=open&q=固态",
        "kind=public&division=&q=%20",
    ],
)
@pytest.mark.usefixtures("two_bases")
def test_each_filter_finds_the_base_it_asks_for(client, query):
    assert slugs(client, f"?{query}") == ["sought"]


@pytest.mark.parametrize(
    "query", ["division=431002", "division=431025&kind=public", "industry=nobodys", "q=%E9%87%91%E5%B1%9E", "q=..."]
)
@pytest.mark.usefixtures("two_bases")
def test_a_filter_that_nothing_meets_gives_an_empty_page(client, query):
    DivisionFactory(code="431002")
    IndustryFactory(slug="nobodys")

    assert client.get(f"{LIST}?{query}").json() == {"results": [], "next": None, "previous": None}


@pytest.mark.usefixtures("two_bases")
def test_the_same_filters_with_other_values_are_not_answered_from_the_first(client):
    assert slugs(client, "?kind=public&trl=4") == ["sought"]
    assert slugs(client, "?kind=specialised&trl=9") == ["other"]


def test_every_documented_parameter_is_known_and_no_other(client):
    documented = ["cursor", "division", "equipment", "fields", "industry", "kind", "openness", "page_size", "park"]
    documented += ["q", "service", "sort", "trl"]

    assert sorted(BASES.parameters) == documented
    assert errors(client, "?knd=public&submitted_by__email__startswith=a&_connector=OR") == {
        name: [f"Unknown parameter. Known: {', '.join(documented)}."]
        for name in ("_connector", "knd", "submitted_by__email__startswith")
    }


def test_wrong_values_are_all_named_by_parameter(client):
    assert errors(client, "?kind=private&trl=ten&page_size=1000000000&sort=id&fields=slug,secret&cursor=x") == {
        "kind": ["Kind: there is no “private”."],
        "trl": ["Readiness level is a whole number from 1 to 9."],
        "page_size": ["Enter a whole number from 1 to 100."],
        "sort": ["Choose one of: code, name, updated."],
        "fields": [f"Unknown field: secret. Known: {', '.join(BASES.columns)}."],
    }


@pytest.mark.parametrize("size", ["0", "-1", "101", "1.5", "٣", "1000000000", "x", "%00", "1e1"])
def test_a_page_size_outside_1_to_100_is_refused(client, size):
    assert errors(client, f"?page_size={size}") == {"page_size": ["Enter a whole number from 1 to 100."]}


@pytest.mark.parametrize("query", ["q=%00", "kind=%00", "division=%00", "industry=a%20b", "trl=NaN", "trl=1e999"])
def test_a_value_that_no_row_can_hold_is_refused(client, query):
    name = query.partition("=")[0]

    assert list(errors(client, f"?{query}")) == [name]


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "WyJjb2RlIiwiYWZ0ZXIiLDFd", "a" * 3000])
def test_a_cursor_of_another_making_is_refused(client, cursor):
    assert errors(client, f"?cursor={cursor}") == {
        "cursor": ["This page address is not valid. Start again from the first page."]
    }


def test_a_cursor_of_another_order_is_refused(client):
    BaseFactory.create_batch(2)
    turned = client.get(f"{LIST}?page_size=1&sort=name").json()["next"]

    response = client.get(turned.replace("sort=name", "sort=updated"))

    assert response.status_code == 400


def test_refusals_speak_the_language_of_the_reader(client):
    response = client.get(f"{LIST}?trl=x", headers={"accept-language": "zh-CN"})

    assert (response["Content-Language"], response.json()["title"]) == ("zh-hans", "请求无效")


@pytest.mark.parametrize("sort", ["code", "name", "updated"])
def test_the_pages_walk_forth_and_back_through_every_row_once(client, sort):
    for number in (3, 1, 2, 5, 4):
        BaseFactory(slug=f"base-number-{number}", name_zh=f"{'基机'[number % 2]}地{number // 2}")  # two sound alike
    everything = slugs(client, f"?sort={sort}")

    forth, address = [], f"{LIST}?sort={sort}&page_size=2&kind=specialised&fields=slug"
    while address:
        page = client.get(address).json()
        forth.append([row["slug"] for row in page["results"]])
        address = page["next"]
    back, address = [], page["previous"]
    while address:
        page = client.get(address).json()
        back.insert(0, [row["slug"] for row in page["results"]])
        address = page["previous"]

    assert forth == [everything[:2], everything[2:4], everything[4:]]
    assert back == forth[:2]


def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_others(client):
    bases = [BaseFactory(slug=f"b{number}") for number in range(1, 5)]
    first = client.get(f"{LIST}?page_size=2").json()
    BaseFactory(slug="late", code="CZ-A-2020-0001")
    bases[1].delete()

    second = client.get(first["next"]).json()

    assert [row["slug"] for row in second["results"]] == ["b3", "b4"]


def test_sparse_fields_come_alone_and_in_the_usual_order(client):
    BaseFactory(slug="one")

    results = client.get(f"{LIST}?fields=url,slug,%20state,slug").json()["results"]

    assert results == [{"slug": "one", "state": "listed", "url": "http://testserver/api/v1/bases/one/"}]
    assert list(results[0]) == ["slug", "state", "url"]


@pytest.mark.parametrize("field", list(BASES.columns))
def test_each_field_can_be_asked_for_alone_with_the_same_value(client, field):
    BaseFactory(slug="one", industries=[IndustryFactory()])
    whole = client.get(LIST).json()["results"][0]

    assert client.get(f"{LIST}?fields={field}").json()["results"] == [{field: whole[field]}]


def test_demo_rows_say_so(client):
    BaseFactory(is_demo=True)

    assert client.get(f"{LIST}?fields=is_demo").json()["results"] == [{"is_demo": True}]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_one_query_and_the_names_of_a_new_version_two(client, django_assert_num_queries, rows):
    tags = IndustryFactory.create_batch(2)
    BaseFactory.create_batch(rows, industries=tags)

    with django_assert_num_queries(3):
        client.get(LIST)
    with django_assert_num_queries(1):
        client.get(f"{LIST}?kind=specialised&division=431025&industry={tags[0].slug}")
    with django_assert_num_queries(1):
        client.get(f"{LIST}?q=测试基地")


def test_an_empty_page_costs_one_query_more(client, django_assert_num_queries):
    with django_assert_num_queries(2):
        client.get(f"{LIST}?kind=public")


def test_a_page_that_the_reader_holds_costs_one_query(client, django_assert_num_queries):
    BaseFactory()
    etag = client.get(LIST)["ETag"]

    with django_assert_num_queries(1):
        response = client.get(LIST, headers={"if-none-match": etag})

    assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)


def test_an_edit_shows_at_once(client):
    base = BaseFactory(name_zh="旧名")
    etag = client.get(LIST)["ETag"]
    base.name_zh = "新名"
    base.save()

    response = client.get(LIST, headers={"if-none-match": etag})

    assert response.json()["results"][0]["name_zh"] == "新名"


def test_a_renamed_industry_or_county_shows_at_once(client):
    industry = IndustryFactory(name_zh="旧行业")
    base = BaseFactory(industries=[industry])
    client.get(LIST)
    industry.name_zh = "新行业"
    industry.save()
    base.division.name_zh = "新县"
    base.division.save()

    row = client.get(LIST).json()["results"][0]

    assert (row["industries"][0]["name_zh"], row["division"]["name_zh"]) == ("新行业", "新县")


def test_last_modified_spares_the_content_too(client, time_machine):
    BaseFactory()
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    client.get(LIST)
    time_machine.move_to("2026-03-02T08:00:01Z", tick=False)
    modified = client.get(LIST)["Last-Modified"]

    held = client.get(LIST, headers={"if-modified-since": modified})
    older = client.get(LIST, headers={"if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT"})

    assert (held.status_code, held.content, older.status_code) == (304, b"", 200)


def test_a_wrong_request_is_told_so_however_new_the_readers_copy(client):
    response = client.get(f"{LIST}?kind=x", headers={"if-modified-since": "Mon, 01 Jan 2080 00:00:00 GMT"})

    assert response.status_code == 400


def test_the_etag_differs_by_address_and_language(client):
    BaseFactory()
    answers = [
        client.get(LIST),
        client.get(f"{LIST}?page_size=1"),
        client.get(LIST, headers=ENGLISH),
        client.get(LIST, headers={"host": "127.0.0.1"}),
    ]

    assert len({answer["ETag"] for answer in answers}) == 4


def test_head_gives_the_headers_alone(client):
    BaseFactory()

    response = client.head(LIST)

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"] == client.get(LIST)["ETag"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    response = getattr(client, method)(LIST, {"kind": "public"}, content_type="application/json")

    assert (response.status_code, Base.objects.count()) == (405, 0)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*", "application/vnd.api+json;q=1"])
def test_another_format_is_not_available(client, accept):
    response = client.get(LIST, headers={"accept": accept})

    assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/*;q=0.5", "text/html, */*;q=0.1", ""])
def test_json_is_given_to_whoever_takes_it(client, accept):
    assert client.get(LIST, headers={"accept": accept})["Content-Type"] == "application/json"


def test_no_other_site_may_read_it_from_a_browser(client):
    response = client.get(LIST, headers={"origin": "https://example.invalid"})

    assert not [name for name in response.headers if name.lower().startswith("access-control")]
