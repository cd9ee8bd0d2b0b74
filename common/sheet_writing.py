"""Writes .xlsx row by row into a zip, in memory that does not grow. The XML of a sheet is plain enough for that.

A text is an inline string and never a formula; one that begins like a formula is also marked as quoted, so that it
stays a text when somebody edits the cell.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import IO, Any, NamedTuple, cast
from xml.sax.saxutils import escape, quoteattr

from django.utils.functional import Promise
from django.utils.translation import gettext

from common.calendar import SHANGHAI

LONGEST_CELL = 32_767  # characters, a limit of Excel
LARGEST_EXACT = 10**15  # Excel keeps 15 digits of a number
MOST_SHEET_ROWS = 1_048_576  # a limit of Excel
FORMULA_STARTS = tuple("=+-@\t\r\n\x00＝＋－＠")
ODD_STARTS = frozenset((" ", *FORMULA_STARTS))
FIRST_DAY = date(1900, 3, 1)  # Excel believes in a 29 February 1900: earlier days are written as text
DAY_ZERO = date(1899, 12, 30).toordinal()
ROWS_A_CHUNK = 250
COMPRESSION = 1  # half the time of the usual level, for a file a tenth larger

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Cell formats by number: plain, title, money, day, moment, a text that begins like a formula.
PLAIN_XF = 'fontId="0" fillId="0" borderId="0" xfId="0"'
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="6"><xf numFmtId="0" {PLAIN_XF}/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1"/>'
    f'<xf numFmtId="4" {PLAIN_XF} applyNumberFormat="1"/>'
    f'<xf numFmtId="164" {PLAIN_XF} applyNumberFormat="1"/>'
    f'<xf numFmtId="165" {PLAIN_XF} applyNumberFormat="1"/>'
    f'<xf numFmtId="49" {PLAIN_XF} applyNumberFormat="1" quotePrefix="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
TITLE, MONEY, DAY, MOMENT, QUOTED = 1, 2, 3, 4, 5

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # XML knows no such characters
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


Writer = Callable[[Any], str]


class Sheet(NamedTuple):
    name: str  # at most 31 characters
    columns: Sequence[Any]
    rows: Iterable[Sequence[Any]]


class TooManyRows(Exception):
    """More rows than a sheet of Excel holds."""


# ---------------------------------------------------------------- the file
def xlsx_chunks(sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """The bytes of a workbook, as the rows come; ready for a streaming answer."""
    out = _Outlet()
    with zipfile.ZipFile(cast(IO[bytes], out), "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        for name, content in _parts(sheets):
            archive.writestr(name, content)
        for number, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                for text in _sheet_xml(sheet):
                    part.write(text.encode())
                    if piece := out.taken():
                        yield piece
    yield out.taken()


class _Outlet:
    """What has been written and not yet handed on; a zip that cannot seek puts its sums behind each part."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits elsewhere."""

    def taken(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    named = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>',
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


# ---------------------------------------------------------------- a sheet
def _sheet_xml(sheet: Sheet) -> Iterator[str]:
    titles = [str(title) for title in sheet.columns]
    heads = [_inline(_fitting(title), TITLE) for title in titles]
    yield f"{_sheet_head(titles)}<sheetData>{_row(1, heads)}"
    yes_no = {True: _text(gettext("yes")), False: _text(gettext("no"))}
    writers = {**WRITERS, bool: yes_no.__getitem__}
    number, rows = 2, iter(sheet.rows)
    while batch := list(islice(rows, ROWS_A_CHUNK)):
        if number + len(batch) - 1 > MOST_SHEET_ROWS:
            raise TooManyRows
        yield "".join([_row(at, _cells(writers, row)) for at, row in enumerate(batch, start=number)])
        number += len(batch)
    yield "</sheetData></worksheet>"


def _sheet_head(titles: list[str]) -> str:
    """As wide as the titles, and they stay in sight."""
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(2 * len(title) + 2, 10), 60)}" customWidth="1"/>'
        for n, title in enumerate(titles, start=1)
    )
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
    return f'{HEAD}<worksheet xmlns="{MAIN}">{view}' + (f"<cols>{widths}</cols>" if widths else "")


def _cells(writers: dict[type, Writer], row: Sequence[Any]) -> list[str]:
    return [(writers.get(type(value)) or _other(writers, value))(value) for value in row]


def _row(number: int, cells: list[str]) -> str:
    return _row_template(len(cells)).replace("#", str(number)) % tuple(cells)


@lru_cache(maxsize=64)
def _row_template(width: int) -> str:
    """A row with # for its number and %s for what follows the address of each cell."""
    cells = "".join(f'<c r="{_letters(column)}#"%s' for column in range(width))
    return f'<row r="#">{cells}</row>'


def _letters(column: int) -> str:
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


# ---------------------------------------------------------------- a cell, from behind its address
EMPTY = "/>"


def _text(value: str) -> str:
    """The plain case is told from the odd one with the least work: most cells of most exports come here."""
    if (
        value
        and value.isprintable()
        and value[0] not in ODD_STARTS
        and value[-1] != " "
        and "&" not in value
        and "<" not in value
        and ">" not in value
        and "_x" not in value
        and len(value) <= LONGEST_CELL
    ):
        return f' t="inlineStr"><is><t>{value}</t></is></c>'
    return _odd_text(value) if value else EMPTY


def _odd_text(value: str) -> str:
    return _inline(_fitting(value), QUOTED if begins_like_formula(value) else 0)


def begins_like_formula(text: str) -> bool:
    return text.lstrip(" \u3000").startswith(FORMULA_STARTS)


def _fitting(value: str) -> str:
    return value if len(value) <= LONGEST_CELL else value[: LONGEST_CELL - 1] + "…"


def _inline(value: str, style: int) -> str:
    kept = UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", LOOKS_ESCAPED.sub("_x005F_", value))
    styled = f' s="{style}"' if style else ""
    return f'{styled} t="inlineStr"><is><t xml:space="preserve">{escape(kept)}</t></is></c>'


def _whole(value: int) -> str:
    return f"><v>{value}</v></c>" if -LARGEST_EXACT < value < LARGEST_EXACT else _text(str(value))


@lru_cache(maxsize=4096)
def _decimal(value: Decimal) -> str:
    if value.is_finite() and abs(value) < LARGEST_EXACT // 100:
        return f' s="{MONEY}"><v>{value:f}</v></c>'
    return _text(str(value))


def _float(value: float) -> str:
    return f"><v>{value!r}</v></c>" if abs(value) < float("inf") else _text(str(value))


@lru_cache(maxsize=4096)
def _day(value: date) -> str:
    if value < FIRST_DAY:
        return _text(value.isoformat())
    return f' s="{DAY}"><v>{value.toordinal() - DAY_ZERO}</v></c>'


def local_moment(value: datetime) -> datetime:
    """By the clock of Shanghai, without its zone."""
    return value.astimezone(SHANGHAI).replace(tzinfo=None) if value.tzinfo else value


def _moment(value: datetime) -> str:
    local = local_moment(value)
    if local.date() < FIRST_DAY:
        return _text(local.isoformat(sep=" ", timespec="seconds"))
    seconds = local.hour * 3600 + local.minute * 60 + local.second + local.microsecond / 1e6
    return f' s="{MOMENT}"><v>{local.toordinal() - DAY_ZERO + seconds / 86400!r}</v></c>'


def _nothing(value: None) -> str:
    return EMPTY


WRITERS: dict[type, Writer] = {
    str: _text,
    int: _whole,
    Decimal: _decimal,
    float: _float,
    date: _day,
    datetime: _moment,
    type(None): _nothing,
}


def _other(writers: dict[type, Writer], value: Any) -> Writer:
    """For a subclass, such as a choice of an enumeration, and for what is only known by its words."""
    if isinstance(value, Promise | str):
        return lambda each: _text(str(each))
    for known in (int, Decimal, datetime, date):
        if isinstance(value, known):
            return writers[known]
    return lambda each: _text(str(each))
