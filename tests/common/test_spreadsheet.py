import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from python_calamine import CalamineWorkbook

from common import spreadsheet
from common.spreadsheet import CSV_TYPE, XLSX_TYPE, file_response, read_xlsx, write_csv, write_xlsx

PAYLOADS = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "https://example.com/",
    "internal:Sheet2!A1",
]
COLUMNS = ("code", "amount", "day", "count")


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def workbook(rows, columns=COLUMNS):
    file = io.BytesIO()
    write_xlsx(columns, rows, sheet="基地", file=file)
    file.seek(0)
    return file


def archive(**parts):
    """A zip with parts named by keyword, __ for a slash."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/") + ".xml", content)
    file.seek(0)
    return file


def test_values_come_back_by_another_library_as_what_they_were():
    file = workbook([("007", Decimal("2000000.50"), date(2024, 12, 6), 3), (None, None, None, None)])

    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_name("基地")

    assert sheet.to_python() == [list(COLUMNS), ["007", 2000000.5, date(2024, 12, 6), 3.0]]


def test_read_gives_text_with_codes_whole():
    file = workbook([("007", Decimal("2000000.50"), date(2024, 12, 6), 431000), ("中试", Decimal(3), None, 0)])

    assert read_xlsx(file) == [
        list(COLUMNS),
        ["007", "2000000.5", "2024-12-06", "431000"],
        ["中试", "3", "", "0"],
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_formula_in_a_text_stays_text_in_excel(payload):
    file = workbook([(payload,)], columns=("name",))

    with zipfile.ZipFile(file) as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    assert b"<f>" not in content
    assert b"<hyperlink" not in content
    assert read_xlsx(file) == [["name"], [payload.strip()]]


@pytest.mark.parametrize("payload", [*PAYLOADS[:9], " =1+1", "\r=1", "\n=1", "\x00=1"])
def test_a_formula_in_a_text_is_disarmed_in_csv(payload):
    file = io.StringIO()
    write_csv(("name",), [(payload,)], file=file)

    text = file.getvalue().removeprefix("\ufeff")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["name"], [f"'{payload}"]]


def test_csv_keeps_numbers_and_begins_with_a_byte_order_mark():
    file = file_response("基地.csv", CSV_TYPE)
    moment = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    write_csv(("a", "b"), [(Decimal("-2.50"), -3), (None, True), (date(2024, 12, 6), moment)], file=file)

    assert file.content.decode() == (
        '\ufeff"a","b"\r\n"-2.50","-3"\r\n"","yes"\r\n"2024-12-06","2026-03-02 00:00:00"\r\n'
    )
    assert file["Content-Disposition"] == "attachment; filename*=utf-8''%E5%9F%BA%E5%9C%B0.csv"


def test_a_response_takes_a_workbook():
    response = file_response("bases.xlsx", XLSX_TYPE)
    write_xlsx(("a",), [("b",)], sheet="s", file=response)

    assert read_xlsx(io.BytesIO(response.content)) == [["a"], ["b"]]
    assert response["Content-Type"] == XLSX_TYPE
    assert response["Content-Disposition"] == 'attachment; filename="bases.xlsx"'


def test_what_excel_would_round_or_drop_is_written_as_text():
    long_number, long_text = 914310001234567890, "长" * 40_000
    moment = datetime(2026, 3, 1, 16, 0, 5, tzinfo=UTC)
    rows = read_xlsx(workbook([(long_number, long_text, Decimal("12345678901234567.89"), moment), (True, False)]))

    assert rows[1] == [str(long_number), "长" * 32_766 + "…", "12345678901234567.89", "2026-03-02 00:00:05"]
    assert rows[2] == ["yes", "no", "", ""]


def test_escapes_of_the_format_come_back_as_typed():
    assert read_xlsx(workbook([("_x0041_", "a\x01b", "<&>", " x ")]))[1][::2] == ["_x0041_", "<&>"]


def test_rows_at_the_end_that_are_blank_are_left_out():
    assert read_xlsx(workbook([("a",), (" ",), (None,)], columns=("t",))) == [["t"], ["a"]]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b\n1,2\n",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"PK\x03\x04broken",
        b"PK\x05\x06" + b"\x00" * 18,
    ],
)
def test_what_is_no_workbook_is_refused_with_a_sentence(content):
    with pytest.raises(ValidationError, match="cannot be read") as refusal:
        read_xlsx(io.BytesIO(content))

    assert refusal.value.code == "format"


def test_a_cut_workbook_is_refused_with_a_sentence():
    whole = workbook([("a", 1)] * 50).getvalue()

    for length in range(0, len(whole) - 1, 97):
        with pytest.raises(ValidationError):
            read_xlsx(io.BytesIO(whole[:length]))


def test_a_workbook_with_a_damaged_sheet_is_refused_with_a_sentence():
    source = workbook([("a", 1)] * 50)
    damaged = io.BytesIO()
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(damaged, "w") as copy:
        for name in packed.namelist():
            content = packed.read(name)
            copy.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)

    with pytest.raises(ValidationError, match="cannot be read"):
        read_xlsx(damaged)


def test_a_file_over_ten_megabytes_is_refused():
    with pytest.raises(ValidationError) as refusal:
        read_xlsx(io.BytesIO(b"\x00" * (10 * 1024 * 1024 + 1)))

    assert refusal.value.code == "size"


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(spreadsheet, "LARGEST_UNPACKED", 1000)

    with pytest.raises(ValidationError) as refusal:
        read_xlsx(archive(bomb="0" * 1001))

    assert refusal.value.code == "size"


def test_more_rows_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)

    assert len(read_xlsx(workbook([("a",)] * 3))) == 4
    with pytest.raises(ValidationError) as refusal:
        read_xlsx(workbook([("a",)] * 4))
    assert refusal.value.code == "rows"


@pytest.mark.parametrize(
    ("cell", "code"), [("A1048576", "rows"), ("XFD1", "columns"), ("CW1", "columns"), ("XFD1048576", "rows")]
)
def test_a_cell_in_the_far_corner_is_refused_before_it_takes_memory(cell, code):
    sheet = f'<worksheet><sheetData><row><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'

    with pytest.raises(ValidationError) as refusal:
        read_xlsx(archive(xl__worksheets__sheet1=sheet))

    assert refusal.value.code == code


def test_rows_without_addresses_are_counted(monkeypatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    source, bare = workbook([]), io.BytesIO()
    rows = "<row><c><v>1</v></c></row>" * 5
    with zipfile.ZipFile(source) as packed, zipfile.ZipFile(bare, "w") as copy:
        for name in packed.namelist():
            sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
            copy.writestr(name, sheet if "sheet1" in name else packed.read(name))

    with pytest.raises(ValidationError) as refusal:
        read_xlsx(bare)

    assert refusal.value.code == "rows"


def test_a_far_cell_is_found_where_two_pieces_of_the_sheet_meet():
    for offset in range(0, 40, 3):
        sheet = " " * ((1 << 20) - offset) + '<c r="XFD1048576"/>'
        with pytest.raises(ValidationError) as refusal:
            read_xlsx(archive(xl__worksheets__sheet1=sheet))
        assert refusal.value.code == "rows"
