import json
import re
from datetime import date
from decimal import Decimal

import pytest

from bases import workflow
from bases.models import BaseFigure, BaseTitle, PilotLine
from common import journal
from tests.factories import (
    BaseFactory,
    EquipmentFactory,
    IndustryFactory,
    ProjectFactory,
    ServiceFactory,
    SourceFactory,
)
from tests.factories_accounts import OrganisationFactory, user_of_kind

pytestmark = pytest.mark.django_db

FIGURE = re.compile(r'<div class="figure-row"><dt>(.*?)</dt><dd>(.*?)</dd></div>', re.DOTALL)


def page(client, base, language="/en"):
    return client.get(f"{language}/bases/{base.slug}/").content.decode()


def figure_rows(html):
    return dict(FIGURE.findall(html))


def test_an_unknown_figure_is_said_to_be_not_yet_published(client):
    rows = figure_rows(page(client, BaseFactory()))

    for label in ("Pilot floor area", "Full-time staff", "Readiness levels", "Outside work", "Founded", "Contact"):
        assert "Not yet published" in rows[label], label


def test_known_figures_are_shown_with_unit_and_denominator(client):
    base = BaseFactory(
        area_m2=Decimal("2000.50"),
        equipment_value_yuan=Decimal("10000000.00"),
        staff_total=12,
        staff_technical=8,
        trl_min=4,
        trl_max=7,
        founded_on=date(2024, 5, 1),
    )

    rows = figure_rows(page(client, base))

    assert rows["Pilot floor area"].startswith("2,000.5 m²<")
    assert rows["Original value of equipment"].startswith("10,000,000 yuan<")
    assert rows["Full-time staff"].startswith("12 people<")
    assert rows["Technical staff"].startswith("8 of 12 people<")
    assert "Not yet published" in rows["Staff with a degree or mid-level title"]
    assert rows["Readiness levels"].startswith("4–7<")
    assert rows["Founded"].startswith("1 May 2024<")


def test_each_figure_leads_to_its_own_source(client):
    record, own = SourceFactory(title_en="Annual list"), SourceFactory(title_en="Company register")
    base = BaseFactory(source=record, trl_min=4, trl_max=7, staff_total=12)
    bureau = OrganisationFactory(name_en="Science Bureau")
    BaseFigure.objects.create(
        base=base,
        field="staff_total",
        source=own,
        note_en="Counted in May",
        verified_on=date(2026, 5, 4),
        verified_by=bureau,
    )

    answer = client.get(f"/en/bases/{base.slug}/")

    figures = {figure.label: [source.title for source in figure.sources] for figure in answer.context["figures"]}
    assert figures["Full-time staff"] == ["Company register"]
    assert figures["Readiness levels"] == []
    assert "No source given" in figure_rows(answer.content.decode())["Readiness levels"]
    assert [(note.number, note.title, note.note) for note in answer.context["sources"]] == [
        (1, "Annual list", ""),
        (2, "Company register", "Counted in May, verified on 4 May 2026 by Science Bureau"),
    ]


@pytest.mark.parametrize(
    ("field", "label"),
    [("staff_technical", "Technical staff"), ("staff_qualified", "Staff with a degree or mid-level title")],
)
def test_each_part_of_the_staff_leads_to_its_own_source(client, field, label):
    base = BaseFactory(staff_total=12, staff_technical=8, staff_qualified=8)
    BaseFigure.objects.create(base=base, field=field, source=SourceFactory(title_en="Staff list"))

    figures = client.get(f"/en/bases/{base.slug}/").context["figures"]

    told = {figure.label: [source.title for source in figure.sources] for figure in figures if figure.sources}
    assert told == {label: ["Staff list"]}


@pytest.mark.parametrize(("own", "title"), [(True, "Brochure"), (False, "Annual list")])
def test_a_summary_leads_to_its_own_source_or_to_that_of_the_record(client, own, title):
    base = BaseFactory(summary_zh="简介", source=SourceFactory(title_en="Annual list"))
    if own:
        BaseFigure.objects.create(base=base, field="summary_zh", source=SourceFactory(title_en="Brochure"))

    lead = re.search(r'<p class="lead">(.*?)</p>', page(client, base), re.DOTALL)[1]

    assert re.findall(r"Source \d: ([^\"]*)", lead) == [title]


@pytest.mark.parametrize(
    ("dated_on", "note"), [(date(2026, 5, 4), "dated 4 May 2026"), (date(2026, 6, 1), ""), (None, "")]
)
def test_the_date_of_a_figure_stands_beside_its_source_unless_the_source_has_it(client, dated_on, note):
    base = BaseFactory(area_m2=Decimal(100))
    source = SourceFactory(title_en="Report", published_on=date(2026, 6, 1))
    BaseFigure.objects.create(base=base, field="area_m2", source=source, dated_on=dated_on)

    answer = client.get(f"/en/bases/{base.slug}/")

    assert [(told.date_text, told.note) for told in answer.context["sources"]] == [("1 June 2026", note)]


def test_history_names_what_changed_and_nobody(client):
    base = BaseFactory()
    head = user_of_kind("section_head")
    with journal.acting(by=head, reason="内部理由"):
        base.public_contact = "科技局成果科"
        base.save()

    html = page(client, base)

    assert "public contact" in html
    assert "内部理由" not in html
    assert head.email not in html
    assert head.name not in html


def test_a_base_that_left_stays_visible_with_date_and_reason(client):
    base = workflow.remove(BaseFactory(), by=user_of_kind("section_head"), reason="评价不合格")

    html = page(client, base, language="")

    assert "评价不合格" in html
    assert base.name_zh in html


def test_a_merged_base_and_its_code_lead_to_the_heir(client):
    heir = BaseFactory(slug="heir")
    base = workflow.merge(BaseFactory(slug="gone"), by=user_of_kind("section_head"), into=heir, reason="整合")

    for address in ("gone", base.code, heir.code):
        answer = client.get(f"/bases/{address}/")
        assert (answer.status_code, answer.headers["Location"]) == (301, "/bases/heir/")


def test_json_ld_holds_what_is_known_and_cannot_close_its_element(client):
    base = BaseFactory(name_en="</script><script>alert(1)</script>", summary_zh="简介 & <b>")

    html = page(client, base)

    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL).group(1)
    data = json.loads(block)
    assert data["identifier"] == base.code
    assert data["alternateName"] == "</script><script>alert(1)</script>"
    assert "foundingDate" not in data
    assert "<script>alert" not in html


def test_titles_of_two_departments_stand_beside_each_other(client):
    base = BaseFactory()
    BaseTitle.objects.create(base=base, level="provincial", programme="hn_kjt", name_zh="科技厅中试基地")
    BaseTitle.objects.create(base=base, level="provincial", programme="hn_gxt", name_zh="工信厅中试平台")

    html = page(client, base)

    assert "科技厅中试基地" in html
    assert "工信厅中试平台" in html


@pytest.mark.parametrize("parts", [1, 3])
def test_the_profile_costs_the_same_queries_for_one_part_and_for_three(client, django_assert_num_queries, parts):
    base = BaseFactory(source=SourceFactory(), industries=[IndustryFactory() for _ in range(parts)])
    for _number in range(parts):
        said = {"source": SourceFactory(), "verified_on": date(2026, 5, 4), "verified_by": OrganisationFactory()}
        EquipmentFactory(base=base, **said)
        ServiceFactory(base=base, **said)
        PilotLine.objects.create(base=base, name="一号线", **said)
        BaseTitle.objects.create(base=base, level="municipal", name_zh="称号", **said)
        ProjectFactory(base=base)

    with django_assert_num_queries(18):
        assert client.get(f"/bases/{base.slug}/").status_code == 200


def test_a_project_that_is_not_public_does_not_show_at_its_base(client):
    base = BaseFactory()
    ProjectFactory(base=base, name_zh="内部项目", is_public=False)

    assert "内部项目" not in page(client, base, language="")


FACTS = re.compile(r'<span class="facts note">(.*?)</span>\n?</(?:th|li)>', re.DOTALL)
FACT = re.compile(r"<span>(.*?)</span>(?=<span>|$)", re.DOTALL)
MARK = re.compile(r'<span lang="zh-Hans">(.*?)</span>')


def facts_of(html):
    return [FACT.findall(MARK.sub(r"\1", found)) for found in FACTS.findall(html)]


def test_a_seeker_reads_what_is_known_of_each_part_and_nothing_empty(client):
    base = BaseFactory()
    EquipmentFactory(
        base=base,
        maker="某厂",
        origin="中国",
        original_value_yuan=Decimal(600_000),
        location="二号厂房",
        fee="100 元/小时",
        bought_on=date(2024, 3, 1),
        specifications=[{"name": "容积", "value": "500", "unit": "L"}],
    )
    EquipmentFactory(base=base)
    PilotLine.objects.create(base=base, name="一号线", process="萃取", hazard_class="甲类", trl_min=4, trl_max=6)
    ServiceFactory(base=base, deliverables="报告", prerequisites="样品", qualification="CMA")

    assert facts_of(page(client, base)) == [
        ["Deliverables: 报告", "What to bring: 样品", "Qualification: CMA"],
        ["Process: 萃取", "Readiness levels: 4–6", "Hazard class: 甲类"],
        [
            *("Maker: 某厂", "Origin: 中国", "Bought: 1 March 2024", "Original value: 600,000 yuan"),
            *("Location: 二号厂房", "Fee: 100 元/小时", "容积: 500 L"),
        ],
    ]


SOURCE_MARK = re.compile(r"<sup|<span")


def test_equipment_that_cannot_be_used_is_marked(client):
    base = EquipmentFactory(state="retired").base
    EquipmentFactory(base=base)

    assert page(client, base).count('<span class="badge badge-amber">Retired</span>') == 1


RECORD = {
    "Led by": "Enterprise-led",
    "Tenants": "入驻公司",
    "Co-builders": "共建大学",
    "Industry codes (GB/T 4754)": "3841",
    "Industrial chains": "电池产业链",
    "City alliance of bases": "Member",
    "Fees": "按小时",
}


@pytest.mark.parametrize("source", ["Annual list", None])
def test_what_the_record_says_carries_the_mark_of_its_source_or_says_there_is_none(client, source):
    base = BaseFactory(
        source=SourceFactory(title_en=source) if source else None,
        lead_type="enterprise",
        industry_codes="3841",
        chains="电池产业链",
        alliance_member=True,
        fee_policy="按小时",
        listed_on=date(2026, 3, 2),
    )
    base.tenants.add(OrganisationFactory(name_zh="入驻公司", name_en=""))
    base.co_builders.add(OrganisationFactory(name_zh="共建大学", name_en=""))

    rows = figure_rows(page(client, base))

    assert {label: SOURCE_MARK.split(MARK.sub(r"\1", rows[label]))[0].strip() for label in RECORD} == RECORD
    for label in RECORD:
        assert ("Source 1: Annual list" in rows[label], "No source given" in rows[label]) == (bool(source), not source)
    assert rows["Entered"] == "2 March 2026"


def test_what_nobody_has_said_of_a_record_is_left_out(client):
    assert set(figure_rows(page(client, BaseFactory()))) & {*RECORD, "Entered"} == set()


def test_linked_data_holds_nothing_empty(client):
    html = page(client, BaseFactory(site_zh="工业园", address=""))

    written = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])

    assert written["location"] == {"@type": "Place", "name": "工业园"}


def test_an_address_comes_before_a_code_that_reads_the_same(client):
    coded = BaseFactory(slug="coded")
    named = BaseFactory(slug=coded.code)

    assert client.get(f"/bases/{coded.code}/").context["base"] == named
    assert client.get(f"/bases/{named.code}/")["Location"].endswith(f"/bases/{coded.code}/")
