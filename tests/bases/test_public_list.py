import pytest

from bases.enums import ON_PUBLIC_SITE, EquipmentCategory, Kind, Openness, ServiceType, State
from bases.facets import facets
from bases.filters import BaseFilter
from bases.models import Base
from tests.bases.test_workflow import base_in
from tests.factories import (
    BaseFactory,
    DivisionFactory,
    EquipmentFactory,
    IndustryFactory,
    ParkFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


def found(**chosen):
    return set(BaseFilter(chosen, Base.objects.all()).qs)


@pytest.mark.parametrize("state", list(State), ids=str)
def test_the_public_list_holds_exactly_what_is_or_was_in_the_registry(state, client):
    base = base_in(state)

    answer = client.get(f"/bases/{base.slug}/")

    expected = 200 if state in ON_PUBLIC_SITE else (301 if state == State.MERGED else 404)
    assert answer.status_code == expected
    assert (base in Base.objects.on_public_site()) == (state in ON_PUBLIC_SITE)


def test_each_filter_finds_its_own_and_nothing_else():
    park = ParkFactory()
    industry = IndustryFactory(slug="fluorine")
    wanted = BaseFactory(
        kind=Kind.PUBLIC, division=None, park=park, openness=Openness.OPEN, trl_min=4, trl_max=7, industries=[industry]
    )
    ServiceFactory(base=wanted, type=ServiceType.SHARING)
    ServiceFactory(base=wanted, type=ServiceType.SHARING)
    EquipmentFactory(base=wanted, category=EquipmentCategory.TESTING)
    other = BaseFactory(trl_min=1, trl_max=3)
    ServiceFactory(base=other, type=ServiceType.SCALE_UP)

    assert found(kind="public") == {wanted}
    assert found(park="high-tech-zone") == {wanted}
    assert found(division="431025") == {other}
    assert found(industry="fluorine") == {wanted}
    assert found(service="sharing") == {wanted}
    assert found(equipment="testing") == {wanted}
    assert found(openness="open") == {wanted}
    assert found(trl="7") == {wanted}
    assert found(trl="3") == {other}
    assert found(kind="public", trl="3") == set()
    assert found() == {wanted, other}


@pytest.mark.parametrize(
    "query", ["kind=private", "trl=0", "trl=10", "trl=four", "division=%27%20OR%201=1", "service=x", "cursor=rubbish"]
)
def test_a_filter_that_does_not_parse_is_answered_with_a_sentence_and_the_way_back(client, query):
    answer = client.get(f"/bases/?{query}")

    assert answer.status_code == 400
    assert 'class="alert alert-error"' in answer.content.decode()
    assert 'href="/bases/"' in answer.content.decode()


def test_counts_of_a_facet_leave_its_own_choice_out():
    first = DivisionFactory()
    second = DivisionFactory(code="431022", name_zh="宜章县")
    BaseFactory(division=first, kind=Kind.PUBLIC)
    BaseFactory(division=first)
    BaseFactory(division=second)

    counted = facets(Base.objects.all(), {"division": "431025"})

    assert {choice.value: choice.number for choice in counted["division"]} == {"431025": 2, "431022": 1}
    assert {choice.value: choice.number for choice in counted["kind"]} == {"public": 1, "specialised": 1}


def test_a_level_counts_the_bases_that_take_it():
    BaseFactory(trl_min=4, trl_max=6)
    BaseFactory(trl_min=6, trl_max=7)
    BaseFactory()

    counted = facets(Base.objects.all(), {})

    assert [(choice.value, choice.number) for choice in counted["trl"]] == [("4", 1), ("5", 1), ("6", 2), ("7", 1)]


def test_a_base_with_two_services_of_one_type_counts_once():
    base = BaseFactory()
    ServiceFactory(base=base)
    ServiceFactory(base=base)

    counted = facets(Base.objects.all(), {})

    assert [(choice.value, choice.number) for choice in counted["service"]] == [("scale_up", 1)]


def test_walking_the_pages_shows_every_base_once_in_every_order(client):
    bases = {BaseFactory(name_zh=f"基地{n:02d}").name_zh for n in range(30)}
    for sort in ("code", "name", "updated"):
        names, address = [], f"/bases/?sort={sort}"
        while address:
            answer = client.get(address)
            names += [card.name for card in answer.context["cards"]]
            following = answer.context["pager"].next_href
            address = f"/bases/{following}" if following else ""

        assert len(names) == 30
        assert set(names) == bases


@pytest.mark.parametrize("bases", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"), [("/bases/", 16), ("/bases/?view=table", 16), ("/bases/?kind=specialised", 16)]
)
def test_the_list_costs_the_same_queries_for_one_base_and_for_three(
    client, django_assert_num_queries, bases, address, queries
):
    for _number in range(bases):
        BaseFactory(industries=[IndustryFactory()])

    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200


def test_the_next_page_costs_the_version_and_the_rows(client, django_assert_num_queries):
    industry = IndustryFactory(name_zh="固态电池")
    for _number in range(30):
        BaseFactory(industries=[industry])
    following = client.get("/bases/").context["pager"].next_href

    with django_assert_num_queries(2):
        answer = client.get(f"/bases/{following}")

    assert [card.industries for card in answer.context["cards"]] == ["固态电池"] * 6


def test_a_renamed_industry_and_place_show_at_once(client):
    division = DivisionFactory(name_zh="旧县", name_en="Old County")
    industry = IndustryFactory(name_zh="旧产业", name_en="Old industry")
    BaseFactory(division=division, industries=[industry])
    before = client.get("/bases/").context["cards"][0]
    division.name_zh, industry.name_zh = "新县", "新产业"
    division.save()
    industry.save()

    after, english = (client.get(path).context["cards"][0] for path in ("/bases/", "/en/bases/"))

    assert (before.place, before.industries) == ("旧县", "旧产业")
    assert (after.place, after.industries) == ("新县", "新产业")
    assert (english.place, english.industries) == ("Old County", "Old industry")


def test_an_unchanged_list_costs_one_query_and_shows_an_edit_at_once(client, django_assert_num_queries):
    base = BaseFactory(name_zh="旧名称")
    client.get("/bases/")

    with django_assert_num_queries(1):
        before = client.get("/bases/").content.decode()
    base.name_zh = "新名称"
    base.save()
    after = client.get("/bases/").content.decode()

    assert ("旧名称" in before, "新名称" in before) == (True, False)
    assert ("旧名称" in after, "新名称" in after) == (False, True)


def test_an_unchanged_list_is_refused_to_an_unknown_host(client):
    statuses = [client.get("/bases/").status_code for _ in range(3)]

    assert statuses == [200] * 3
    assert client.get("/bases/", headers={"host": "elsewhere.example"}).status_code == 400


def test_search_follows_the_record_its_industries_equipment_and_services():
    base = BaseFactory(name_zh="甲基地")
    equipment = EquipmentFactory(base=base, name="回转窑")
    ServiceFactory(base=base, title="浮选小试")
    base.industries.add(IndustryFactory(name_zh="固态电池"))

    for query in ("甲基", "jiajidi", "回转窑", "浮选", "电池", base.code):
        assert found(q=query) == {base}, query
    assert found(q="乙基") == set()

    equipment.delete()
    assert found(q="回转窑") == set()


def test_a_query_of_signs_alone_finds_nothing_and_breaks_nothing(client):
    BaseFactory()

    for query in ("%27", "%22%22", "()", "%00", "a%00b", "*", "NEAR(", "' OR 1=1 --"):
        answer = client.get(f"/bases/?q={query}")
        assert answer.status_code in (200, 400), query
    assert found(q="!!!") == set()
