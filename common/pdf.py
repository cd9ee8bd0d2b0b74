"""Plain A4 documents as PDF: headings, rows of label and value, tables, and a line at the foot of every page.

The letters are STSong-Light, which every reader of Chinese PDF files brings along: nothing is installed or embedded.
The same content gives the same bytes. See docs/decisions/0014-pdf-by-reportlab.md.
"""

import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

import segno
from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table

FONT, FIXED = "STSong-Light", "Courier"
MARGIN = 20 * mm
FRAME_PADDING = 6  # of reportlab's own
WIDTH = A4[0] - 2 * MARGIN - 2 * FRAME_PADDING
LABEL_WIDTH = 38 * mm
LINE = colors.HexColor("#9aa5a1")
BEYOND = re.compile("[\U00010000-\U0010ffff]")  # the font's encoding ends before these
WIDE = re.compile("[\u2e80-\uffef]")
LONGEST_PARAGRAPH = 2000


class PdfDocument:
    """Filled from the top to the bottom; written by render()."""

    def __init__(self, title: str, subject: str = "", foot: str = "") -> None:
        self.title, self.subject, self.foot = title, subject, foot
        self.parts: list[Flowable] = []

    def heading(self, text: str, under: str = "") -> None:
        self.parts.append(paragraph(text, "title"))
        if under:
            self.parts.append(paragraph(under, "under"))
        self.parts.append(Spacer(1, 5 * mm))

    def section(self, text: str) -> None:
        self.parts += [Spacer(1, 4 * mm), paragraph(text, "section")]

    def text(self, text: str) -> None:
        self.parts += [paragraph(piece) for piece in _pieces(text)]

    def fixed(self, text: str) -> None:
        """A code or digest, every sign of the same width."""
        self.parts.append(paragraph(text, "fixed"))

    def rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Short values beside their labels."""
        cells = [[paragraph(label, "label"), [paragraph(piece) for piece in _pieces(value)]] for label, value in rows]
        if cells:
            widths = [LABEL_WIDTH, WIDTH - LABEL_WIDTH]
            self.parts.append(Table(cells, colWidths=widths, style=LINED, splitInRow=1))

    def blanks(self, *labels: str) -> None:
        """Places to sign and stamp, kept together on one page."""
        widths = [LABEL_WIDTH, WIDTH - LABEL_WIDTH]
        cells = [[paragraph(label, "label"), ""] for label in labels]
        self.parts += [Table(cells, colWidths=widths, rowHeights=18 * mm, style=LINED), Spacer(1, 3 * mm)]

    def long_value(self, label: str, value: str) -> None:
        """A label with what may run over pages below it."""
        first, *more = [paragraph(piece) for piece in _pieces(value)]
        self.parts += [KeepTogether([paragraph(label, "label"), first]), *more, Spacer(1, 2 * mm)]

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        cells = [[paragraph(text, "label") for text in head]]
        cells += [[[paragraph(piece, "cell") for piece in _pieces(text)] for text in row] for row in rows]
        widths = [WIDTH / len(head)] * len(head)
        self.parts += [Table(cells, colWidths=widths, style=LINED, repeatRows=1, splitInRow=1), Spacer(1, 2 * mm)]

    def qr(self, text: str) -> None:
        self.parts += [Spacer(1, 3 * mm), _qr(text)]

    def render(self) -> bytes:
        buffer = BytesIO()
        frame = {"leftMargin": MARGIN, "rightMargin": MARGIN, "topMargin": MARGIN, "bottomMargin": MARGIN}
        about = {"title": self.title, "subject": self.subject, "author": "", "creator": "", "invariant": 1}
        document = SimpleDocTemplate(buffer, pagesize=A4, **frame, **about)
        document.build(self.parts, onFirstPage=self._foot, onLaterPages=self._foot)
        return buffer.getvalue()

    def _foot(self, canvas: Canvas, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(font(), 8)
        canvas.setFillColor(colors.HexColor("#444444"))
        left = MARGIN + FRAME_PADDING
        canvas.drawString(left, 11 * mm, _readable(self.foot))
        canvas.drawRightString(A4[0] - left, 11 * mm, str(document.page))
        canvas.restoreState()


@cache
def font() -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


@cache
def _style(name: str, is_chinese: bool) -> ParagraphStyle:
    sizes = {"title": (17, 24), "under": (10, 15), "section": (12.5, 18), "label": (9, 13.5), "cell": (9, 13.5)}
    size, leading = sizes.get(name, (10.5, 16))
    return ParagraphStyle(
        f"{name}-{is_chinese}",
        fontName=FIXED if name == "fixed" else font(),
        fontSize=9.5 if name == "fixed" else size,
        leading=leading,
        alignment=TA_CENTER if name in ("title", "under") else 0,
        textColor=colors.HexColor("#444444") if name in ("label", "under") else colors.black,
        wordWrap="CJK" if is_chinese else None,
        splitLongWords=True,
        keepWithNext=name == "section",
    )


def paragraph(text: str, style: str = "text") -> Paragraph:
    """Chinese breaks between any two characters, other writing between words."""
    return Paragraph(escape(_readable(text)), _style(style, bool(WIDE.search(text))))


def _readable(text: str) -> str:
    """Characters the font cannot write are named: 𠮷 is U+20BB7."""
    return BEYOND.sub(lambda found: f"[U+{ord(found[0]):X}]", text)


def _pieces(text: str) -> list[str]:
    """Line by line, and no line so long that laying it out takes long."""
    lines = text.split("\n") or [""]
    return [
        line[start : start + LONGEST_PARAGRAPH]
        for line in lines
        for start in range(0, max(len(line), 1), LONGEST_PARAGRAPH)
    ]


LINED = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 2),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]


def _qr(text: str, size: float = 32 * mm) -> Drawing:
    modules = list(segno.make(text, error="m").matrix_iter(border=4))
    one = size / len(modules)
    drawing = Drawing(size, size)
    for row, line in enumerate(modules):
        for column, is_dark in enumerate(line):
            if is_dark:
                place = {"x": column * one, "y": size - (row + 1) * one}
                drawing.add(Rect(**place, width=one, height=one, fillColor=colors.black, strokeColor=None))
    return drawing
