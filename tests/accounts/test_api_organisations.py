"""Organisations by API: published ones, and their public fields alone."""

import pytest

from accounts.enums import OrganisationKind
from tests.factories import DivisionFactory
from tests.factories_accounts import OrganisationFactory

pytestmark = pytest.mark.django_db

LIST = "/api/v1/organisations/"


@pytest.fixture
def university(db):
    return OrganisationFactory(
        slug="xiangnan",
        kind=OrganisationKind.UNIVERSITY,
        name_zh="湘南学院",
        name_en="",
        registered_division=DivisionFactory(code="431002", name_zh="北湖区", name_en="Beihu District"),
        credit_code="12345678901234567X",
        credit_code_override_reason="",
        legal_representative="张秘密",
        registered_address="秘密路 1 号",
        note_zh="内部备注",
        is_published=True,
    )


@pytest.mark.usefixtures("university")
def test_a_published_organisation_gives_its_public_fields_and_no_other(client):
    response = client.get(LIST)

    assert response.json() == {
        "results": [
            {
                "slug": "xiangnan",
                "kind": "university",
                "name_zh": "湘南学院",
                "name_en": None,
                "registered_division": {"code": "431002", "name_zh": "北湖区", "name_en": "Beihu District"},
                "is_demo": False,
            }
        ],
        "next": None,
        "previous": None,
    }


def test_one_that_only_signed_itself_up_is_not_listed(client):
    OrganisationFactory(name_zh="自行注册")

    assert client.get(LIST).json()["results"] == []


@pytest.mark.parametrize("query", ["kind=university", "division=431002", "kind=university&division=431002"])
@pytest.mark.usefixtures("university")
def test_each_filter_finds_what_it_asks_for(client, query):
    OrganisationFactory(is_published=True)

    assert [row["slug"] for row in client.get(f"{LIST}?{query}").json()["results"]] == ["xiangnan"]


@pytest.mark.parametrize("query", ["credit_code=1", "legal_representative=x", "is_published=false", "q=x", "id=1"])
def test_what_is_not_public_cannot_be_asked_for_either(client, query):
    assert client.get(f"{LIST}?{query}").status_code == 400
    assert client.get(f"{LIST}?fields={query.partition('=')[0]}").status_code == 400


@pytest.mark.parametrize("sort", ["slug", "name"])
def test_the_pages_walk_through_every_row_once(client, sort):
    for number in range(5):
        OrganisationFactory(slug=f"o{number}", name_zh=f"单位{number // 2}", is_published=True)
    walked, address = [], f"{LIST}?sort={sort}&page_size=2"
    while address:
        page = client.get(address).json()
        walked += [row["slug"] for row in page["results"]]
        address = page["next"]

    assert walked == [f"o{number}" for number in range(5)]
