import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from python_calamine import CalamineWorkbook

from common import sheet_writing
from common.sheet_writing import FORMULA_STARTS, Sheet, TooManyRows, xlsx_chunks
from subsidies.enums import State

ODD_TEXTS = [
    "中文",
    "𠮷野家😀",
    "“引号” \"double\" 'single'",
    "<b>&amp;</b>",
    "]]>",
    " spaces around ",
    "\u3000full width\u3000",
    "two\nlines",
    "two\r\nlines",
    "a\ttab",
    "a\x01b\x0b\x1f",
    "_x0041_",
    "__x0041__",
    "_x41",
    "100 % of #1 %s %d",
    "91431000123456789012345678",
    "007",
    "1e5",
    "2026-03-01",
    "长" * 32_767,
]


def workbook(rows, columns=("value",)):
    return io.BytesIO(b"".join(xlsx_chunks([Sheet("表", columns, rows)])))


def cells_of(values):
    """The first column as another library reads it."""
    sheet = CalamineWorkbook.from_filelike(workbook([(value, "end") for value in values], ("value", "end")))
    return [row[0] for row in sheet.get_sheet_by_index(0).to_python()[1:]]


def xml_of(rows):
    with zipfile.ZipFile(workbook(rows)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_a_text_comes_back_by_another_reader_as_it_was(text):
    assert cells_of([text]) == [text]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_begins_like_a_formula_comes_back_as_it_was_and_is_quoted(start):
    text = f"{start}1+1"

    assert cells_of([text]) == [text]
    xml = xml_of([(text,)])
    assert "<f" not in xml
    assert '<c r="A2" s="5" t="inlineStr">' in xml


def test_a_space_before_it_hides_no_formula():
    assert '<c r="A2" s="5" t="inlineStr">' in xml_of([("  =1+1",)])


def test_numbers_days_and_moments_come_back_as_such():
    moment = datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)
    values = [0, -3, Decimal("2000000.10"), Decimal("-0.01"), 1.5, date(2024, 2, 29), moment]

    assert cells_of(values) == [
        0,
        -3,
        2000000.1,
        -0.01,
        1.5,
        date(2024, 2, 29),
        datetime(2026, 3, 2, 0, 0, 5),  # noqa: DTZ001 - as the sheet has it
    ]


def test_what_excel_could_not_keep_is_written_as_text():
    values = [10**15, Decimal("12345678901234567.89"), Decimal("NaN"), float("inf"), date(1900, 2, 28)]

    assert cells_of(values) == ["1000000000000000", "12345678901234567.89", "NaN", "inf", "1900-02-28"]


def test_nothing_is_an_empty_cell_and_a_choice_is_its_value():
    with translation.override("en"):
        assert cells_of([None, "", True, False, State.PAID, gettext_lazy("Money"), ("a",)]) == [
            "",
            "",
            "yes",
            "no",
            "paid",
            "Money",
            "('a',)",
        ]


def test_rows_may_be_shorter_or_longer_than_the_titles():
    rows = CalamineWorkbook.from_filelike(workbook([(), ("a", "b")])).get_sheet_by_index(0).to_python()

    assert rows == [["value", ""], ["", ""], ["a", "b"]]


def test_a_wide_sheet_addresses_its_cells():
    sheet = CalamineWorkbook.from_filelike(workbook([range(800)], [f"c{n}" for n in range(800)])).get_sheet_by_index(0)

    assert sheet.to_python()[1] == [float(n) for n in range(800)]


def test_a_workbook_may_hold_several_sheets():
    sheets = [Sheet('数据 <&">', ("a",), [("1",)]), Sheet("说明", ("b",), [("2",)])]
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(xlsx_chunks(sheets))))

    assert book.sheet_names == ['数据 <&">', "说明"]
    assert [book.get_sheet_by_index(at).to_python() for at in (0, 1)] == [[["a"], ["1"]], [["b"], ["2"]]]


def test_rows_are_handed_on_before_the_last_one_is_read():
    read = []

    def rows():
        for number in range(20_000):
            read.append(number)
            yield (number, f"某某公司{number * 7919 % 20_000}", f"{number * 104_729 % 1_000_003}")

    chunks = xlsx_chunks([Sheet("s", ("a", "b", "c"), rows())])
    next(chunks), next(chunks)

    assert 0 < len(read) < 10_000


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr(sheet_writing, "MOST_SHEET_ROWS", 3)

    assert cells_of([1, 2]) == [1, 2]
    with pytest.raises(TooManyRows):
        cells_of([1, 2, 3])
