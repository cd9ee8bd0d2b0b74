"""The facts are written out here by hand, from the published list, so that the project's copy of them cannot drift."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from accounts.enums import PersonKind
from accounts.models import Organisation
from bases.choice_sets import rebuild
from bases.codes import validate_code as validate_base_code
from bases.enums import State
from bases.facets import facets
from bases.models import Base, BaseTitle, Industry, PilotLine
from bases.workflow import suspend
from chenzhou_pilot.management.commands import load_chenzhou as command
from common import journal, versions
from common.models import Division, JournalEntry, Journalled, Park, Source
from projects.codes import validate_code as validate_project_code
from projects.enums import PartnerRole, Stage
from projects.models import Project, ProjectOutcome, ProjectPartner, ProjectStep
from projects.workflow import record_stage
from subsidies.models import Policy, Scheme
from tests.bases.admin_pages import staff
from tests.factories_accounts import UserFactory

pytestmark = pytest.mark.django_db

BASES = [
    ("public", "郴州高新区有色金属中试基地", "郴州高新区"),
    ("public", "郴州经开区中试及科研成果产业基地", "郴州经开区"),
    ("public", "湘南学院生物医药中试基地", "郴州经开区"),
    ("specialised", "宜章县含氟新材料中试基地", "宜章县"),
    ("specialised", "永兴县稀贵金属综合回收中试基地", "永兴县"),
    ("specialised", "临武久森安高固态电池中试基地", "临武县"),
    ("specialised", "嘉禾铸锻造产业科技成果转化中试基地", "嘉禾县"),
]
PROJECTS = [
    ("典型关键矿产资源高效能浮选药剂设计、开发与应用", "郴州高新区有色金属中试基地", ""),
    ("选冶尾渣稀贵金属冶金生物关键技术研究与示范", "郴州高新区有色金属中试基地", "ready_for_industrialisation"),
    ("含镍废料制备球形氢氧化镍中试", "永兴县稀贵金属综合回收中试基地", "ready_for_industrialisation"),
    ("合成新技术项目", "宜章县含氟新材料中试基地", "industrialised"),
    ("无人机储能固态电池", "临武久森安高固态电池中试基地", "small_scale_production"),
]
COUNTIES = [
    "北湖区",
    "苏仙区",
    "桂阳县",
    "宜章县",
    "永兴县",
    "嘉禾县",
    "临武县",
    "汝城县",
    "桂东县",
    "安仁县",
    "资兴市",
]
JIAHE = "中试基地“嘉禾铸锻造产业科技成果转化中试基地”"
UNPUBLISHED = [
    "operator",
    "longitude",
    "latitude",
    "trl_min",
    "trl_max",
    "area_m2",
    "total_investment_yuan",
    "public_funding_yuan",
    "equipment_value_yuan",
    "staff_total",
    "staff_technical",
    "staff_qualified",
    "founded_on",
    "alliance_member",
    "verified_on",
    "verified_by",
    "listed_on",
]
UNWRITTEN = [
    "address",
    "public_contact",
    "fee_policy",
    "ip_policy",
    "confidentiality_policy",
    "openness",
    "lead_type",
    "industry_codes",
]


def load_chenzhou() -> list[str]:
    out = StringIO()
    call_command("load_chenzhou", stdout=out)
    return out.getvalue().splitlines()


def test_load_chenzhou_loads_the_seven_bases_in_order() -> None:
    load_chenzhou()

    loaded = [(base.kind, base.name_zh, base.place.name_zh) for base in Base.objects.order_by("code")]
    assert loaded == BASES
    assert set(Base.objects.values_list("state", "is_demo")) == {(State.LISTED, False)}


def test_the_counts_beside_the_filters_are_right_after_the_load() -> None:
    load_chenzhou()

    counted = facets({}, versions.current("registry"))

    assert {choice.value: choice.number for choice in counted.choices["kind"]} == {"public": 3, "specialised": 4}
    assert counted.total == 7
    assert rebuild() == 0


def test_load_chenzhou_loads_the_five_projects_at_their_stages() -> None:
    load_chenzhou()

    loaded = [(project.name_zh, project.base.name_zh, project.stage) for project in Project.objects.order_by("code")]
    assert loaded == PROJECTS
    assert set(Project.objects.values_list("is_public", "is_demo")) == {(True, False)}


def test_load_chenzhou_gives_codes_whose_last_digit_checks() -> None:
    load_chenzhou()

    base_codes = list(Base.objects.order_by("code").values_list("code", flat=True))
    project_codes = list(Project.objects.order_by("code").values_list("code", flat=True))
    assert [code[:-2] for code in base_codes] == [f"CZZS-2024-000{number}" for number in range(1, 8)]
    assert [code[:-2] for code in project_codes] == [f"CZXM-2024-000{number}" for number in range(1, 6)]
    for code in base_codes:
        validate_base_code(code)
    for code in project_codes:
        validate_project_code(code)


def test_load_chenzhou_loads_the_eleven_counties_and_both_parks() -> None:
    load_chenzhou()

    assert list(Division.objects.values_list("name_zh", flat=True)) == COUNTIES
    assert set(Park.objects.values_list("name_zh", flat=True)) == {"郴州高新区", "郴州经开区"}


def test_load_chenzhou_invents_no_figure_of_a_base() -> None:
    load_chenzhou()

    for base in Base.objects.all():
        assert [getattr(base, name) for name in UNPUBLISHED] == [None] * len(UNPUBLISHED)
        assert [getattr(base, name) for name in UNWRITTEN] == [""] * len(UNWRITTEN)
        assert not any(part.exists() for part in (base.equipment, base.services, base.permits))


def test_titles_and_lines_are_those_that_were_published_by_name() -> None:
    load_chenzhou()

    titles = BaseTitle.objects.values_list("base__slug", "name_zh", "level", "programme", "source__title_zh")
    assert list(titles) == [
        (
            "xiangnan-biomedicine",
            "湖南省药用植物提取纯化科技成果转化中试基地",
            "provincial",
            "hn_kjt",
            "2024 年 12 月的公开报道",
        )
    ]
    assert [(title.issuer, title.document_number, title.issued_on) for title in BaseTitle.objects.all()] == [
        ("", "", None)
    ]
    lines = PilotLine.objects.values_list("base__slug", "name", "process", "capacity", "started_on")
    assert list(lines) == [("linwu-solid-state-battery", "固态电池中试线", "", None, None)]


def test_load_chenzhou_invents_nothing_about_a_project() -> None:
    load_chenzhou()

    unknown = (
        "trl_in",
        "trl_out",
        "investment_yuan",
        "started_on",
        "ended_on",
        "is_own_pilot",
        "division",
        "verified_on",
    )
    for project in Project.objects.all():
        assert [getattr(project, name) for name in unknown] == [None] * len(unknown)
        assert set(project.partners.values_list("role", flat=True)) <= {"partner"}


def test_load_chenzhou_invents_nothing_about_an_organisation() -> None:
    load_chenzhou()

    for row in Organisation.objects.all():
        assert (row.credit_code, row.registered_division, row.established_on, row.registered_capital_yuan) == (
            None,
        ) * 4
        assert (row.registered_address, row.operating_address, row.legal_representative) == ("", "", "")


def test_the_host_known_by_a_short_name_alone_says_so() -> None:
    load_chenzhou()

    base = Base.objects.get(slug="linwu-solid-state-battery")
    figure = base.figures.get(field="host")
    assert base.host.name_zh == "湖南临武久森安高"
    assert figure.note_zh == "公开报道中的简称，注册名称尚未公布"


def test_a_date_known_by_month_stays_so() -> None:
    load_chenzhou()

    project = Project.objects.get(slug="new-synthesis-technology")
    assert (project.stage_on, project.stage_precision) == (date(2024, 12, 1), "by_month")


def test_every_base_and_project_names_its_source() -> None:
    load_chenzhou()

    sources = {row.source.title_zh for row in (*Base.objects.all(), *Project.objects.all())}
    assert sources == {"2024 年 12 月的公开报道"}


def test_load_chenzhou_loads_the_policy_without_a_document_number() -> None:
    load_chenzhou()

    policy = Policy.objects.get()
    assert (policy.document_number, policy.article) == ("", 15)
    assert {scheme.slug: scheme.amount_yuan for scheme in Scheme.objects.all()} == {
        "industrialisation-award": Decimal("2000000.00"),
        "base-construction": None,
        "major-pilot-project": None,
    }


def test_a_second_load_finds_everything_unchanged() -> None:
    created = load_chenzhou()
    entries = JournalEntry.objects.count()

    lines = load_chenzhou()

    count = len(created) - 1
    assert created[-1] == f"新增 {count} 条，更新 0 条，未变 0 条；保留差异 0 处"
    assert lines == [f"新增 0 条，更新 0 条，未变 {count} 条；保留差异 0 处"]
    assert JournalEntry.objects.count() == entries


def test_what_staff_have_changed_is_kept_and_reported() -> None:
    load_chenzhou()
    base = Base.objects.get(slug="jiahe-casting-forging")
    with journal.acting(by=UserFactory()):
        base.site_zh = "嘉禾县珠泉镇"
        base.save()

    lines = load_chenzhou()

    base.refresh_from_db()
    assert base.site_zh == "嘉禾县珠泉镇"
    assert lines[:-1] == [f"保留  {JIAHE}：所在地（中文）现为“嘉禾县珠泉镇”，公开资料为“嘉禾县”"]
    assert_left_alone(lines)


def assert_left_alone(lines: list[str]) -> None:
    """Nothing was written, and as many differences are counted as are told."""
    assert lines[-1].startswith("新增 0 条，更新 0 条，")
    assert lines[-1].endswith(f"；保留差异 {len(lines) - 1} 处")


def change(row: Journalled, **values: object) -> None:
    with journal.acting(by=UserFactory(), source="admin"):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()


def state_of_the_register() -> list[object]:
    links = (Base.tenants.through, Base.industries.through)
    parts = (ProjectOutcome, ProjectPartner, ProjectStep)
    models = (Base, Project, *parts, Organisation, Industry, Source, Division, Policy, Scheme, *links)
    return [list(model.objects.order_by("pk").values()) for model in models]


def changed_county() -> str:
    change(Base.objects.get(slug="jiahe-casting-forging"), division=Division.objects.get(code="431025"))
    return f"{JIAHE}：县市区现为“临武县”，公开资料为“嘉禾县”"


def corrected_title() -> str:
    change(Source.objects.get(), title_zh="湖南日报 2024 年 12 月的报道")
    return (
        "来源“湖南日报 2024 年 12 月的报道”："
        "中文标题现为“湖南日报 2024 年 12 月的报道”，公开资料为“2024 年 12 月的公开报道”"
    )


def renamed_organisation() -> str:
    change(Organisation.objects.get(slug="linwu-jiusen"), slug="jiusen")
    return "单位“湖南临武久森安高”：公开网址现为“jiusen”，公开资料为“linwu-jiusen”"


def hidden_organisation() -> str:
    change(Organisation.objects.get(slug="linwu-jiusen"), is_published=False)
    return "单位“湖南临武久森安高”：列入公开机构名录现为“否”，导入时为“是”"


def renamed_industry() -> str:
    change(Industry.objects.get(slug="casting-forging"), slug="casting")
    return "行业“铸锻造”：短名现为“casting”，公开资料为“casting-forging”"


def renamed_base() -> str:
    change(Base.objects.get(slug="jiahe-casting-forging"), slug="jiahe")
    return f"{JIAHE}：网址短名现为“jiahe”，公开资料为“jiahe-casting-forging”"


def suspended_base() -> str:
    base = Base.objects.get(slug="jiahe-casting-forging")
    head = staff(PersonKind.SECTION_HEAD)
    suspend(base, by=head, reason="停工检修")
    return f"{JIAHE}：状态现为“暂停开放”，导入时为“已入库”"


def removed_tenant() -> str:
    with journal.acting(by=UserFactory(), source="admin"):
        rongyu = Organisation.objects.get(slug="chenzhou-rongyu")
        Base.objects.get(slug="high-tech-nonferrous").tenants.remove(rongyu)
    return (
        "中试基地“郴州高新区有色金属中试基地”：入驻单位现为“湖南柿竹园有色金属有限公司”，"
        "公开资料为“湖南柿竹园有色金属有限公司、郴州荣裕环保科技有限公司”"
    )


def added_industry() -> str:
    with journal.acting(by=UserFactory(), source="admin"):
        Base.objects.get(slug="yizhang-fluorine").industries.add(Industry.objects.get(slug="biomedicine"))
    return "中试基地“宜章县含氟新材料中试基地”：行业现为“生物医药、含氟新材料”，公开资料为“含氟新材料”"


def edited_outcome() -> str:
    outcome = ProjectOutcome.objects.get(project__slug="drone-energy-storage-battery")
    was = outcome.text_zh
    outcome.say_anew("source")
    change(outcome, text_zh="三款固态电池通过中试")
    return f"成果“无人机储能固态电池 / 三款固态电池通过中试”：成果（中文）现为“三款固态电池通过中试”，公开资料为“{was}”"


def added_outcome() -> str:
    project = Project.objects.get(slug="new-synthesis-technology")
    with journal.acting(by=UserFactory(), source="admin"):
        ProjectOutcome.objects.create(project=project, kind="patent", text_zh="发明专利一项")
    return "成果“合成新技术项目 / 发明专利一项”：公开资料中没有，导入后新增"


def leading_partner() -> str:
    change(ProjectPartner.objects.get(project__slug="drone-energy-storage-battery"), role=PartnerRole.LEAD)
    return "参与单位“无人机储能固态电池 / 湖南临武久森安高”：角色现为“牵头单位”，导入时为“参与单位”"


def deleted_partner() -> str:
    with journal.acting(by=UserFactory(), source="admin"):
        ProjectPartner.objects.get(project__slug="drone-energy-storage-battery").delete()
    return "参与单位“无人机储能固态电池 / 湖南临武久森安高”：导入后已被删除"


def deleted_project() -> str:
    with journal.acting(by=UserFactory(), source="admin"):
        Project.objects.get(slug="drone-energy-storage-battery").delete()
    return "中试项目“无人机储能固态电池”：导入后已被删除"


def hidden_project() -> str:
    change(Project.objects.get(slug="new-synthesis-technology"), is_public=False)
    return "中试项目“合成新技术项目”：在公开网站展示现为“否”，导入时为“是”"


def noted_step() -> str:
    change(ProjectStep.objects.get(project__slug="new-synthesis-technology"), note_zh="已投产")
    return "进展“合成新技术项目 / 产业化”：备注（中文）现为“已投产”，导入时为空"


def deleted_step() -> str:
    with journal.acting(by=UserFactory(), source="admin"):
        ProjectStep.objects.get(project__slug="drone-energy-storage-battery", stage=Stage.PASSED).delete()
    return "进展“无人机储能固态电池 / 中试成功”：导入后已被删除"


def industrialised_project() -> str:
    project = Project.objects.get(slug="tailings-bio-metallurgy")
    record_stage(project, Stage.INDUSTRIALISED, by=staff(PersonKind.BUREAU_CLERK), source=Source.objects.get())
    return "进展“选冶尾渣稀贵金属冶金生物关键技术研究与示范 / 产业化”：公开资料中没有，导入后新增"


@pytest.mark.parametrize(
    "edit",
    [
        changed_county,
        corrected_title,
        renamed_organisation,
        hidden_organisation,
        renamed_industry,
        renamed_base,
        suspended_base,
        removed_tenant,
        added_industry,
        edited_outcome,
        added_outcome,
        leading_partner,
        deleted_partner,
        deleted_project,
        hidden_project,
        noted_step,
        deleted_step,
        industrialised_project,
    ],
)
def test_a_later_load_undoes_nothing_that_staff_did(edit: Callable[[], str]) -> None:
    load_chenzhou()
    report = edit()
    state, entries = state_of_the_register(), JournalEntry.objects.count()

    lines = load_chenzhou()

    assert lines[:-1] == [f"保留  {report}"]
    assert_left_alone(lines)
    assert state_of_the_register() == state
    assert JournalEntry.objects.count() == entries


def test_a_row_that_staff_made_again_is_theirs() -> None:
    load_chenzhou()
    with journal.acting(by=UserFactory(), source="admin"):
        Industry.objects.get(slug="casting-forging").bases.clear()
        Industry.objects.get(slug="casting-forging").delete()
        Industry.objects.create(slug="casting-forging", name_zh="铸造与锻造", name_en="Casting, forging")

    lines = load_chenzhou()

    assert Industry.objects.get(slug="casting-forging").name_zh == "铸造与锻造"
    assert lines[-1].startswith("新增 0 条，更新 0 条，")


def test_what_staff_have_emptied_stays_empty() -> None:
    load_chenzhou()
    base = Base.objects.get(slug="jiahe-casting-forging")
    with journal.acting(by=UserFactory()):
        base.summary_zh = ""
        base.save()

    load_chenzhou()

    base.refresh_from_db()
    assert base.summary_zh == ""


def test_a_fact_that_differs_without_anybody_having_changed_it_is_brought_up_to_date() -> None:
    load_chenzhou()
    with journal.acting(source="command:load_chenzhou"):
        base = Base.objects.get(slug="jiahe-casting-forging")
        base.name_en = "An earlier name"
        base.save()

    lines = load_chenzhou()

    base.refresh_from_db()
    assert base.name_en == "Jiahe Casting and Forging Technology Transfer Pilot Base"
    assert lines[0] == f"更新  {JIAHE}：英文名称"


def test_a_step_that_staff_have_added_stays() -> None:
    load_chenzhou()
    project = Project.objects.get(slug="flotation-reagents")
    with journal.acting(by=UserFactory()):
        record_stage(project, Stage.PILOT, by=None)

    lines = load_chenzhou()

    project.refresh_from_db()
    assert (project.stage, project.steps.count()) == ("pilot", 1)
    assert lines[-1].startswith("新增 0 条，更新 0 条，")


def with_facts(monkeypatch: Any, tmp_path: Any, edit: Callable[[dict[str, Any]], None]) -> None:
    """A later edition of the facts."""
    facts = json.loads(command.FACTS.read_text(encoding="utf-8"))
    edit(facts)
    (tmp_path / "facts.json").write_text(json.dumps(facts), encoding="utf-8")
    monkeypatch.setattr(command, "FACTS", tmp_path / "facts.json")


def test_lists_that_staff_left_alone_follow_later_facts(monkeypatch, tmp_path):
    load_chenzhou()
    with_facts(monkeypatch, tmp_path, lambda facts: facts["bases"][1].update(industries=["biomedicine"]))

    lines = load_chenzhou()

    base = Base.objects.get(slug="economic-zone-industrial")
    assert [industry.slug for industry in base.industries.all()] == ["biomedicine"]
    assert lines[:-1] == ["更新  中试基地“郴州经开区中试及科研成果产业基地”：行业"]


def test_a_later_step_of_the_facts_is_recorded_unless_staff_went_further(monkeypatch, tmp_path):
    load_chenzhou()
    went_on = Project.objects.get(slug="spherical-nickel-hydroxide")
    record_stage(went_on, Stage.INDUSTRIALISED, by=staff(PersonKind.BUREAU_CLERK), source=Source.objects.get())
    step = {"stage": "small_scale_production", "on": None, "precision": ""}
    with_facts(monkeypatch, tmp_path, lambda facts: [row["steps"].append(step) for row in facts["projects"][1:3]])

    lines = load_chenzhou()

    stages = Project.objects.order_by("code").values_list("stage", flat=True)
    assert list(stages)[1:3] == ["small_scale_production", "industrialised"]
    assert lines[:-1] == [
        "新增  进展“选冶尾渣稀贵金属冶金生物关键技术研究与示范 / 小批量生产”",
        "保留  含镍废料制备球形氢氧化镍中试：项目当前为“产业化”，不能转为“小批量生产”。",
        "保留  进展“含镍废料制备球形氢氧化镍中试 / 产业化”：公开资料中没有，导入后新增",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [("固态电池", ["临武久森安高固态电池中试基地"]), ("gtdc", ["临武久森安高固态电池中试基地"]), ("不存在", [])],
)
def test_what_was_loaded_is_found(query: str, found: list[str]) -> None:
    load_chenzhou()

    assert list(Base.objects.found_by(query).values_list("name_zh", flat=True)) == found


def test_a_load_that_breaks_off_leaves_nothing_so_that_the_next_start_loads_all(monkeypatch, tmp_path):
    with_facts(monkeypatch, tmp_path, lambda facts: facts["projects"][-1]["steps"][0].update(stage="nowhere"))

    with pytest.raises(ValueError, match="nowhere"):
        call_command("load_chenzhou", verbosity=0)

    assert (Base.objects.count(), Source.objects.count(), JournalEntry.objects.count()) == (0, 0, 0)


# ---------------------------------------------------------------- sources go with the values they vouched for
def linwu() -> Base:
    return Base.objects.get(slug="linwu-solid-state-battery")


def test_a_host_that_staff_have_replaced_keeps_no_published_source() -> None:
    load_chenzhou()
    change(linwu(), host=Organisation.objects.get(slug="xiangnan-university"))
    entries = JournalEntry.objects.count()

    first, second = load_chenzhou(), load_chenzhou()

    assert (first, [line[:2] for line in first]) == (second, ["保留", "保留", "新增"])
    assert (linwu().host.slug, linwu().figures.count()) == ("xiangnan-university", 0)
    assert JournalEntry.objects.count() == entries


def test_a_host_that_the_facts_correct_has_its_source_after_the_same_load() -> None:
    load_chenzhou()
    with journal.acting(source=command.SOURCE):
        base = linwu()
        base.host = Organisation.objects.get(slug="xiangnan-university")
        base.save()

    load_chenzhou()
    entries = JournalEntry.objects.count()
    load_chenzhou()

    figure = linwu().figures.get()
    assert (linwu().host.slug, figure.field, figure.source) == ("linwu-jiusen", "host", Source.objects.get())
    assert JournalEntry.objects.count() == entries


def test_an_outcome_that_the_facts_correct_keeps_their_source() -> None:
    load_chenzhou()
    with journal.acting(source=command.SOURCE):
        outcome = ProjectOutcome.objects.get(project__slug="drone-energy-storage-battery")
        outcome.text_en = "An earlier text"
        outcome.say_anew("source")
        outcome.save()

    load_chenzhou()
    entries = JournalEntry.objects.count()
    load_chenzhou()

    outcome.refresh_from_db()
    assert (outcome.source, outcome.text_en == "An earlier text") == (Source.objects.get(), False)
    assert JournalEntry.objects.count() == entries
