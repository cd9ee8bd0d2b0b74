import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.html import strip_tags

from common.components import (
    Cell,
    Clock,
    ClockState,
    Column,
    Crumb,
    Document,
    Figure,
    FilterChoice,
    FilterGroup,
    Pager,
    SourceNote,
    StatNumber,
    Step,
    Stop,
    StopState,
    Table,
    Tile,
    TileKind,
    TileShape,
)
from tests.factories_accounts import UserFactory

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
SOURCE = SourceNote(1, "Report", "Publisher", "2024-12-06", "https://example.org/report")
STOPS = [
    Stop("Laboratory", StopState.DONE),
    Stop("Pilot", StopState.CURRENT, "2024-05", "first line"),
    Stop("Passed", StopState.AHEAD),
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def draw(tag: str, request=None, **context: object) -> str:
    template = engines["django"].from_string("{% load components %}{% " + tag + " %}")
    return template.render(context, request)


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html: str, tag: str) -> list[dict[str, str | None]]:
    return [attributes for name, attributes in Elements(html).found if name == tag]


# ---------------------------------------------------------------- process line
def test_process_line_reads_as_a_list_with_states_in_words():
    html = draw("process_line stops label", stops=STOPS, label="Stages")

    assert words(html) == "Laboratory, reached Pilot, now here 2024-05 first line Passed, not reached yet"
    assert elements(html, "ol") == [{"role": "list", "aria-label": "Stages"}]
    assert [item.get("aria-current") for item in elements(html, "li")] == [None, "step", None]


def test_process_line_breaks_where_it_stopped():
    html = draw("process_line stops", stops=[Stop("Pilot", StopState.STOPPED), Stop("Passed", StopState.AHEAD)])

    assert [item["class"] for item in elements(html, "li")] == ["stop stop-stopped", "stop stop-ahead"]
    assert words(html) == "Pilot, stopped here Passed, not reached yet"


@pytest.mark.parametrize(
    ("stops", "here"),
    [
        (STOPS, "Pilot"),
        ([STOPS[0], Stop("Stopped", StopState.STOPPED), STOPS[2]], "Stopped"),
        ([Stop("Pilot", StopState.AHEAD)], ""),
    ],
)
def test_compact_process_line_names_the_furthest_stop(stops, here):
    html = draw("process_line stops compact=True", stops=stops)

    assert html.endswith(f'<span class="process-here" aria-hidden="true">{here}</span></div>')


# ---------------------------------------------------------------- map
def test_schematic_map_places_tiles_by_class_and_links_them():
    tiles = [
        Tile("Beihu", 2, 3, href="/bases/?place=431002"),
        Tile("High-tech Zone", 2, 2, "metals", TileShape.PARK, TileKind.PUBLIC, "/x/", 1, is_current=True),
    ]

    html = draw("schematic_map tiles 3 4", tiles=tiles)

    assert [item["class"] for item in elements(html, "li")][:2] == [
        "map-tile map-county map-none col-2 row-3",
        "map-tile map-park map-public col-2 row-2",
    ]
    assert elements(html, "a") == [{"href": "/bases/?place=431002"}, {"href": "/x/", "aria-current": "true"}]
    assert words(html).startswith("Beihu 0 bases High-tech Zone metals public base, 1 base")
    assert words(html).endswith("Public 3 Specialised 4 Rounded tiles are parks. Bearings only, not boundaries.")


def test_schematic_map_without_address_holds_no_link():
    assert elements(draw("schematic_map tiles", tiles=[Tile("Beihu", 2, 3)]), "a") == []


def test_schematic_map_explains_two_colours_only_where_they_occur():
    html = draw("schematic_map tiles", tiles=[Tile("Beihu", 1, 1, kind=TileKind.MIXED, count=2)])

    assert "Two colours: both kinds" in html
    assert "map-north" not in html


# ---------------------------------------------------------------- figures and sources
def test_absent_figure_is_said_to_be_not_yet_published():
    assert words(draw("figure_row figure", figure=Figure("Area"))) == "AreaNot yet published"


def test_absent_figure_offers_the_way_to_fill_it():
    html = draw("figure_row figure", figure=Figure("Area", claim_href="/claim/"))

    assert words(html) == "AreaNot yet published Is this your base? Claim it and fill this in"
    assert elements(html, "a") == [{"href": "/claim/"}]


def test_figure_carries_its_sources_and_note():
    html = draw("figure_row figure", figure=Figure("Host", "Xiangnan University", "short name", [SOURCE]))

    assert words(html) == "HostXiangnan University1 short name"
    assert elements(html, "a") == [{"href": "#source-1", "aria-label": "Source 1: Report"}]


def test_zero_is_a_published_figure():
    assert words(draw("stat_number stat", stat=StatNumber("projects", "0", "of 5"))) == "projects0of 5"


def test_source_list_is_where_the_marks_lead():
    html = draw("source_list sources", sources=[SOURCE, SourceNote(2, "Letter", note="to be checked")])

    assert [item["id"] for item in elements(html, "li")] == ["source-1", "source-2"]
    assert words(html) == "1Report · Publisher · 2024-12-06 2Letter · to be checked"


def test_no_sources_draw_nothing():
    assert draw("source_list sources", sources=[]).strip() == ""


# ---------------------------------------------------------------- small signs
@pytest.mark.parametrize(("kind", "word"), [("public", "Public"), ("specialised", "Specialised")])
def test_kind_badge_says_its_kind_in_words(kind, word):
    assert words(draw("kind_badge kind", kind=kind)) == word


def test_demo_badge_says_demonstration_data():
    assert words(draw("demo_badge")) == "Demonstration data"


@pytest.mark.parametrize(("level", "role"), [("info", "status"), ("success", "status"), ("error", "alert")])
def test_alert_interrupts_only_for_errors(level, role):
    html = draw("alert level text title", level=level, text="Kept.", title="Refused")

    assert elements(html, "div")[0] == {"class": f"alert alert-{level}", "role": role}
    assert words(html) == "RefusedKept."


@pytest.mark.parametrize(
    ("used", "allowed", "segments"),
    [
        (0, 5, [False] * 5),
        (4, 5, [True] * 4 + [False]),
        (7, 5, [True] * 5),
        (24, 60, [True] * 8 + [False] * 12),
        (1, 0, [False]),
    ],
)
def test_clock_has_a_segment_a_day_up_to_twenty(used, allowed, segments):
    assert Clock(used, allowed, "").segments() == segments


def test_clock_says_its_days_in_words():
    html = draw("working_day_clock clock", clock=Clock(7, 5, "Overdue by 2 working days", ClockState.OVERDUE))

    assert words(html) == "Overdue by 2 working days"
    assert elements(html, "span")[0] == {"class": "clock clock-overdue"}


@pytest.mark.parametrize("characters", ["公示", "奖补决定"])
def test_seal_sets_its_characters_and_reads_as_one_word(characters):
    html = draw("seal characters", characters=characters)

    assert sorted(words(html)) == sorted(characters)
    assert elements(html, "svg")[0]["aria-label"] == characters


# ---------------------------------------------------------------- lists and tables
def test_filter_group_shows_counts_and_what_is_chosen():
    group = FilterGroup(
        "kind", "Kind", [FilterChoice("Public", "?kind=public", 3), FilterChoice("All", "?", None, True)]
    )

    html = draw("filter_group group", group=group)

    assert elements(html, "a") == [{"href": "?kind=public"}, {"href": "?", "aria-current": "true"}]
    assert words(html) == "Kind Public3 All, chosen; follow to remove"


def test_pager_draws_nothing_for_a_single_page():
    assert draw("pager pages", pages=Pager()).strip() == ""


def test_pager_leads_to_its_neighbours():
    html = draw("pager pages", pages=Pager(next_href="?after=x", summary="25 on this page"))

    assert elements(html, "a") == [{"class": "btn", "rel": "next", "href": "?after=x"}]
    assert words(html) == "25 on this page Next page"


def test_breadcrumbs_begin_at_home_and_end_here():
    html = draw("breadcrumbs crumbs", crumbs=[Crumb("Bases", "/en/bases/"), Crumb("Linwu")])

    assert [link["href"] for link in elements(html, "a")] == ["/en/", "/en/bases/"]
    assert elements(html, "span") == [{"aria-current": "page"}]


def test_empty_state_says_why_and_what_next():
    html = draw(
        "empty_state title reason steps", title="None fits", reason="Seven are listed.", steps=[Step("See all", "/")]
    )

    assert words(html) == "None fitsSeven are listed.See all"


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([], "Nothing is missing"),
        ([Step("Test report", "#report")], "1 thing still missing Test report"),
        ([Step("Test report", "#report"), Step("Address")], "2 things still missing Test reportAddress"),
    ],
)
def test_missing_list_counts_what_is_missing(items, text):
    assert words(draw("missing_list items", items=items)) == text


def test_data_table_can_be_scrolled_by_keyboard_and_is_named_by_its_caption():
    table = Table("t", "Bases", [Column("Code"), Column("Projects", is_numeric=True)], [[Cell("A", "/a/"), Cell("1")]])

    html = draw("data_table table", table=table)

    assert elements(html, "div") == [
        {"class": "table-region", "role": "region", "tabindex": "0", "aria-labelledby": "table-t"}
    ]
    assert elements(html, "caption") == [{"id": "table-t"}]
    assert elements(html, "th") == [{"scope": "col"}, {"scope": "col", "class": "numeric"}, {"scope": "row"}]
    assert elements(html, "td") == [{"class": "numeric"}]


def test_data_table_refuses_a_row_of_another_length():
    with pytest.raises(ValueError):
        draw("data_table table", table=Table("t", "Bases", [Column("Code")], [[]]))


def test_document_card_leaves_out_what_is_unknown():
    assert words(draw("document_card document", document=Document("Receipt", "/r/"))) == "Receipt"


def test_fragments_escape_what_they_are_given():
    html = draw("figure_row figure", figure=Figure("<b>", "<script>alert(1)</script>"))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


# ---------------------------------------------------------------- frame
@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/en/", "/"),
        ("/en/bases/?kind=public&q=%E9%93%9C", "/bases/?kind=public&q=%E9%93%9C"),
        ("/en/nowhere/", "/"),
        ("/en/bases/?q=" + "x" * 3000, "/bases/"),
    ],
)
def test_language_switch_keeps_the_page_and_its_query(path, other):
    assert draw("other_language_url", RequestFactory().get(path)) == other.replace("&", "&amp;")


def test_language_switch_leads_from_chinese_to_english():
    with translation.override("zh-hans"):
        assert draw("other_language_url", RequestFactory().get("/bases/")) == "/en/bases/"


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/en/bases/", ["page", *[None] * 6]),
        ("/en/bases/linwu/", ["true", *[None] * 6]),
        ("/en/notices/", [*[None] * 3, "page", *[None] * 3]),
        ("/en/awards/", [*[None] * 4, "page", *[None] * 2]),
        ("/en/", [None] * 7),
    ],
)
def test_navigation_marks_the_section(path, current):
    html = draw("site_nav", RequestFactory().get(path))

    assert [link.get("aria-current") for link in elements(html, "a")] == current


def test_visitor_without_session_sees_sign_in_and_no_session_is_read():
    request = RequestFactory().get("/en/")
    request.user = property(lambda self: pytest.fail("the user was read"))

    assert words(draw("account_link", request)) == "Sign in"


@pytest.mark.django_db
def test_signed_in_user_sees_the_own_pages_instead():
    request = RequestFactory().get("/en/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    request.user, request.session = UserFactory(), {}

    assert words(draw("account_link", request)) == ""
    assert words(draw("person_links", request)) == "InboxMy applicationsMy accountSign out"
    request.user = UserFactory(is_staff=True)
    assert words(draw("person_links", request)) == "InboxMy accountWorkbenchSign out"


def test_visitor_with_a_stale_session_sees_sign_in():
    request = RequestFactory().get("/en/")
    request.COOKIES[settings.SESSION_COOKIE_NAME] = "x"
    request.user = AnonymousUser()

    assert words(draw("account_link", request)) == "Sign in"
    assert words(draw("person_links", request)) == ""


# ---------------------------------------------------------------- whole pages
@pytest.mark.parametrize("path", ["/styleguide/", "/en/styleguide/"])
def test_styleguide_needs_no_database_and_no_session(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert response.cookies == {}


def test_styleguide_does_not_exist_in_production(client, settings):
    settings.PRODUCTION = True

    assert client.get("/styleguide/").status_code == 404


def test_page_names_its_language_and_its_counterpart(client):
    html = client.get("/en/styleguide/").content.decode()

    assert elements(html, "html") == [{"lang": "en"}]
    assert {link["hreflang"]: link["href"] for link in elements(html, "link") if link["rel"] == "alternate"} == {
        "zh-Hans": f"{settings.SITE_URL}/styleguide/",
        "en": f"{settings.SITE_URL}/en/styleguide/",
    }


def test_page_asks_no_third_party(client):
    html = client.get("/styleguide/").content.decode()
    addresses = [link["href"] for link in elements(html, "link") if link["rel"] in ("stylesheet", "icon")]

    assert [address for address in addresses if not address.startswith("/static/")] == []
    assert elements(html, "script") == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_script_or_unescaped_text(template):
    text = template.read_text()

    assert re.findall(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(?:src=|ld\+json))|\|safe|javascript:", text) == []


def test_what_is_the_same_everywhere_is_kept_for_each_language_apart():
    tag = "{% load components %}{% same_everywhere 'includes/site_foot.html' %}"
    drawn = []
    for language in ("zh-hans", "en", "zh-hans", "en"):
        with translation.override(language):
            drawn.append(engines["django"].from_string(tag).render())

    assert ("关于本站" in drawn[0], "About this site" in drawn[1]) == (True, True)
    assert drawn[:2] == drawn[2:]
