"""One base by API."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.enums import OrganisationKind
from bases.api_detail import DETAIL_FIELDS
from bases.api_schema import BaseDetailDescribed
from bases.enums import State
from bases.models import BaseFigure, BaseMedia, BaseTitle, Equipment, PilotLine, SafetyPermit, Service
from bases.models.provenance import FIGURES
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory, SourceFactory
from tests.factories_accounts import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
UNSOURCED = {"source": None, "verified_on": None, "verified_by": None}


def detail(client, slug, query=""):
    response = client.get(f"/api/v1/bases/{slug}/{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_everything_public_about_a_base_on_both_engines(client):
    source = SourceFactory(title_zh="公告", title_en="Notice", url="https://example.invalid/1")
    host = OrganisationFactory(
        slug="host", name_zh="依托单位", name_en="Host", kind=OrganisationKind.ENTERPRISE, is_published=True
    )
    tenant = OrganisationFactory(slug="tenant", name_zh="入驻单位", name_en="", is_published=True)
    base = BaseFactory(
        slug="linwu",
        name_zh="临武基地",
        name_en="Linwu Base",
        host=host,
        source=source,
        longitude=Decimal("112.5"),
        latitude=Decimal("25.25"),
        datum="gcj02",
        area_m2=Decimal(1200),
        staff_total=10,
        staff_technical=4,
        founded_on=date(2020, 5, 1),
        alliance_member=True,
        industry_codes="3841 3842",
        keywords="电池 固态",
        summary_zh="简介",
        industries=[IndustryFactory(slug="batteries", name_zh="电池", name_en="Batteries")],
    )
    base.tenants.set([tenant])
    BaseFigure.objects.create(
        base=base,
        field="area_m2",
        source=SourceFactory(title_zh="年报", title_en=""),
        verified_on=date(2025, 3, 1),
        verified_by=host,
    )
    BaseTitle.objects.create(base=base, level="provincial", name_zh="省级中试基地", source=source)
    Equipment.objects.create(
        base=base,
        name="反应釜",
        category="special",
        original_value_yuan=Decimal(600_000),
        specifications=[{"name": "容积", "value": "500", "unit": "L"}],
        is_shareable=False,
    )
    PilotLine.objects.create(base=base, name="一号线", capacity=Decimal("12.5"), capacity_unit="kg/h")
    Service.objects.create(base=base, type="scale_up", title="放大", price_min_yuan=Decimal(1000))
    SafetyPermit.objects.create(
        base=base,
        name="安全许可",
        issued_on=date(2023, 1, 1),
        source=SourceFactory(title_zh="许可证", title_en=""),
        verified_on=date(2025, 3, 1),
        verified_by=host,
    )
    BaseMedia.objects.create(base=base, kind="picture", title="一号线", url="https://example.invalid/line.jpg")
    project = ProjectFactory(base=base, slug="pilot-one", name_zh="项目一", name_en="")
    ProjectFactory(base=base, is_public=False)

    whole = detail(client, "linwu")

    assert whole == {
        "slug": "linwu",
        "code": base.code,
        "kind": "specialised",
        "state": "listed",
        "name_zh": "临武基地",
        "name_en": "Linwu Base",
        "site_zh": None,
        "site_en": None,
        "address": None,
        "lead_type": None,
        "openness": None,
        "trl_min": None,
        "trl_max": None,
        "area_m2": "1200.00",
        "total_investment_yuan": None,
        "public_funding_yuan": None,
        "equipment_value_yuan": None,
        "staff_total": 10,
        "staff_technical": 4,
        "staff_qualified": None,
        "founded_on": "2020-05-01",
        "alliance_member": True,
        "fee_policy": None,
        "ip_policy": None,
        "confidentiality_policy": None,
        "public_contact": None,
        "summary_zh": "简介",
        "summary_en": None,
        "listed_on": None,
        "rectify_until": None,
        "left_on": None,
        "verified_on": None,
        "is_demo": False,
        "updated_at": base.updated_at.isoformat().replace("+00:00", "Z"),
        "state_reason": None,
        "division": {"code": "431025", "name_zh": "临武县", "name_en": "Linwu County"},
        "park": None,
        "position": {"longitude": "112.500000", "latitude": "25.250000", "datum": "gcj02"},
        "host": {"slug": "host", "name_zh": "依托单位", "name_en": "Host"},
        "operator": None,
        "co_builders": [],
        "tenants": [{"slug": "tenant", "name_zh": "入驻单位", "name_en": None}],
        "industries": [{"slug": "batteries", "name_zh": "电池", "name_en": "Batteries"}],
        "industry_codes": ["3841", "3842"],
        "chains": None,
        "keywords": ["电池", "固态"],
        "equipment": [
            {
                "name": "反应釜",
                "model": None,
                "maker": None,
                "origin": None,
                "category": "special",
                "bought_on": None,
                "original_value_yuan": "600000.00",
                "quantity": 1,
                "specifications": [{"name": "容积", "value": "500", "unit": "L"}],
                "location": None,
                "is_shareable": False,
                "fee": None,
                "state": "ok",
                **UNSOURCED,
            }
        ],
        "lines": [
            {
                "name": "一号线",
                "process": None,
                "capacity": "12.500",
                "capacity_unit": "kg/h",
                "batch_size": None,
                "hazard_class": None,
                "trl_min": None,
                "trl_max": None,
                "started_on": None,
                **UNSOURCED,
            }
        ],
        "services": [
            {
                "type": "scale_up",
                "title": "放大",
                "description": None,
                "deliverables": None,
                "price_min_yuan": "1000.00",
                "price_max_yuan": None,
                "is_negotiable": False,
                "price_unit": None,
                "lead_time_days": None,
                "prerequisites": None,
                "qualification": None,
                **UNSOURCED,
            }
        ],
        "pictures": [],
        "media": [
            {
                "kind": "picture",
                "title": "一号线",
                "url": "https://example.invalid/line.jpg",
                "published_on": None,
                "source": None,
            }
        ],
        "permits": [
            {
                "name": "安全许可",
                "number": None,
                "issuer": None,
                "issued_on": "2023-01-01",
                "valid_until": None,
                "source": 2,
                "verified_on": "2025-03-01",
                "verified_by": {"slug": "host", "name_zh": "依托单位", "name_en": "Host"},
            }
        ],
        "projects": [
            {
                "slug": "pilot-one",
                "name_zh": "项目一",
                "name_en": None,
                "stage": None,
                "url": f"http://testserver/api/v1/projects/{project.slug}/",
            }
        ],
        "verified_by": None,
        "source": 1,
        "titles": [
            {
                "level": "provincial",
                "programme": "other",
                "name_zh": "省级中试基地",
                "issuer": None,
                "document_number": None,
                "issued_on": None,
                "valid_until": None,
                "status": "in_force",
                **UNSOURCED,
                "source": 1,
            }
        ],
        "figures": {
            "area_m2": {
                "source": 3,
                "dated_on": None,
                "verified_on": "2025-03-01",
                "note_zh": None,
                "note_en": None,
                "verified_by": {"slug": "host", "name_zh": "依托单位", "name_en": "Host"},
            }
        },
        "sources": [
            {
                "key": 1,
                "title_zh": "公告",
                "title_en": "Notice",
                "publisher": None,
                "url": "https://example.invalid/1",
                "published_on": None,
            },
            {
                "key": 2,
                "title_zh": "许可证",
                "title_en": None,
                "publisher": None,
                "url": None,
                "published_on": None,
            },
            {
                "key": 3,
                "title_zh": "年报",
                "title_en": None,
                "publisher": None,
                "url": None,
                "published_on": None,
            },
        ],
        "url": "http://testserver/api/v1/bases/linwu/",
        "page_url": "http://testserver/bases/linwu/",
    }


def test_the_schema_describes_the_fields_of_a_base(client):
    BaseFactory(slug="one")

    assert set(BaseDetailDescribed().get_fields()) == set(DETAIL_FIELDS) == set(detail(client, "one"))


def test_sparse_fields_come_alone(client):
    BaseFactory(slug="one")

    assert detail(client, "one", "?fields=slug,kind") == {"slug": "one", "kind": "specialised"}


def test_an_unknown_field_is_named(client):
    BaseFactory(slug="one")

    response = client.get("/api/v1/bases/one/?fields=submitted_by", headers={"accept-language": "en"})

    assert response.status_code == 400
    assert response.json()["errors"] == {"fields": [f"Unknown field: submitted_by. Known: {', '.join(DETAIL_FIELDS)}."]}


@pytest.mark.parametrize("state", [State.DRAFT, State.COUNTY_REVIEW, State.BUREAU_REVIEW, State.SITE_CHECK])
def test_a_base_before_the_registry_is_as_absent_as_a_random_one(client, state):
    BaseFactory(slug="hidden", state=state)

    hidden, random = (client.get(f"/api/v1/bases/{slug}/") for slug in ("hidden", "random"))

    assert (hidden.status_code, random.status_code) == (404, 404)
    assert hidden.content.replace(b"hidden", b"random") == random.content


def test_a_merged_base_leads_to_its_heir(client):
    heir = BaseFactory(slug="heir")
    BaseFactory(slug="merged", state=State.MERGED, merged_into=heir)

    response = client.get("/api/v1/bases/merged/")

    assert (response.status_code, response["Location"]) == (301, "/api/v1/bases/heir/")


def test_a_base_that_left_says_when_and_why(client):
    BaseFactory(slug="left", state=State.REMOVED, left_on=date(2025, 1, 1), state_reason="停业")

    whole = detail(client, "left", "?fields=state,left_on,state_reason")

    assert whole == {"state": "removed", "left_on": "2025-01-01", "state_reason": "停业"}


def test_the_reason_of_an_earlier_move_stays_inside(client):
    BaseFactory(slug="listed", state_reason="内部意见")

    assert detail(client, "listed", "?fields=state_reason") == {"state_reason": None}


def test_who_submitted_it_is_never_told(client):
    BaseFactory(slug="one", submitted_by=UserFactory(name="张秘密", email="secret@example.invalid"))

    content = client.get("/api/v1/bases/one/").content.decode()

    assert "张秘密" not in content
    assert "secret@" not in content


@pytest.mark.parametrize("parts", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_parts(client, django_assert_num_queries, parts):
    base = BaseFactory(slug="one")
    for number in range(parts):
        said = {"source": SourceFactory(), "verified_on": date(2025, 3, 1), "verified_by": OrganisationFactory()}
        Equipment.objects.create(base=base, name=f"设备{number}", category="testing", **said)
        Service.objects.create(base=base, type="scale_up", title=f"服务{number}", **said)
        PilotLine.objects.create(base=base, name=f"线{number}", **said)
        SafetyPermit.objects.create(base=base, name=f"许可{number}", **said)
        BaseTitle.objects.create(base=base, level="municipal", name_zh=f"称号{number}", **said)
        BaseFigure.objects.create(base=base, field=FIGURES[number], **said)
        ProjectFactory(base=base)

    with django_assert_num_queries(15):
        client.get("/api/v1/bases/one/")
    with django_assert_num_queries(1):
        client.get("/api/v1/bases/one/")


def test_a_change_of_any_part_shows_at_once(client):
    base = BaseFactory(slug="one")
    etag = client.get("/api/v1/bases/one/")["ETag"]
    Equipment.objects.create(base=base, name="新设备", category="testing")

    response = client.get("/api/v1/bases/one/", headers={"if-none-match": etag})

    assert [row["name"] for row in response.json()["equipment"]] == ["新设备"]


def test_an_unchanged_base_is_not_sent_again(client, time_machine):
    BaseFactory(slug="one")
    time_machine.move_to("2026-03-02T08:00:00Z", tick=False)
    client.get("/api/v1/bases/one/")
    time_machine.move_to("2026-03-02T08:00:01Z", tick=False)
    first = client.get("/api/v1/bases/one/")

    by_etag = client.get("/api/v1/bases/one/", headers={"if-none-match": f'W/{first["ETag"]}, "other"'})
    by_date = client.get("/api/v1/bases/one/", headers={"if-modified-since": first["Last-Modified"]})

    assert (by_etag.status_code, by_date.status_code) == (304, 304)


def test_any_etag_does_not_make_an_absent_base_unchanged(client):
    assert client.get("/api/v1/bases/none/", headers={"if-none-match": "*"}).status_code == 404
    since = {"if-modified-since": "Mon, 01 Jan 2080 00:00:00 GMT"}
    assert client.get("/api/v1/bases/none/", headers=since).status_code == 404
