"""Files that may stay and files that may not: every hostile one is made here, none lies in the repository."""

import io
import struct
import subprocess
import zipfile
import zlib

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from common import bounded_process
from common.file_checks import SENTENCES, FileRules, check_before, check_content
from common.file_names import clean_name
from tests.factories_files import (
    CONTENT_TYPES,
    EXCEL_MAIN,
    WORD_MAIN,
    blank,
    content_types,
    docx,
    docx_parts,
    jpg,
    ofd,
    pdf,
    png,
    relations,
    saved,
    word_text,
    xlsx,
    xlsx_with,
    zipped,
)

ALL = FileRules(("pdf", "jpg", "png", "docx", "xlsx", "ofd"))
EICAR = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture
def check(tmp_path):
    def look(content, name, rules=ALL):
        place = tmp_path / "content"
        place.write_bytes(content)
        return check_content(place, check_before(name, len(content), rules), rules)

    return look


def refused(look, *arguments):
    with pytest.raises(ValidationError) as caught:
        look(*arguments)
    assert len(caught.value.messages) == 1
    return caught.value.code


# ---------------------------------------------------------------- names
@pytest.mark.parametrize(
    "name", ["中试总结报告（终稿）.pdf", "2025—2026 年 销售.xlsx", "a.b.c.pdf", "x" * 100 + ".pdf", "照片1.JPG"]
)
def test_usual_names_stay_as_they_are(name):
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "../../settings.py",
        "..\\report.pdf",
        "/etc/passwd",
        "C:report.pdf",
        "report.pdf\x00.exe",
        "report%00.pdf",
        "report%2Fx.pdf",
        "a\r\nSet-Cookie: x.pdf",
        "report\u202efdp.exe",
        "re\u200bport.pdf",
        "half\ud800.pdf",
        "<script>.pdf",
        'a"b.pdf',
        "-rf.pdf",
        ".htaccess",
        "report.pdf ",
        "report.pdf.",
        "CON.pdf",
        "con",
        "LPT1.tar.pdf",
        "invoice.exe.pdf",
        "photo.js.jpg",
        "page.ＨＴＭＬ.pdf",
        "long" * 80 + ".pdf",
        "长" * 100 + ".pdf",
    ],
)
def test_names_that_mislead_or_harm_are_refused(name):
    assert refused(clean_name, name) == "name"


def test_a_name_is_kept_in_composed_form():
    assert clean_name("re\u0301sume\u0301.pdf") == "résumé.pdf"


# ---------------------------------------------------------------- what is known beforehand
def test_the_size_may_be_exactly_the_largest_and_not_a_byte_more():
    rules = FileRules(("pdf",), largest_bytes=1000)

    assert check_before("a.pdf", 1000, rules) == "a.pdf"
    assert refused(check_before, "a.pdf", 1001, rules) == "size"
    assert refused(check_before, "a.pdf", 0, rules) == "empty"


@pytest.mark.parametrize(
    "name", ["a.exe", "photo.jpg.exe", "a.svg", "a.pdf.html", "a.csv", "a.xml", "a.docm", "a", "pdf", "a.doc"]
)
def test_endings_that_are_not_asked_for_are_refused(name):
    assert refused(check_before, name, 10, ALL) == "format"


def test_rules_are_told_in_words_and_for_the_file_field():
    rules = FileRules(("pdf", "jpg"), largest_bytes=5 * 1024 * 1024, most_pages=30)

    assert rules.accept == ".pdf,.jpg,.jpeg"
    assert rules.in_words == "PDF、JPG；最大 5 MB；最多 30 页"
    assert "5" in rules.in_words
    assert "30" in rules.in_words


def test_every_sentence_of_refusal_can_be_filled_in():
    for code, sentence in SENTENCES.items():
        assert "%" not in str(sentence) % {"formats": "PDF", "size": "20", "pages": 3}, code


# ---------------------------------------------------------------- files that stay
GOOD = {
    "plain.pdf": (pdf(3), "pdf", 3),
    "old.pdf": (pdf(force_version="1.4"), "pdf", 1),
    "packed.pdf": (pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.generate), "pdf", 2),
    "two.pdf": (pdf(force_version="2.0"), "pdf", 1),
    "newline.pdf": (pdf() + b"\r\n", "pdf", 1),
    "photo.jpg": (jpg(), "jpg", 1),
    "progressive.jpeg": (jpg((300, 200), progressive=True), "jpg", 1),
    "stamp.png": (png(), "png", 1),
    "报告.docx": (docx(), "docx", None),
    "表.xlsx": (xlsx(), "xlsx", None),
    "发票.ofd": (ofd(3), "ofd", 3),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_plain_file_of_each_kind_stays_and_its_pages_are_counted(check, name):
    content, kind, pages = GOOD[name]

    facts = check(content, name)

    assert (facts.kind.code, facts.pages, facts.notes) == (kind, pages, [])


def test_a_file_that_opens_at_a_page_and_links_to_a_site_stays(check):
    document = blank(2)
    document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])
    link = {"/Type": "/Annot", "/Subtype": pikepdf.Name.Link, "/Rect": [0, 0, 9, 9]}
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.gov.cn/"))
    document.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary({**link, "/A": action})])

    assert check(saved(document), "a.pdf").pages == 2


def test_words_that_only_sound_like_a_script_do_no_harm(check):
    document = blank()
    document.docinfo["/Title"] = "How /JS and /Launch work"

    assert check(saved(document), "a.pdf").pages == 1


def test_a_scan_with_a_wrong_table_of_contents_is_read_all_the_same(check):
    content = pdf(2)
    place = content.rindex(b"startxref")

    assert check(content[:place] + b"startxref\n9\n%%EOF\n", "a.pdf").pages == 2


def test_a_word_document_with_links_and_a_chart_stays(check):
    content = docx(
        {
            "word/_rels/document.xml.rels": relations("hyperlink", "https://example.gov.cn/"),
            "word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx(),
            "word/embeddings/oleObject1.bin": bytes.fromhex("d0cf11e0a1b11ae1") + b"Equation",
        }
    )

    assert check(content, "a.docx").kind.code == "docx"


@pytest.mark.parametrize(
    "tail",
    [
        jpg((20, 20)),
        b"\x00\x00\x00\x18ftypmp42" + b"film" * 5000,
        b"notes" * 5000 + b"SEFT",
        b"vivo{...}",
        b"\x00" * 9000,
    ],
)
def test_what_phones_write_behind_a_photograph_is_borne(check, tail):
    assert check(jpg() + tail, "a.jpg").kind.code == "jpg"


def test_a_picture_that_names_its_place_stays_with_a_note(check):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "<script>alert(1)</script>"

    facts = check(jpg(exif=exif), "a.jpg")

    assert (facts.has_place, len(facts.notes)) == (True, 1)


# ---------------------------------------------------------------- content and name disagree
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script>", "a.pdf"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.png"),
        (b"MZ" + bytes(400), "a.docx"),
        (b"\x7fELF" + bytes(400), "a.pdf"),
        (b"GIF89a/*" + bytes(60) + b"*/=1;alert(1)", "a.jpg"),
        (EICAR.encode(), "a.pdf"),
        (b"=cmd|'/c calc'!A0,1", "a.xlsx"),
        (jpg(), "a.pdf"),
        (png(), "a.jpg"),
        (pdf(), "a.docx"),
        (xlsx(), "a.docx"),
        (b"Rar!\x1a\x07\x00" + bytes(99), "a.docx"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(check, content, name):
    assert refused(check, content, name) == "disguised"


def test_a_kind_that_is_not_asked_for_is_refused_whatever_its_name(check):
    assert refused(check, png(), "a.pdf", FileRules(("pdf",))) == "format"


def test_files_of_an_old_office_and_locked_ones_are_told_apart(check):
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)

    assert refused(check, old, "a.docx") == "old_office"
    assert refused(check, old + "EncryptedPackage".encode("utf-16-le"), "a.docx") == "encrypted"


# ---------------------------------------------------------------- PDF
def with_root(**entries):
    document = blank()
    for name, value in entries.items():
        document.Root[f"/{name}"] = value(document) if callable(value) else value
    return saved(document)


def action(kind, **more):
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **more)


def on_page(annotation):
    document = blank()
    document.pages[0].Annots = pikepdf.Array([document.make_indirect(annotation)])
    return saved(document, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def with_attached_file():
    document = blank()
    document.attachments["virus.exe"] = b"MZ"
    return saved(document)


SCRIPT = pikepdf.String("app.alert(1)")
ACTIVE = {
    "script on opening": with_root(OpenAction=action("JavaScript", JS=SCRIPT)),
    "program on opening": with_root(OpenAction=action("Launch", F=pikepdf.String("cmd.exe"))),
    "page, then a script": with_root(
        OpenAction=action("GoTo", D=pikepdf.Array(), Next=action("JavaScript", JS=SCRIPT))
    ),
    "named scripts": with_root(
        Names=pikepdf.Dictionary(
            JavaScript=pikepdf.Dictionary(Names=pikepdf.Array([SCRIPT, action("JavaScript", JS=SCRIPT)]))
        )
    ),
    "on closing": with_root(AA=pikepdf.Dictionary(WC=action("JavaScript", JS=SCRIPT))),
    "form of scripts": with_root(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))),
    "button that sends": on_page(
        pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action("SubmitForm", F=pikepdf.String("http://x")))
    ),
    "film": on_page(pikepdf.Dictionary(Subtype=pikepdf.Name.RichMedia)),
    "link that runs": on_page(
        pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=action("URI", URI=pikepdf.String("javascript:alert(1)")))
    ),
}


@pytest.mark.parametrize("how", ACTIVE)
def test_a_pdf_that_runs_something_is_refused(check, how):
    assert refused(check, ACTIVE[how], "a.pdf") == "pdf_active"


def test_a_script_under_an_escaped_name_is_found(check):
    content = ACTIVE["script on opening"]
    assert b"/JavaScript" in content

    disguised = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4a#53")

    assert refused(check, disguised, "a.pdf") == "pdf_active"


def test_a_pdf_with_files_inside_is_refused(check):
    attached = on_page(pikepdf.Dictionary(Subtype=pikepdf.Name.FileAttachment))

    assert refused(check, with_attached_file(), "a.pdf") == "pdf_embedded"
    assert refused(check, attached, "a.pdf") == "pdf_embedded"


@pytest.mark.parametrize("password", ["secret", ""])
def test_a_pdf_under_a_password_is_refused(check, password):
    content = pdf(encryption=pikepdf.Encryption(user=password, owner="owner"))

    assert refused(check, content, "a.pdf") == "pdf_encrypted"


@pytest.mark.parametrize(
    "content", [pdf()[:200], b"\xef\xbb\xbf" + pdf(), b"%PDF-1.7\n%%EOF", b"%PDF-1.7\n" + bytes(5000) + b"%%EOF"]
)
def test_a_broken_or_cut_off_pdf_is_refused(check, content):
    assert refused(check, content, "a.pdf") == "pdf_broken"


@pytest.mark.parametrize(
    "content",
    [
        pdf() + zipped({"a.exe": b"MZ"}),
        pdf() + b"<script>alert(1)</script>",
        pdf().replace(b"%%EOF", b"", 1) + zipped({"a": b"1"}) + b"\n%%EOF\n",
    ],
    ids=["archive behind", "script behind", "archive within"],
)
def test_a_pdf_that_is_something_else_too_is_refused(check, content):
    assert refused(check, content, "a.pdf") == "two_kinds"


def test_pages_are_limited_by_the_rules(check):
    rules = FileRules(("pdf", "ofd"), most_pages=3)

    assert check(pdf(3), "a.pdf", rules).pages == 3
    assert refused(check, pdf(4), "a.pdf", rules) == "pages"
    assert refused(check, ofd(4), "a.ofd", rules) == "pages"


def test_a_pdf_of_endless_pages_is_refused(check):
    document = blank()
    level = document.Root.Pages
    for _depth in range(12):
        level = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Kids=[level] * 10, Count=10))
    document.Root.Pages = level

    assert refused(check, saved(document), "a.pdf") == "pdf_broken"


def test_a_pdf_whose_objects_unpack_to_gigabytes_is_refused_within_its_limits(check):
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"\x78\xda" + (block.compress(bytes(4 << 20)) + block.flush(zlib.Z_FULL_FLUSH)) * 500
    objects = [
        b"1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n",
        b"2 0 obj <</Type/Pages/Kids[]/Count 0>> endobj\n",
        b"3 0 obj <</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>> stream\n" % len(body)
        + body
        + b"\nendstream endobj\n",
    ]
    content = b"%PDF-1.5\n"
    places = []
    for each in objects:
        places.append(len(content))
        content += each
    rows = b"".join(struct.pack(">BIB", 1, place, 0) for place in places)
    table = b"\x00" * 6 + rows + struct.pack(">BIB", 2, 3, 0) + struct.pack(">BIB", 1, len(content), 0)
    start = len(content)
    content += (
        b"5 0 obj <</Type/XRef/Size 6/W[1 4 1]/Root 4 0 R/Length %d>> stream\n" % len(table)
        + table
        + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % start
    )

    assert refused(check, content, "a.pdf", FileRules(("pdf",))) in ("too_complex", "pdf_broken")


# ---------------------------------------------------------------- pictures
def png_of(*chunks, behind=b""):
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body + behind


def png_head(width, height):
    return (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def test_a_picture_of_fifty_thousand_by_fifty_thousand_is_refused_by_its_head(check):
    content = png_of(png_head(50_000, 50_000), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b""))

    assert refused(check, content, "a.png") == "picture_large"


def test_a_picture_of_extreme_length_is_refused(check):
    content = png_of(png_head(20_001, 1), (b"IDAT", zlib.compress(bytes(20_002))), (b"IEND", b""))

    assert refused(check, content, "a.png") == "picture_large"


@pytest.mark.parametrize("content", [jpg((400, 300))[:300], png((400, 300))[:-30], b"\xff\xd8\xff\xe0" + bytes(50)])
def test_a_picture_cut_off_is_refused(check, content):
    name = "a.png" if content.startswith(b"\x89") else "a.jpg"

    assert refused(check, content, name) in ("picture_broken", "disguised")


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt"])
def test_a_picture_with_words_that_unpack_to_hundreds_of_megabytes_is_refused(check, name):
    bomb = b"x\x00\x00" + zlib.compress(bytes(100 << 20))
    picture = zlib.compress(b"\x00\x00" * 1)
    content = png_of(png_head(1, 1), (name, bomb), (b"IDAT", picture), (b"IEND", b""))

    assert refused(check, content, "a.png") in ("picture_broken", "picture_words")


def test_a_picture_that_carries_far_more_than_a_picture_is_refused(check):
    words = PngImagePlugin.PngInfo()
    words.add(b"prVt", bytes(5 << 20))

    assert refused(check, png(pnginfo=words), "a.png") == "picture_words"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (png() + b"left behind", "a.png", "picture_tail"),
        (png() + zipped({"a": b"1"}), "a.png", "two_kinds"),
        (jpg() + zipped({"a": b"1"}), "a.jpg", "two_kinds"),
        (jpg() + b"<?php system($_GET[0]);", "a.jpg", "two_kinds"),
        (jpg() + b"\x00" * 99 + pdf(), "a.jpg", "two_kinds"),
        (jpg() + b"secret" * 5000, "a.jpg", "picture_tail"),
    ],
)
def test_what_hides_behind_a_picture_is_refused(check, content, name, code):
    assert refused(check, content, name) == code


# ---------------------------------------------------------------- office documents and OFD
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
FETCHING = "word/_rels/settings.xml.rels"
HOSTILE_OFFICE = {
    "macro by name": (docx({"word/vbaProject.bin": b"x"}), "a.docx", "macros"),
    "macro by type": (
        docx({CONTENT_TYPES: content_types(WORD_MAIN, "application/vnd.ms-office.vbaProject")}),
        "a.docx",
        "macros",
    ),
    "docm renamed": (
        docx({CONTENT_TYPES: content_types("application/vnd.ms-word.document.macroEnabled.main+xml")}),
        "a.docx",
        "macros",
    ),
    "old macro sheet": (xlsx_with({"xl/macrosheets/sheet1.xml": "<x/>"}), "a.xlsx", "macros"),
    "control": (docx({"word/activeX/activeX1.xml": "<x/>"}), "a.docx", "macros"),
    "packed program": (
        docx({"word/embeddings/oleObject1.bin": b"\xd0\xcf" + "\x01Ole10Native".encode("utf-16-le")}),
        "a.docx",
        "macros",
    ),
    "remote template": (docx({FETCHING: relations("attachedTemplate", "http://x/t.dotm")}), "a.docx", "fetches"),
    "remote picture": (docx({FETCHING: relations("image", "http://x/spy.png")}), "a.docx", "fetches"),
    "link to a file": (docx({FETCHING: relations("hyperlink", "file://host/share/a.exe")}), "a.docx", "fetches"),
    "command by field": (
        docx(
            {"word/document.xml": word_text("<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe</w:instrText></w:r></w:p>")}
        ),
        "a.docx",
        "fetches",
    ),
    "command in pieces": (
        docx(
            {
                "word/document.xml": word_text(
                    "<w:p><w:r><w:instrText>D</w:instrText></w:r><w:r><w:instrText>DE </w:instrText></w:r>"
                    "<w:r><w:instrText>cmd</w:instrText></w:r></w:p>"
                )
            }
        ),
        "a.docx",
        "fetches",
    ),
    "command by simple field": (
        docx({"word/document.xml": word_text('<w:fldSimple w:instr="DDE cmd /c"/>')}),
        "a.docx",
        "fetches",
    ),
    "command by sheet": (xlsx_with({"xl/externalLinks/externalLink1.xml": "<x><ddeLink/></x>"}), "a.xlsx", "fetches"),
    "entity of a file": (docx({"word/document.xml": DOCTYPE}), "a.docx", "xml_entities"),
    "entity in the list": (docx({CONTENT_TYPES: DOCTYPE}), "a.docx", "xml_entities"),
    "billion laughs": (xlsx_with({"xl/sharedStrings.xml": LAUGHS}), "a.xlsx", "xml_entities"),
    "entity in utf-16": (
        docx({"docProps/app.xml": DOCTYPE.replace("1.0", "1.0").encode("utf-16")}),
        "a.docx",
        "xml_entities",
    ),
    "entity in a drawing": (docx({"word/x.vml": "<!DOCTYPE x><x/>"}), "a.docx", "xml_entities"),
    "style sheet": (
        docx({"docProps/app.xml": '<?xml version="1.0"?><?xml-stylesheet href="http://x/s.xsl"?><x/>'}),
        "a.docx",
        "xml_entities",
    ),
    "no xml": (docx({"docProps/app.xml": "<x>"}), "a.docx", "zip_broken"),
    "climbing name": (docx({"../../settings.py": "x"}), "a.docx", "zip_paths"),
    "absolute name": (docx({"/etc/cron.d/x": "x"}), "a.docx", "zip_paths"),
    "windows name": (docx({"word\\x.xml": "x"}), "a.docx", "zip_paths"),
    "archive within": (docx({"word/media/a.zip": zipped({"a": b"1"})}), "a.docx", "zip_nested"),
    "program within": (docx({"word/media/a.png": b"MZ" + bytes(60)}), "a.docx", "zip_nested"),
    "macro within the chart": (
        docx({"word/embeddings/a.xlsx": xlsx_with({"xl/vbaProject.bin": b"x"})}),
        "a.docx",
        "macros",
    ),
    "chart within the chart": (
        docx({"word/embeddings/a.xlsx": xlsx_with({"xl/embeddings/b.xlsx": xlsx()})}),
        "a.docx",
        "zip_nested",
    ),
    "archive behind": (docx() + zipped({"a": b"1"}), "a.docx", "two_kinds"),
    "words behind": (docx() + b"<script>", "a.docx", "two_kinds"),
    "plain archive": (zipped({"a.txt": b"1"}), "a.docx", "archive"),
    "two main parts": (docx({CONTENT_TYPES: content_types(WORD_MAIN, EXCEL_MAIN)}), "a.docx", "archive"),
    "highly packed": (docx({"word/media/a.bin": bytes(40 << 20)}), "a.docx", "zip_bomb"),
    "very many parts": (docx({f"word/media/{n}": b"" for n in range(5_100)}), "a.docx", "zip_bomb"),
    "ofd with entity": (zipped({"OFD.xml": DOCTYPE, "Doc_0/Document.xml": "<x/>"}), "a.ofd", "xml_entities"),
    "ofd without pages": (ofd(0), "a.ofd", "zip_broken"),
    "cut off": (docx()[:-40], "a.docx", "zip_broken"),
}


@pytest.mark.parametrize("what", HOSTILE_OFFICE)
def test_a_hostile_office_document_is_refused_for_what_it_is(check, what):
    content, name, code = HOSTILE_OFFICE[what]

    assert refused(check, content, name) == code


def test_parts_that_share_their_bytes_are_a_bomb(check):
    """Fifield's: many entries of the directory name the same packed bytes."""
    content = bytearray(zipped(docx_parts(**{"word/media/a": b"a" * 5000})))
    archive = zipfile.ZipFile(io.BytesIO(bytes(content)))
    first = archive.getinfo(CONTENT_TYPES).header_offset
    row = content.rindex(b"PK\x01\x02")
    content[row + 42 : row + 46] = struct.pack("<I", first)

    assert refused(check, bytes(content), "a.docx") in ("zip_bomb", "zip_broken")


def test_a_link_on_the_disk_is_refused(check):
    file = io.BytesIO(docx())
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("word/media/link")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    assert refused(check, file.getvalue(), "a.docx") == "zip_paths"


def test_a_locked_archive_is_refused(check):
    content = bytearray(docx())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1

    assert refused(check, bytes(content), "a.docx") == "encrypted"


def test_a_damaged_part_is_found_by_its_checksum(check):
    content = bytearray(zipped(docx_parts(**{"word/media/a.bin": b"stored"}), zipfile.ZIP_STORED))
    content[content.index(b"stored")] ^= 1

    assert refused(check, bytes(content), "a.docx") == "zip_broken"


# ---------------------------------------------------------------- the process that looks
def test_what_breaks_or_outlasts_the_inspector_is_too_complex(check, monkeypatch):
    monkeypatch.setattr(bounded_process, "LONGEST_SECONDS", 0.001)

    assert refused(check, pdf(), "a.pdf") == "too_complex"


def test_the_inspector_knows_no_secret_of_the_site_and_writes_nothing():
    limits = (
        "import os, resource, runpy, sys\n"
        "sys.argv = ['x', '/nowhere', 'pdf']\n"
        "try: runpy.run_module('common.file_inspection', run_name='__main__')\n"
        "except FileNotFoundError: pass\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE)[0], resource.getrlimit(resource.RLIMIT_AS)[0] >> 20, "
        "'django' in sys.modules)"
    )

    done = subprocess.run([bounded_process.sys.executable, "-c", limits], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["0", "640", "False"]
