"""Excel and CSV in and out. Text stays text: a cell that begins with = is never a formula for whoever opens it."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.calendar import SHANGHAI

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
LONGEST_CELL = 32_767  # characters, a limit of Excel
LARGEST_EXACT = 10**15  # Excel keeps 15 digits of a number
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000  # below the row of titles
MOST_COLUMNS = 100
WRITING = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULA_STARTS = tuple("=+-@\t\r\n\x00＝＋－＠")
CELL_ADDRESS = re.compile(rb"""<(?:[\w.-]+:)?(?:c|row)\s[^<]*?\br\s*=\s*["']([A-Za-z]{0,3})(\d{1,10})["']""")
LONGEST_ELEMENT = 1 << 20


# ---------------------------------------------------------------- writing
def file_response(name: str, content_type: str) -> HttpResponse:
    """An empty download to write to: pass it as the `file` of write_xlsx or write_csv."""
    headers = {"Content-Disposition": str(content_disposition_header(True, name)), "Cache-Control": "private, no-store"}
    return HttpResponse(content_type=content_type, headers=headers)


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, sheet: str, file: Any) -> None:
    """Write titles and rows to `file`, row by row, in memory that does not grow with them.

    Decimal has two places, times are Shanghai's, None is an empty cell. `sheet` has at most 31 characters.
    """
    with xlsxwriter.Workbook(file, WRITING) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        worksheet.freeze_panes(1, 0)
        writer = _CellWriter(workbook, worksheet)
        title_format = workbook.add_format({"bold": True, "bottom": 1})
        for column, title in enumerate(columns):
            worksheet.set_column(column, column, min(max(2 * len(str(title)) + 2, 10), 60))
            worksheet.write_string(0, column, str(title), title_format)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                writer.write(number, column, value)


class _CellWriter:
    def __init__(self, workbook: Any, worksheet: Any) -> None:
        self.sheet = worksheet
        self.money = workbook.add_format({"num_format": "#,##0.00"})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

    def write(self, row: int, column: int, value: Any) -> None:
        match value:
            case None | "":
                return
            case bool():
                self.text(row, column, _yes_no(value))
            case int() if abs(value) < LARGEST_EXACT:
                self.sheet.write_number(row, column, value)
            case Decimal() if value.is_finite() and abs(value) < LARGEST_EXACT // 100:
                self.sheet.write_number(row, column, value, self.money)
            case datetime():
                self.sheet.write_datetime(row, column, _local(value), self.moment)
            case date() if value.year >= 1900:
                self.sheet.write_datetime(row, column, value, self.day)
            case _:
                self.text(row, column, str(value))

    def text(self, row: int, column: int, text: str) -> None:
        if len(text) > LONGEST_CELL:  # the library would drop the cell
            text = text[: LONGEST_CELL - 1] + "…"
        self.sheet.write_string(row, column, text)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, file: Any) -> None:
    """UTF-8 with a byte order mark, so that Excel reads the Chinese; `file` takes text, or is a response."""
    file.write("\ufeff")
    writer = csv.writer(file)
    writer.writerow([_csv_cell(str(title)) for title in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)


def _csv_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _yes_no(value)
        case int():
            return str(int(value))
        case Decimal():
            return format(value, "f")
        case datetime():
            return _local(value).isoformat(sep=" ", timespec="seconds")
    text = str(value)
    return f"'{text}" if text.lstrip(" \u3000").startswith(FORMULA_STARTS) else text


def _yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


def _local(moment: datetime) -> datetime:
    return moment.astimezone(SHANGHAI).replace(tzinfo=None) if moment.tzinfo else moment


# ---------------------------------------------------------------- reading
def read_xlsx(file: IO[bytes]) -> list[list[str]]:
    """The first sheet as text, titles first, every row as long as the longest, blank rows at the end left out.

    Whole numbers lose their ".0", so that codes are themselves again; dates are ISO. ValidationError with a
    sentence for a file that is not .xlsx, or over 10 MB, 20,000 rows or 100 columns.
    """
    _refuse_large(file)
    _refuse_wide(file)
    file.seek(0)
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        if sheet.end and sheet.end[0] > MOST_ROWS:
            raise _too_long()
        rows = [[_read_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise _unreadable() from error
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


def _refuse_large(file: IO[bytes]) -> None:
    if file.seek(0, 2) > LARGEST_FILE:
        raise _too_large()


def _refuse_wide(file: IO[bytes]) -> None:
    """A small file can claim a cell in the last corner of the sheet; the reader would reserve all before it."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise _too_large()
            for part in archive.infolist():
                if part.filename.lower().endswith(".xml"):
                    _refuse_far_cells(archive, part)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _unreadable() from error


def _refuse_far_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    for letters, number in _addresses(archive, part):
        if int(number) > MOST_ROWS + 1:
            raise _too_long()
        if _column_number(letters) > MOST_COLUMNS:
            raise ValidationError(_("The sheet has more than 100 columns."), code="columns")


def _addresses(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, bytes]]:
    """Piece by piece, each piece cut before its last "<" so that no element is split."""
    rest = b""
    with archive.open(part) as content:
        while chunk := content.read(1 << 20):
            rest += chunk
            cut = rest.rfind(b"<")
            yield from CELL_ADDRESS.findall(rest[:cut])
            rest = rest[cut:]
            if len(rest) > LONGEST_ELEMENT:
                raise _unreadable()
    yield from CELL_ADDRESS.findall(rest)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _too_large() -> ValidationError:
    return ValidationError(_("The file is larger than 10 MB. Split it and import the parts."), code="size")


def _too_long() -> ValidationError:
    return ValidationError(_("The sheet has more than 20,000 rows. Split it and import the parts."), code="rows")


def _unreadable() -> ValidationError:
    message = _("The file cannot be read. Save it as an Excel workbook (.xlsx) without a password.")
    return ValidationError(message, code="format")


def _read_cell(value: Any) -> str:
    match value:
        case bool():
            return _yes_no(value)
        case float():
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime() if value.time() == time(0):
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
    return str(value).replace("\x00", "").strip()
