"""Word and Excel: no macros, no fields that call programs, nothing fetched from elsewhere."""

import re

from common.file_inspection.parts import Parts, attribute, local
from common.file_inspection.refusal import Found, Refused

MAIN_PARTS = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
}
MACRO_WORDS = re.compile(r"macro|vbaproject|vbadata|activex", re.IGNORECASE)
MACRO_NAMES = re.compile(r"vba|/macrosheets/|/dialogsheets/|/activex/|customui/", re.IGNORECASE)
FIELD = re.compile(r"DDE(AUTO)?\s+\S|(IMPORT|INCLUDETEXT)\s+[\"'\\]", re.IGNORECASE)
EMBEDDED_WORKBOOK = re.compile(r"(word|xl)/embeddings/[^/]+\.xlsx")
SAFE_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
LINK = "/hyperlink"
# Programs and scripts that a packed object holds; formulas and charts have none of these.
PACKED_OBJECT = ("\x01Ole10Native".encode("utf-16-le"), "_VBA_PROJECT".encode("utf-16-le"))


def look_into(parts: Parts) -> Found:
    kind = _kind(parts)
    for name in parts.names:
        if MACRO_NAMES.search(name):
            raise Refused("macros")
        _look_into_part(parts, name)
    return Found(kind)


def is_workbook_of_a_chart(name: str) -> bool:
    return bool(EMBEDDED_WORKBOOK.fullmatch(name))


def _kind(parts: Parts) -> str:
    kinds: set[str] = set()

    def note(element: str, attributes: dict[str, str]) -> None:
        content_type = attribute(attributes, "ContentType")
        if MACRO_WORDS.search(content_type):
            raise Refused("macros")
        kinds.update(kind for ending, kind in MAIN_PARTS.items() if content_type.endswith(ending))

    parts.parse("[Content_Types].xml", note)
    if len(kinds) != 1:
        raise Refused("archive")
    return kinds.pop()


def _look_into_part(parts: Parts, name: str) -> None:
    lowered = name.lower()
    if lowered.endswith(".rels"):
        parts.parse(name, _refuse_relation)
    elif lowered.startswith("word/") and lowered.endswith(".xml"):
        _refuse_fields(parts, name)
    elif lowered.startswith("xl/externallinks/"):
        raise Refused("fetches")
    elif lowered.endswith(".xml"):
        parts.parse(name)
    elif lowered.endswith(".vml"):
        _refuse_declarations(parts.read(name))
    elif lowered.endswith(".bin") and any(mark in parts.read(name) for mark in PACKED_OBJECT):
        raise Refused("macros")


def _refuse_relation(element: str, attributes: dict[str, str]) -> None:
    """Links for people to follow may stay; what the program itself fetches may not."""
    if local(element) != "Relationship" or attribute(attributes, "TargetMode").lower() != "external":
        return
    is_link = attribute(attributes, "Type").lower().endswith(LINK)
    if not is_link or not SAFE_LINK.match(attribute(attributes, "Target").strip()):
        raise Refused("fetches")


def _refuse_fields(parts: Parts, name: str) -> None:
    """The instruction of a field may be cut into many pieces: they are read as one."""
    pieces: list[str] = []
    is_inside = False

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        is_inside = local(element) == "instrText"
        if local(element) == "fldSimple" and FIELD.search(attribute(attributes, "instr")):
            raise Refused("fetches")

    def text(data: str) -> None:
        if is_inside:
            pieces.append(data)

    parts.parse(name, start, text)
    if FIELD.search("".join(pieces)):
        raise Refused("fetches")


def _refuse_declarations(data: bytes) -> None:
    lowered = data.replace(b"\x00", b"").lower()
    if b"<!doctype" in lowered or b"<!entity" in lowered or b"<script" in lowered:
        raise Refused("xml_entities")
