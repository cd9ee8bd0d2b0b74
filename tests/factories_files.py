"""Files as people send them, made on the spot; the hostile ones stand in tests/common/test_file_checks.py."""

import io
import zipfile
from collections.abc import Mapping

import pikepdf
import xlsxwriter
from PIL import Image

CONTENT_TYPES = "[Content_Types].xml"
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def pdf(pages: int = 1, **save: object) -> bytes:
    return saved(blank(pages), **save)


def blank(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _number in range(pages):
        document.add_blank_page(page_size=(300, 400))
    return document


def saved(document: pikepdf.Pdf, **save: object) -> bytes:
    file = io.BytesIO()
    document.save(file, **save)  # type: ignore[arg-type]
    return file.getvalue()


def jpg(size: tuple[int, int] = (60, 40), **save: object) -> bytes:
    return picture("JPEG", size, **save)


def png(size: tuple[int, int] = (60, 40), **save: object) -> bytes:
    return picture("PNG", size, **save)


def picture(form: str, size: tuple[int, int], **save: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#0b665d").save(file, form, **save)
    return file.getvalue()


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def content_types(main: str, *more: str) -> str:
    overrides = "".join(f'<Override PartName="/part{n}" ContentType="{each}"/>' for n, each in enumerate((main, *more)))
    return f'<?xml version="1.0"?><Types xmlns="{RELATIONS}">{overrides}</Types>'


def relations(kind: str, target: str, mode: str = "External") -> str:
    row = f'<Relationship Id="r1" Type="{OFFICE_RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{row}</Relationships>'


def word_text(inside: str = "<w:p><w:r><w:t>中试总结</w:t></w:r></w:p>") -> str:
    return f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{inside}</w:body></w:document>'


def docx_parts(**more: str | bytes) -> dict[str, str | bytes]:
    return {
        CONTENT_TYPES: content_types(WORD_MAIN),
        "_rels/.rels": relations("officeDocument", "word/document.xml", "Internal"),
        "word/document.xml": word_text(),
        **more,
    }


def docx(parts: Mapping[str, str | bytes] | None = None, *, stored: bool = False) -> bytes:
    return zipped(docx_parts() | dict(parts or {}), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def xlsx() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        workbook.add_worksheet("销售").write_row(0, 0, ["发票号码", "金额"])
    return file.getvalue()


def xlsx_with(parts: Mapping[str, str | bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        own = {name: archive.read(name) for name in archive.namelist()}
    return zipped(own | dict(parts))


def ofd(pages: int = 2) -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    return zipped(
        {
            "OFD.xml": f'<?xml version="1.0"?><ofd:OFD {space}><ofd:DocBody/></ofd:OFD>',
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        }
    )
