import re

import pytest
from django.core.management import call_command

from chenzhou_pilot import sitemaps
from common.components import TileKind
from projects.models import Project
from tests.factories import BaseFactory, IndustryFactory, ProjectFactory
from tests.language_marks import unmarked

pytestmark = pytest.mark.django_db

PAGES = ["/", "/search/", "/search/?q=电池", "/statistics/", "/about/", "/sources/"]


@pytest.fixture
def facts():
    call_command("load_chenzhou", verbosity=0)


def test_home_counts_three_public_and_four_specialised_bases(facts, client):
    context = client.get("/").context

    assert (context["public_count"], context["specialised_count"]) == (3, 4)
    assert context["conversion"]._asdict() == {
        "label": "",
        "key": "",
        "registered": 5,
        "passed": 4,
        "industrialised": 1,
        "unknown": 1,
        "is_upper_bound": False,
    }


def labels_of(tiles, kind):
    return {label for label, tile in tiles.items() if tile.kind == kind}


def test_the_map_shows_eleven_counties_and_two_parks_by_what_stands_there(facts, client):
    tiles = {tile.label: tile for tile in client.get("/").context["tiles"]}

    assert len(tiles) == 13
    assert labels_of(tiles, TileKind.SPECIALISED) == {"宜章", "永兴", "临武", "嘉禾"}
    assert labels_of(tiles, TileKind.PUBLIC) == {"高新区", "经开区"}
    assert (tiles["经开区"].count, tiles["经开区"].href) == (2, "/bases/?park=economic-zone")
    assert (tiles["临武"].sublabel, tiles["临武"].href) == ("固态电池", "/bases/?division=431025")


def test_no_rate_is_given_while_so_few_projects_have_passed(facts, client):
    html = client.get("/en/statistics/").content.decode()

    assert "1 of 4 projects that passed. Fewer than 10 have passed, too few to speak of a rate." in html
    assert "With a pilot at most 80\u00a0%, without one 30\u00a0%." in html


def test_the_award_is_shown_in_wan_and_in_yuan_and_other_amounts_as_unpublished(facts, client):
    html = client.get("/about/").content.decode()

    assert "200 万元" in html
    assert "2,000,000.00 元" in html
    assert html.count("尚未公布") == 2


@pytest.mark.parametrize("query", ["固态电池", "gutai", "gtdc", "ＣＺＺＳ-2024-0006-2", "solid-state", "Linwu"])
def test_search_finds_the_battery_base_by_name_sound_code_and_english(facts, client, query):
    names = [card.name for card in client.get("/search/", {"q": query}).context["base_cards"]]

    assert "临武久森安高固态电池中试基地" in names


def test_search_says_when_nothing_is_found_and_shows_the_query_as_text(client):
    html = client.get("/en/search/", {"q": "<b>x</b>"}).content.decode()

    assert "&lt;b&gt;x&lt;/b&gt;" in html
    assert "<b>x</b>" not in html


def test_demo_records_count_nowhere_in_the_figures(facts, client):
    before = client.get("/statistics/").context["overall"]
    ProjectFactory(is_demo=True, base=BaseFactory(is_demo=True))

    assert client.get("/statistics/").context["overall"] == before
    assert client.get("/").context["base_count"] == 7


@pytest.mark.parametrize("page", PAGES)
def test_each_page_speaks_one_language_and_names_the_other(facts, client, page):
    chinese = client.get(page).content.decode()
    english = client.get(f"/en{page}").content.decode()

    assert '<html lang="zh-Hans">' in chinese
    assert '<html lang="en">' in english
    assert 'hreflang="en"' in chinese
    assert 'hreflang="zh-Hans"' in english


@pytest.mark.parametrize(
    ("page", "queries"), [("/", 11), ("/search/?q=电池", 7), ("/statistics/", 7), ("/about/", 2), ("/sources/", 2)]
)
@pytest.mark.parametrize("more", [0, 3])
def test_each_page_costs_the_same_queries_however_much_there_is(
    facts, client, django_assert_num_queries, page, queries, more
):
    for number in range(more):
        ProjectFactory(name_zh="电池项目", base=BaseFactory(name_zh=f"电池基地{number}"))

    with django_assert_num_queries(queries):
        assert client.get(page).status_code == 200


def locations(xml):
    return re.findall("<loc>(.*?)</loc>", xml.content.decode())


def test_the_sitemap_names_every_real_record_in_both_languages_and_no_demo(facts, client):
    BaseFactory(is_demo=True, slug="demo-base")

    found = locations(client.get("/sitemap-bases.xml"))

    assert (len(found), len(set(found))) == (14, 14)
    assert [address for address in found if "demo-base" in address] == []


def test_the_sitemap_gives_addresses_of_the_site_whatever_host_was_asked(facts, client, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://pilot.example", ["*"]

    index = client.get("/sitemap.xml", headers={"host": "other.example"})
    section = client.get("/sitemap-pages.xml", headers={"host": "other.example"})

    assert locations(index) == [f"https://pilot.example/sitemap-{name}.xml" for name in ("pages", "bases", "projects")]
    assert locations(section)[:2] == ["https://pilot.example/", "https://pilot.example/en/"]
    assert b"other.example" not in index.content + section.content


def test_the_sitemap_goes_on_the_next_page_where_one_is_full(facts, client, monkeypatch):
    monkeypatch.setattr(sitemaps, "RECORDS_A_PAGE", 4)

    pages = [locations(client.get(f"/sitemap-bases.xml?p={number}")) for number in (1, 2)]

    assert [len(page) for page in pages] == [8, 6]
    assert len({*pages[0], *pages[1]}) == 14
    assert "http://127.0.0.1:8000/sitemap-bases.xml?p=2" in locations(client.get("/sitemap.xml"))


def test_the_sitemap_is_kept_until_the_registry_changes(facts, client, django_assert_num_queries):
    for path in ("/sitemap.xml", "/sitemap-bases.xml"):
        client.get(path)
        with django_assert_num_queries(1):  # the version of the registry
            client.get(path)

    BaseFactory(slug="new-base")

    assert "http://127.0.0.1:8000/bases/new-base/" in locations(client.get("/sitemap-bases.xml"))


@pytest.mark.parametrize(
    "path", ["/sitemap.xml?x=1", "/sitemap-bases.xml?p=0", "/sitemap-bases.xml?p=2", "/sitemap-bases.xml?p=1&x=1",
             "/sitemap-pages.xml?p=2", "/sitemap-people.xml", "/sitemap-bases.xml?p=last"]
)  # fmt: skip
def test_other_addresses_of_the_sitemap_are_not_found(facts, client, path):
    assert client.get(path).status_code == 404


def test_robots_names_the_sitemap_and_keeps_the_desk_out(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /admin/" in lines
    assert lines[-1].endswith("/sitemap.xml")


STATEMENTS = (
    "The city has spent over ten million yuan of its own funds on the 3+4 bases "
    '(<span lang="zh-Hans">上千万元</span> as published, no exact figure)',
    "Since 2023 Chenzhou has partnered with 7 universities of the province",
    "Chenzhou&#x27;s modern industrial system is called the “1221” system",
)
ALLIANCE = (
    'Chenzhou plans to form a city alliance of pilot bases (<span lang="zh-Hans">郴州科技成果转化中试基地联盟</span>), '
    "covering proof of concept, pilot maturation, incubation and industrial development"
)
HELP_IN_KIND = (
    "The city also helps pilot bases in kind: land, equipment bought on their behalf, project funds, "
    "and bringing enterprises in"
)
SAID_BY = " (<cite>Public reports of December 2024</cite>, 6 December 2024)."


def test_what_was_published_about_the_city_is_quoted_with_its_source(facts, client):
    html = client.get("/en/about/").content.decode()

    assert [html.count(f"<li>{text}{SAID_BY}") for text in STATEMENTS] == [1, 1, 1]


def test_about_tells_the_planned_alliance_and_the_help_in_kind_where_they_belong(facts, client):
    html = client.get("/en/about/").content.decode()

    assert f"<p>{ALLIANCE}{SAID_BY}\n</p>" in section(html, "layout-title")
    assert f"<p>{HELP_IN_KIND}{SAID_BY}\n</p>" in section(html, "support-title")


def section(html, title):
    """What stands below the heading with this id."""
    return html.split(f'id="{title}"')[1].split("</section>")[0]


def test_a_title_published_by_its_exact_name_is_listed_with_its_source_and_no_other_is_denied(facts, client):
    below = section(client.get("/bases/xiangnan-biomedicine/").content.decode(), "titles-title")

    assert re.findall(r"<strong>(.*?)</strong>", below) == ["湖南省药用植物提取纯化科技成果转化中试基地"]
    assert below.count('class="source-mark"') == 1
    assert "省级" in below
    assert "尚未公布" not in below
    assert "此处只列出已公布确切名称的资质和手续，其他已知情况见简介。" in below


def test_the_pilot_line_that_the_facts_give_is_not_denied(facts, client):
    below = section(client.get("/bases/linwu-solid-state-battery/").content.decode(), "equipment-title")

    assert re.findall(r"<strong>(.*?)</strong>", below) == ["固态电池中试线"]
    assert below.count('class="source-mark"') == 1
    assert "尚未公布" not in below


@pytest.mark.parametrize(
    ("slug", "outcomes"),
    [
        ("flotation-reagents", ["省科学技术进步奖一等奖", "项目中发明了盐磷混酸、碱加压浸出分解工艺"]),
        ("tailings-bio-metallurgy", ["已具备产业化条件"]),
        ("spherical-nickel-hydroxide", ["已具备产业化条件"]),
        ("new-synthesis-technology", ["已实现产业化"]),
        ("drone-energy-storage-battery", ["无人机储能固态电池与另外两款固态电池通过中试并发布"]),
    ],
)
def test_the_outcome_that_the_facts_give_is_on_the_page_of_its_project(facts, client, slug, outcomes):
    answer = client.get(f"/projects/{slug}/")

    assert [text for _kind, text, marks in answer.context["outcomes"] if marks] == outcomes


CLASSIFIED = "classified by the portal after the host base or the description"


def test_the_industry_of_a_project_is_said_to_be_our_classification(facts, client):
    answer = client.get("/en/projects/flotation-reagents/")
    ProjectFactory(slug="unsourced", industry=IndustryFactory(), source=None)
    ProjectFactory(slug="unclassified", industry=None)

    [industry] = [figure for figure in answer.context["figures"] if figure.label == "Industry"]
    assert (industry.value, industry.note) == ("Non-ferrous metals", "")
    assert [(mark.title, mark.note) for mark in industry.sources] == [("Public reports of December 2024", CLASSIFIED)]
    assert CLASSIFIED in answer.content.decode()
    [unsourced] = [
        figure for figure in client.get("/en/projects/unsourced/").context["figures"] if figure.label == "Industry"
    ]
    assert (unsourced.note, list(unsourced.sources)) == (CLASSIFIED, [])
    assert "Industry" not in [figure.label for figure in client.get("/en/projects/unclassified/").context["figures"]]


def test_figures_by_industry_say_whose_classification_they_rest_on(facts, client):
    by_industry = section(client.get("/en/statistics/").content.decode(), "by-industry-title")

    assert "The industry of a project is the portal's own classification." in by_industry
    assert '<a href="/en/sources/#rules-title">Our rules</a>' in by_industry
    rules = section(client.get("/en/sources/").content.decode(), "rules-title")
    assert "The industry of a project is our classification" in rules


def test_each_project_of_the_facts_is_classified_by_what_they_say_of_its_base(facts):
    for project in Project.objects.select_related("base", "industry"):
        assert list(project.base.industries.all()) == [project.industry]


def test_home_says_3_and_4_and_where_public_money_went_and_leads_to_applying(facts, client):
    html = client.get("/en/").content.decode()

    assert "Chenzhou has 3+4 of them" in html
    assert "3+4 is to become 3+N" in html
    assert f"{STATEMENTS[0]}{SAID_BY}" in html
    assert f"{ALLIANCE}{SAID_BY}" in html
    card = re.search(r"<h3>Know the support, and apply</h3>(.*?)</article>", html, re.DOTALL)[1]
    assert re.findall(r'<a href="([^"]+)"', card) == [
        "/en/calls/",
        "/en/notices/",
        "/en/policies/innovation-highland-2022/",
    ]


def test_about_says_what_needs_javascript(client):
    assert "creating an account, signing in with a passkey" in client.get("/en/about/").content.decode()


def test_names_and_texts_without_an_english_form_are_marked_as_chinese_on_english_pages(client):
    base = BaseFactory(
        slug="one", name_zh="只有中文", name_en="", summary_zh="中文简介", summary_en="", site_zh="工业园"
    )
    ProjectFactory(slug="two", base=base, name_zh="中文项目", name_en="", summary_zh="项目简介")

    def marked(address):
        return set(re.findall(r'<span lang="zh-Hans">([^<]*)</span>', client.get(address).content.decode()))

    assert {"只有中文", "中文简介", "工业园", "中文项目"} <= marked("/en/bases/one/")
    assert {"只有中文", "中文项目", "项目简介"} <= marked("/en/projects/two/")
    assert {"只有中文", "中文简介"} <= marked("/en/bases/")
    assert {"只有中文"} <= marked("/en/bases/?view=table")
    assert {"只有中文", "中文项目"} <= marked("/en/search/?q=中文")
    assert marked("/bases/one/") == set()
    head = client.get("/en/bases/one/").content.decode().split("</head>")[0]
    assert '<meta name="description" content="中文简介">' in head
    assert "<title>只有中文 · " in head


@pytest.mark.parametrize("address", ["/en/", "/en/about/", "/en/sources/", "/en/statistics/", "/en/bases/?view=table"])
def test_english_pages_about_the_city_mark_the_chinese_words_they_quote(client, facts, address):
    assert unmarked(client.get(address).content.decode()) == []


def test_the_address_browsers_ask_for_an_icon_leads_to_it(client):
    answer = client.get("/favicon.ico")

    assert (answer.status_code, answer.url) == (302, "/static/img/favicon.svg")
