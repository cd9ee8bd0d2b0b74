"""The kinds of files that people may send, told by content and never by name. Imports nothing of Django.

The inspector's own process imports this too.
"""

from typing import NamedTuple

import filetype


class FileKind(NamedTuple):
    code: str
    title: str
    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    kind.code: kind
    for kind in (
        FileKind("pdf", "PDF", "application/pdf", ("pdf",)),
        FileKind("jpg", "JPG", "image/jpeg", ("jpg", "jpeg")),
        FileKind("png", "PNG", "image/png", ("png",)),
        FileKind("docx", "DOCX", f"{_OFFICE}.wordprocessingml.document", ("docx",)),
        FileKind("xlsx", "XLSX", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",)),
        FileKind("ofd", "OFD", "application/ofd", ("ofd",)),
    )
}
# Pictures for the public site may be WebP too; a call asks for the kinds above alone.
WEBP = FileKind("webp", "WebP", "image/webp", ("webp",))
KNOWN = {**KINDS, WEBP.code: WEBP}
ZIPPED = ("docx", "xlsx", "ofd")
IMAGES = ("jpg", "png")
HEAD_BYTES = 8192
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # .doc and .xls of old, and whatever Office has put under a password


def family(head: bytes) -> str:
    """What the first bytes say: "pdf", "jpg", "png", "webp", "zip", "ole", or "" for all that is never accepted."""
    if head.startswith(OLE):
        return "ole"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    found = filetype.guess_extension(head)
    return found if found in ("pdf", "jpg", "png", "webp") else ""


def kind_of_media_type(media_type: str) -> FileKind | None:
    return next((kind for kind in KNOWN.values() if kind.media_type == media_type), None)


def titles(codes: tuple[str, ...]) -> list[str]:
    """“PDF”, “JPG” and so on, in the order given."""
    return [KNOWN[code].title for code in codes if code in KNOWN]


def extensions(codes: tuple[str, ...]) -> list[str]:
    return [extension for code in codes if code in KNOWN for extension in KNOWN[code].extensions]
