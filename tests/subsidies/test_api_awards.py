"""Awards by API: the same rows as the pages, the same filters, and nothing more."""

from datetime import date

import pytest

from bases.enums import State as BaseState
from common.models import JournalEntry
from subsidies.api.awards import AWARDS, AwardDescribed
from subsidies.enums import DocumentState
from tests.factories import BaseFactory, IndustryFactory, ParkFactory, ProjectFactory
from tests.factories_awards import AwardFactory, awarded, on_document, paid, revoke_earlier
from tests.factories_subsidies import SchemeFactory, firm
from tests.subsidies.api_client import Caller, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def anybody():
    return Caller()


def ids(answer):
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_a_row_has_exactly_this_shape_in_the_list_and_at_its_own_address(anybody):
    industry = IndustryFactory(slug="energy", name_zh="储能", name_en="Storage")
    park = ParkFactory()
    base = BaseFactory(slug="battery", name_zh="基地", name_en="", state=BaseState.LISTED, park=park)
    project = ProjectFactory(slug="cells", name_zh="电芯", name_en="Cells", base=base, industry=industry)
    own = firm(slug="a-firm", name_zh="某公司", name_en="")
    award = awarded(organisation=own, project=project, project_name="固态电芯", awarded_on=date(2026, 5, 1))
    scheme = award.scheme
    paid(award, "1500000.00", date(2026, 6, 1))

    expected = {
        "id": award.pk,
        "project_name": "固态电芯",
        "amount_yuan": "2000000.00",
        "document_number": award.document.number,
        "awarded_on": "2026-05-01",
        "standing": "part_paid",
        "paid_yuan": "1500000.00",
        "paid_on": "2026-06-01",
        "recovered_yuan": None,
        "revoked_on": None,
        "is_demo": False,
        "organisation": {"slug": "a-firm", "name_zh": "某公司", "name_en": None},
        "scheme": {"slug": scheme.slug, "name_zh": scheme.name_zh, "name_en": scheme.name_en},
        "project": {"slug": "cells", "name_zh": "电芯", "name_en": "Cells"},
        "base": {"slug": "battery", "name_zh": "基地", "name_en": None},
        "division": {"code": "431025", "name_zh": "临武县", "name_en": "Linwu County"},
        "park": {"code": park.code, "name_zh": park.name_zh, "name_en": park.name_en},
        "industry": {"slug": "energy", "name_zh": "储能", "name_en": "Storage"},
        "url": f"http://testserver/api/v1/awards/{award.pk}/",
    }
    assert anybody.get("awards/").json() == {"results": [expected], "next": None, "previous": None}
    assert anybody.get(f"awards/{award.pk}/").json() == expected


def test_the_described_fields_are_those_of_the_answer():
    assert set(AwardDescribed().fields) == set(AWARDS.columns)


def test_sparse_fields_come_alone(anybody):
    award = AwardFactory()

    assert anybody.get("awards/?fields=id,division").json()["results"][0].keys() == {"id", "division"}
    assert anybody.get(f"awards/{award.pk}/?fields=url").json() == {
        "url": f"http://testserver/api/v1/awards/{award.pk}/"
    }


def test_filters_and_orders_are_those_of_the_page(anybody):
    scheme = SchemeFactory(slug="first")
    small = AwardFactory(awarded_on=date(2026, 1, 1), amount_yuan="10.00", scheme=scheme, project_name="甲电芯")
    large = AwardFactory(awarded_on=date(2025, 1, 1), amount_yuan="20.00", organisation=firm(registered_division=None))

    assert ids(anybody.get("awards/")) == [small.pk, large.pk]
    assert ids(anybody.get("awards/?sort=amount")) == [large.pk, small.pk]
    for query in ("year=2026", "scheme=first", "division=431025", "q=甲电芯"):
        assert ids(anybody.get(f"awards/?{query}")) == [small.pk], query
    assert ids(anybody.get("awards/?year=2024")) == []


@pytest.mark.parametrize("query", ["year=soon", "year=1800", "park=a b", "state=paid", "fields=firm", "sort=name"])
def test_a_wrong_parameter_is_named(anybody, query):
    answer = anybody.get(f"awards/?{query}")

    assert problem(answer)[0] == 400
    assert list(answer.json()["errors"]) == [query.partition("=")[0]]


def test_pages_follow_each_other_by_amount(anybody):
    awards = [AwardFactory(amount_yuan=f"{number // 2}.50") for number in range(1, 8)]
    wanted = sorted(awards, key=lambda award: (award.amount_yuan, award.pk), reverse=True)

    seen, address = [], "awards/?sort=amount&page_size=2"
    while address:
        answer = anybody.get(address).json()
        seen += [row["id"] for row in answer["results"]]
        address = (answer["next"] or "").partition("/api/v1/")[2]

    assert seen == [award.pk for award in wanted]


def test_what_is_not_public_is_as_absent_as_what_never_was(anybody):
    on_document(DocumentState.COUNTERSIGNED)

    assert ids(anybody.get("awards/")) == []
    assert anybody.get("awards/987654321/").status_code == 404
    assert anybody.get(f"awards/{'9' * 30}/").status_code == 404


@pytest.mark.parametrize("address", ["awards/", "awards/{award.pk}/"])
def test_an_unchanged_answer_is_a_304_until_an_award_changes(anybody, address):
    award = AwardFactory()
    address = address.format(award=award)
    etag = anybody.get(address)["ETag"]
    assert anybody.get(address, if_none_match=etag).status_code == 304

    revoke_earlier(award, date(2026, 1, 1))

    assert anybody.get(address, if_none_match=etag).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_one_query(anybody, django_assert_num_queries, rows):
    for _ in range(rows):
        AwardFactory()
    anybody.get("awards/")

    with django_assert_num_queries(1):
        anybody.get("awards/")


def test_reading_leaves_no_entry(anybody):
    award = AwardFactory()
    before = JournalEntry.objects.count()

    anybody.get(f"awards/{award.pk}/")

    assert JournalEntry.objects.count() == before
