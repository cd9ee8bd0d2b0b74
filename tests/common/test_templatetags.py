from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe

from common.templatetags import chenzhou


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (Decimal("2000000.00"), "200 万元", "2,000,000 yuan"),
        (Decimal("1260500.00"), "126.05 万元", "1,260,500 yuan"),
        (Decimal("0.01"), "0.000001 万元", "0.01 yuan"),
        (Decimal("123456789012.34"), "12,345,678.901234 万元", "123,456,789,012.34 yuan"),
        (0, "0 万元", "0 yuan"),
        (Decimal("-20000.00"), "-2 万元", "-20,000 yuan"),
        (Decimal("1E+6"), "100 万元", "1,000,000 yuan"),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_wan_yuan_trims_zeros_in_both_languages(yuan, chinese, english):
    with translation.override("zh-hans"):
        assert chenzhou.wan_yuan(yuan) == chinese
    with translation.override("en"):
        assert chenzhou.wan_yuan(yuan) == english


def test_yuan_keeps_two_places():
    with translation.override("zh-hans"):
        assert (chenzhou.yuan(Decimal(2000000)), chenzhou.yuan(None)) == ("2,000,000.00 元", "")
    with translation.override("en"):
        assert chenzhou.yuan(Decimal("0.5")) == "0.50 yuan"


@pytest.mark.parametrize(
    ("precision", "chinese", "english"),
    [
        ("day", "2024 年 12 月 6 日", "6 December 2024"),
        ("month", "2024 年 12 月", "December 2024"),
        ("year", "2024 年", "2024"),
    ],
)
@pytest.mark.parametrize("moment", [date(2024, 12, 6), datetime(2024, 12, 5, 16, 0, tzinfo=UTC)])
def test_dates_are_written_out_for_shanghai_to_the_precision_known(moment, precision, chinese, english):
    with translation.override("zh-hans"):
        assert chenzhou.shanghai_date(moment, precision) == chinese
    with translation.override("en"):
        assert chenzhou.shanghai_date(moment, precision) == english


def test_a_missing_date_is_empty_and_an_iso_date_is_the_day_in_shanghai():
    assert (chenzhou.shanghai_date(None), chenzhou.iso_date(None)) == ("", "")
    assert chenzhou.iso_date(datetime(2024, 12, 5, 16, 0, tzinfo=UTC)) == "2024-12-06"


@pytest.mark.parametrize(
    ("value", "text"),
    [(12345, "12,345"), (Decimal("12345.50"), "12,345.5"), (1234.5, "1,234.5"), (0, "0"), (100, "100"), (None, "")],
)
def test_numbers_have_separators_and_no_idle_zeros(value, text):
    assert chenzhou.number(value) == text


@pytest.mark.parametrize("kind", [lambda **fields: fields, SimpleNamespace])
def test_localised_text_falls_back_to_the_other_language(kind):
    both, chinese_only = kind(summary_zh="中试", summary_en="Pilot"), kind(summary_zh="中试", summary_en="")

    with translation.override("en"):
        assert chenzhou.localised(both, "summary") == "Pilot"
        assert chenzhou.localised(chinese_only, "summary") == "中试"
    with translation.override("zh-hans"):
        assert chenzhou.localised(both, "summary") == "中试"
    assert chenzhou.localised(both, "unknown") == ""


@pytest.mark.parametrize(
    ("changes", "link"),
    [
        ("page=2", "?q=%E4%B8%AD+%26&amp;kind=a&amp;kind=b&amp;page=2"),
        ("q=None kind=''", "?"),
        ("q='x&y' kind=None", "?q=x%26y"),
        ("kind=kinds", "?q=%E4%B8%AD+%26&amp;kind=c&amp;kind=d"),
    ],
)
def test_query_with_keeps_replaces_and_removes_parameters(changes, link):
    request = RequestFactory().get("/bases/", {"q": "中 &", "kind": ["a", "b"]})

    html = Template(f"{{% query_with {changes} %}}").render(Context({"request": request, "kinds": ["c", "d"]}))

    assert html == link


def test_values_in_links_are_escaped():
    request = RequestFactory().get("/bases/", {"q": '"><script>'})

    assert (
        Template("{% query_with page=1 %}").render(Context({"request": request})) == "?q=%22%3E%3Cscript%3E&amp;page=1"
    )


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("临武基地", '<span lang="zh-Hans">临武基地</span>'),
        ("涂布机 TB", '<span lang="zh-Hans">涂布机 TB</span>'),
        ("<b>临武县", '<span lang="zh-Hans">&lt;b&gt;临武县</span>'),
        (
            "Over ten million yuan (published as 上千万)",
            'Over ten million yuan (published as <span lang="zh-Hans">上千万</span>)',
        ),
        (
            "A file of “临武县、宜章县” & others is missing here.",
            'A file of “<span lang="zh-Hans">临武县、宜章县</span>” &amp; others is missing here.',
        ),
        (
            mark_safe('Asked on<br title="郴州">by the office 郴州'),
            'Asked on<br title="郴州">by the office <span lang="zh-Hans">郴州</span>',
        ),
        ("Linwu", "Linwu"),
        ("<b>", "&lt;b&gt;"),
        (None, ""),
    ],
)
def test_chinese_on_an_english_page_says_so(text, english):
    def drawn():
        return Template("{{ text|marked }}").render(Context({"text": text}))

    with translation.override("en"):
        assert drawn() == english
    with translation.override("zh-hans"):
        assert "lang=" not in drawn()
