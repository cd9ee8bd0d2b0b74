"""Excel and CSV in and out. Text stays text: a cell that begins with = is never a formula for whoever opens it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.sheet_writing import ROWS_A_CHUNK, Sheet, begins_like_formula, local_moment, xlsx_chunks

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000  # below the row of titles
MOST_COLUMNS = 100
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
    for chunk in xlsx_chunks([Sheet(sheet, columns, rows)]):
        file.write(chunk)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, file: Any) -> None:
    """UTF-8 with a byte order mark, so that Excel reads the Chinese; `file` takes text, or is a response."""
    for piece in csv_pieces(columns, rows):
        file.write(piece)


def csv_pieces(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The text of a CSV as the rows come. Every cell is quoted: a program that parts cells by another character than
    the comma finds no formula in the middle of one either."""
    piece = io.StringIO("\ufeff")
    piece.seek(0, io.SEEK_END)
    writer = csv.writer(piece, quoting=csv.QUOTE_ALL)
    writer.writerow([_csv_cell(str(title)) for title in columns])
    waiting = iter(rows)
    while batch := list(islice(waiting, ROWS_A_CHUNK)):
        writer.writerows([_csv_cell(value) for value in row] for row in batch)
        yield piece.getvalue()
        piece.seek(0)
        piece.truncate()
    yield piece.getvalue()


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
            return local_moment(value).isoformat(sep=" ", timespec="seconds")
    text = str(value)
    return f"'{text}" if begins_like_formula(text) else text


def _yes_no(value: bool) -> str:
    return gettext("yes") if value else gettext("no")


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
