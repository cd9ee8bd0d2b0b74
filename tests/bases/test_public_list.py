import re
from html import unescape

import pytest
from django.db import connection
from django.utils.encoding import iri_to_uri

from bases.enums import ON_PUBLIC_SITE, EquipmentCategory, Kind, Openness, ServiceType, State
from bases.facets import facets
from bases.filters import BaseFilter
from bases.models import Base
from common import versions
from tests.bases.test_workflow import base_in
from tests.factories import (
    BaseFactory,
    DivisionFactory,
    EquipmentFactory,
    IndustryFactory,
    ParkFactory,
    ProjectFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


NAME = re.compile(r'<h3><a href="[^"]+">([^<]+)</a></h3>')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def next_address(page):
    found = NEXT.search(page)
    return f"/bases/{unescape(found[1])}" if found else ""


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


@pytest.mark.parametrize(("state", "counts"), [("ok", True), ("repair", False), ("retired", False)])
def test_equipment_that_is_retired_or_broken_counts_in_no_filter_and_no_facet(state, counts):
    base = EquipmentFactory(category=EquipmentCategory.TESTING, state=state).base
    EquipmentFactory(base=base, category=EquipmentCategory.GENERAL)

    choices = {choice.value: choice.number for choice in facets({}, versions.current("registry")).choices["equipment"]}

    assert found(equipment="testing") == ({base} if counts else set())
    assert choices == ({"testing": 1} if counts else {}) | {"general": 1}


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

    counted = facets({"division": "431025"}, versions.current("registry")).choices

    assert {choice.value: choice.number for choice in counted["division"]} == {"431025": 2, "431022": 1}
    assert {choice.value: choice.number for choice in counted["kind"]} == {"public": 1, "specialised": 1}


def test_a_level_counts_the_bases_that_take_it():
    BaseFactory(trl_min=4, trl_max=6)
    BaseFactory(trl_min=6, trl_max=7)
    BaseFactory()

    counted = facets({}, versions.current("registry")).choices

    assert [(choice.value, choice.number) for choice in counted["trl"]] == [("4", 1), ("5", 1), ("6", 2), ("7", 1)]


def test_a_base_with_two_services_of_one_type_counts_once():
    base = BaseFactory()
    ServiceFactory(base=base)
    ServiceFactory(base=base)

    counted = facets({}, versions.current("registry")).choices

    assert [(choice.value, choice.number) for choice in counted["service"]] == [("scale_up", 1)]


def test_walking_the_pages_shows_every_base_once_in_every_order(client):
    bases = {BaseFactory(name_zh=f"基地{n:02d}").name_zh for n in range(30)}
    for sort in ("code", "name", "updated"):
        names, address = [], f"/bases/?sort={sort}"
        while address:
            page = client.get(address).content.decode()
            names += NAME.findall(page)
            address = next_address(page)

        assert len(names) == 30
        assert set(names) == bases


FIRST_READING = 5  # version, rows, sets of bits, names of places, names of industries
NAMES = 2  # of them read the names of places and industries, which outlive the edits of bases


@pytest.mark.parametrize("bases", [1, 3])
@pytest.mark.parametrize("address", ["/bases/", "/bases/?view=table", "/bases/?kind=specialised&trl=5"])
def test_the_list_costs_the_same_queries_for_one_base_and_for_three(client, django_assert_num_queries, bases, address):
    for _number in range(bases):
        BaseFactory(industries=[IndustryFactory()], trl_min=4, trl_max=6)

    with django_assert_num_queries(FIRST_READING):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/bases/", "/bases/?kind=specialised&trl=5", "/bases/?view=table&sort=name"])
def test_after_an_edit_the_first_reader_counts_no_table(client, django_assert_num_queries, address):
    base = BaseFactory(industries=[IndustryFactory()], trl_min=4, trl_max=6)
    client.get(address)

    base.name_zh = "新名称"
    base.save()
    with django_assert_num_queries(FIRST_READING - NAMES - 1) as asked:  # no set has changed
        renamed = client.get(address).content.decode()
    base.openness = "open"
    base.save()
    with django_assert_num_queries(FIRST_READING - NAMES):
        opened = client.get(address).content.decode()

    assert not any("COUNT(" in query["sql"] for query in asked)
    assert "新名称" in renamed
    assert ("openness=open" in renamed, "openness=open" in opened) == (False, True)


def test_a_search_costs_one_query_more_for_the_keys_it_finds(client, django_assert_num_queries):
    BaseFactory(name_zh="电池基地")
    on_postgresql = connection.vendor == "postgresql"

    with django_assert_num_queries(FIRST_READING + 3 + on_postgresql):  # in a savepoint, by index
        html = client.get("/en/bases/?q=电池").content.decode()

    assert "1 base<" in html


def test_the_next_page_costs_the_version_and_the_rows(client, django_assert_num_queries):
    industry = IndustryFactory(name_zh="固态电池")
    for _number in range(30):
        BaseFactory(industries=[industry])
    following = next_address(client.get("/bases/").content.decode())

    with django_assert_num_queries(2):
        page = client.get(following).content.decode()

    assert page.count('<p class="note">固态电池</p>') == 6


def test_a_renamed_industry_and_place_show_at_once(client):
    division = DivisionFactory(name_zh="旧县", name_en="Old County")
    industry = IndustryFactory(name_zh="旧产业", name_en="Old industry")
    BaseFactory(division=division, industries=[industry])
    before = client.get("/bases/").content.decode()
    division.name_zh, industry.name_zh = "新县", "新产业"
    division.save()
    industry.save()

    after, english = (client.get(path).content.decode() for path in ("/bases/", "/en/bases/"))

    for page, place, made in (
        (before, "旧县", "旧产业"),
        (after, "新县", "新产业"),
        (english, "Old County", "Old industry"),
    ):
        assert f'<span class="badge">{place}</span>' in page
        assert f'<p class="note">{made}</p>' in page


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


def tiles_of(client, query):
    return {tile.label: tile for tile in client.get(f"/bases/?{query}").context["tiles"]}


@pytest.fixture
def placed():
    linwu = DivisionFactory(map_column=1, map_row=4)
    DivisionFactory(code="431022", name_zh="宜章县", map_column=3, map_row=4)
    BaseFactory(division=linwu, kind=Kind.PUBLIC, name_zh="电池基地")
    BaseFactory(division=None, park=ParkFactory(map_column=2, map_row=2), name_zh="电池园区基地")
    BaseFactory(division=linwu, name_zh="铸造基地")


def test_the_map_of_a_search_counts_what_is_found_and_keeps_the_search_in_its_links(client, placed):
    tiles = tiles_of(client, "q=电池&kind=public&view=map&sort=name")

    assert {label: (tile.count, tile.kind) for label, tile in tiles.items()} == {
        "临武": (1, "public"),
        "宜章": (0, "none"),
        "高新区": (0, "none"),
    }
    assert tiles["临武"].href == "?q=%E7%94%B5%E6%B1%A0&kind=public&sort=name&division=431025"


def test_the_map_shows_every_place_beside_the_chosen_one(client, placed):
    tiles = tiles_of(client, "q=电池&division=431025&view=map")

    assert {label: (tile.count, tile.is_current) for label, tile in tiles.items()} == {
        "临武": (1, True),
        "宜章": (0, False),
        "高新区": (1, False),
    }
    assert tiles["高新区"].href == "?q=%E7%94%B5%E6%B1%A0&park=high-tech-zone"


def test_cards_table_and_map_are_one_step_apart_and_keep_search_and_filters(client, placed):
    for view in ("", "&view=table", "&view=map"):
        html = client.get(f"/en/bases/?q=电池&kind=public{view}").content.decode()
        found = dict(re.findall(r'<a href="(\?[^"]*)">(As cards|As a table|On the map)</a>', html))
        shown = {"&view=table": "As a table", "&view=map": "On the map"}.get(view, "As cards")
        assert sorted(found.values()) == sorted({"As cards", "As a table", "On the map"} - {shown}), view
        assert all(href.startswith("?q=%E7%94%B5%E6%B1%A0&amp;kind=public") for href in found), view


def test_the_table_says_what_is_not_yet_published_in_place_of_an_empty_cell(client):
    BaseFactory(industries=[])

    row = client.get("/en/bases/?view=table").content.decode().split("<tbody>")[1]

    assert "<td></td>" not in row
    assert row.count("Not yet published") == 2  # industry and readiness


def test_an_empty_result_leads_to_the_map_with_its_search(client, placed):
    html = client.get("/bases/?q=没有的词&kind=public").content.decode()

    assert 'href="?q=%E6%B2%A1%E6%9C%89%E7%9A%84%E8%AF%8D&amp;kind=public&amp;view=map"' in html


def test_a_search_in_the_map_stays_in_the_map(client, placed):
    html = client.get("/bases/?view=map&sort=name").content.decode()

    assert '<input type="hidden" name="view" value="map">' in html
    assert '<input type="hidden" name="sort" value="name">' in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_map_costs_the_same_queries_for_one_base_and_for_three(client, django_assert_num_queries, rows):
    for _ in range(rows):
        BaseFactory()

    with django_assert_num_queries(FIRST_READING + 2):  # the places to draw
        client.get("/bases/?view=map")


def test_on_paper_a_page_names_its_day_and_its_address(client, settings):
    settings.SITE_URL = "https://pilot.example"
    base = BaseFactory(slug="one")
    project = ProjectFactory(slug="two", base=base)

    for address in ("/bases/one/", "/projects/two/", "/bases/?q=电池", "/projects/", "/statistics/"):
        html = client.get(iri_to_uri(f"/en{address}")).content.decode()
        line = re.search(r'<p class="print-only note">(.*?)</p>', html)[1]
        assert line.startswith("Printed on <time")
        assert line.endswith(f" · https://pilot.example/en{address}")
    assert project.base == base


@pytest.mark.parametrize("address", ["/bases/one/", "/projects/two/"])
def test_a_profile_offers_to_print_where_scripts_run_and_nothing_where_they_do_not(client, address):
    ProjectFactory(slug="two", base=BaseFactory(slug="one"))

    html = client.get(address).content.decode()

    assert html.count('<button type="button" class="btn print-button" hidden>') == 1
    assert html.count("js/print.js") == 1


def test_a_renamed_county_and_industry_show_at_once_on_the_list(client):
    base = BaseFactory(industries=[IndustryFactory()])
    client.get("/bases/")

    for row in (base.division, base.industries.get()):
        row.name_zh = f"{row.name_zh}新"
        row.save()
        page = client.get("/bases/").content.decode()
        assert page.count(row.name_zh) == 2  # beside the filter and on the card
