"""The template of an import, and what read_xlsx cannot see: formulas."""

import re
import zipfile
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from common.sheet_columns import CHINESE, Column
from common.spreadsheet import MOST_ROWS

WRITING = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Z]+[0-9]+)["'][^>]*>\s*<(?:\w+:)?f[\s/>]""")
LONGEST_MATCH = 4_096


def refuse_formulas(file: IO[bytes]) -> None:
    """A formula shows another value here than there. For a file that read_xlsx has accepted."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/") and (cell := _first_formula(archive, part)):
                message = _("Cell %(cell)s holds a formula. Copy the column and paste it as values.")
                raise ValidationError(message, code="formula", params={"cell": cell})


def _first_formula(archive: zipfile.ZipFile, part: str) -> str:
    rest = b""
    with archive.open(part) as content:
        while chunk := content.read(1 << 20):
            rest += chunk
            if found := FORMULA.search(rest):
                return found[1].decode()
            rest = rest[-LONGEST_MATCH:]
    return ""


def write_template(columns: Sequence[Column], required: Sequence[str], *, sheet: str, file: Any) -> None:
    """An empty sheet with its titles, and a list in each cell that has one."""
    with translation.override(CHINESE), xlsxwriter.Workbook(file, WRITING) as workbook:
        page = workbook.add_worksheet(sheet)
        lists = workbook.add_worksheet(_("Lists"))
        plain_title = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        needed_title = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "font_color": "#a8281c"})
        text = workbook.add_format({"num_format": "@"})
        page.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            page.set_column(place, place, max(12, 2 * len(column.title) + 2), text)
            page.write_string(0, place, column.title, needed_title if column.name in required else plain_title)
        _write_lists(page, lists, columns)
        _write_hints(page, columns)


def _write_hints(page: Any, columns: Sequence[Column]) -> None:
    """Excel shows them beside the cell that is being filled in."""
    for place, column in enumerate(columns):
        if column.hint:
            shown = {"input_title": column.title[:32], "input_message": str(column.hint)[:255]}
            page.data_validation(1, place, MOST_ROWS, place, {"validate": "any", **shown})


def _write_lists(page: Any, lists: Any, columns: Sequence[Column]) -> None:
    """Row by row, as the writer of constant memory wants it."""
    offered = {place: choices for place, column in enumerate(columns) if (choices := column.choices())}
    for row in range(max(map(len, offered.values()), default=0)):
        for place, choices in offered.items():
            if row < len(choices):
                lists.write_string(row, place, choices[row])
    for place, choices in offered.items():
        letters = xlsxwriter.utility.xl_col_to_name(place)
        source = f"='{lists.name}'!${letters}$1:${letters}${len(choices)}"
        page.data_validation(
            1, place, MOST_ROWS, place, {"validate": "list", "source": source, "error_type": "warning"}
        )
