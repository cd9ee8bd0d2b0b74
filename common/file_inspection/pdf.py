"""PDF: nothing in it runs, opens or hides anything, and it can be read without a password."""

import re
from typing import Any

import pikepdf

from common.file_inspection.refusal import Found, Refused
from common.file_inspection.tails import WHITE, ends_as_zip

MOST_OBJECTS = 300_000
MOST_PAGES = 5_000
LONGEST_TAIL = 2_048
DEEPEST = 100

# Asked of the plain text of each object first, since most files have none of these words.
WORDS = re.compile(
    rb"/(JS|JavaScript|Launch|SubmitForm|ImportData|GoToE|GoToR|Rendition|Movie|Sound|RichMedia\w*|XFA|OpenAction"
    rb"|URI|EmbeddedFiles?|EF|FileAttachment)(?![A-Za-z0-9])"
)
RUNNING_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoToR",
    "/GoToE",
}
RUNNING_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
RUNNING_SCHEMES = ("javascript:", "vbscript:", "file:", "data:")
HIDING_KEYS = {"/EmbeddedFiles", "/EF", "/EmbeddedFile"}


def look_into(path: str) -> Found:
    _refuse_wrong_ends(path)
    try:
        with pikepdf.open(path, suppress_warnings=True) as document:
            if document.is_encrypted:
                raise Refused("pdf_encrypted")
            _refuse_active(document)
            return Found("pdf", pages=_pages(document))
    except pikepdf.PasswordError as error:
        raise Refused("pdf_encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError) as error:
        raise Refused("pdf_broken") from error


def _refuse_wrong_ends(path: str) -> None:
    with open(path, "rb") as file:
        if not file.read(5).startswith(b"%PDF-"):
            raise Refused("pdf_broken")
        size = file.seek(0, 2)
        file.seek(max(0, size - LONGEST_TAIL))
        tail = file.read().rstrip(WHITE)
        if b"%%EOF" not in tail:
            raise Refused("pdf_broken" if not ends_as_zip(file) else "two_kinds")
        if not tail.endswith(b"%%EOF") or ends_as_zip(file):
            raise Refused("two_kinds")


def _refuse_active(document: pikepdf.Pdf) -> None:
    for number, each in enumerate(document.objects):
        if number > MOST_OBJECTS:
            raise Refused("too_complex")
        if isinstance(each, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
            plain = each.stream_dict if isinstance(each, pikepdf.Stream) else each
            if WORDS.search(plain.unparse(resolved=True)):
                _refuse_running(plain, 0)


def _refuse_running(value: Any, depth: int) -> None:
    """Within one object; what it refers to comes in its own turn."""
    if depth > DEEPEST:
        raise Refused("too_complex")
    if isinstance(value, pikepdf.Dictionary):
        _refuse_keys(value)
        for each in value.values():
            if _is_inside(each):
                _refuse_running(each, depth + 1)
    elif isinstance(value, pikepdf.Array):
        for each in value:
            if _is_inside(each):
                _refuse_running(each, depth + 1)


def _is_inside(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _refuse_keys(value: pikepdf.Dictionary) -> None:
    keys = set(value.keys())
    if keys & RUNNING_KEYS or _name(value, "/S") in RUNNING_ACTIONS or _name(value, "/Subtype") == "/RichMedia":
        raise Refused("pdf_active")
    if keys & HIDING_KEYS or "/EmbeddedFile" in (_name(value, "/Type"), _name(value, "/Subtype")):
        raise Refused("pdf_embedded")
    if _name(value, "/Subtype") == "/FileAttachment":
        raise Refused("pdf_embedded")
    if str(value.get("/URI", "")).strip().lower().startswith(RUNNING_SCHEMES):
        raise Refused("pdf_active")
    if "/OpenAction" in keys and not _only_shows_a_page(value["/OpenAction"]):
        raise Refused("pdf_active")


def _only_shows_a_page(action: Any) -> bool:
    """Where the file opens: most writers of PDF name the first page."""
    if isinstance(action, pikepdf.Dictionary):
        return _name(action, "/S") == "/GoTo" and "/Next" not in action
    return True


def _name(value: pikepdf.Dictionary, key: str) -> str:
    found = value.get(key)
    return str(found) if isinstance(found, pikepdf.Name) else ""


def _pages(document: pikepdf.Pdf) -> int:
    count = len(document.pages)
    if count == 0:
        raise Refused("pdf_broken")
    if count > MOST_PAGES:
        raise Refused("too_complex")
    return count
