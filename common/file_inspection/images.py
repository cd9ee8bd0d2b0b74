"""Pictures: read to their end at a bounded size, and nothing hidden behind it."""

import warnings
from typing import IO

from PIL import ExifTags, Image, UnidentifiedImageError

from common.file_inspection.refusal import Found, Refused
from common.file_inspection.tails import ends_as_zip, is_foreign

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 20_000
LONGEST_NOTE = 4_096  # what a maker of phones may write behind a photograph
LARGEST_WORDS = 4 << 20  # of all that a PNG says beside its picture
PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_PICTURE = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"fdAT")
STANDALONE = {0x01, *range(0xD0, 0xD8)}  # markers of JPEG without a length
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9


def look_into(path: str) -> Found:
    with open(path, "rb") as file:
        kind = _kind(file.read(12))
        has_place = _read(path, FORMS[kind])
        end = ENDS[kind](file)
        _refuse_tail(file, end, kind)
    return Found(kind, pages=1, has_place=has_place)


def _kind(head: bytes) -> str:
    if head.startswith(PNG_START):
        return "png"
    return "webp" if head.startswith(b"RIFF") and head.endswith(b"WEBP") else "jpg"


def _read(path: str, form: str) -> bool:
    """Every pixel, at an eighth of the size where the form allows; whether it names a place."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(path, formats=(form,)) as picture:
            if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
                raise Refused("picture_large")
            has_place = bool(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))
            picture.draft("L", (max(1, picture.width // 8), max(1, picture.height // 8)))
            picture.load()
            return has_place
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused("picture_large") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, EOFError) as error:
        raise Refused("picture_broken") from error


def _end_of_png(file: IO[bytes]) -> int:
    place, words = len(PNG_START), 0
    while True:
        file.seek(place)
        head = file.read(8)
        if len(head) < 8:
            raise Refused("picture_broken")
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        words += 0 if name in PNG_PICTURE else length
        if words > LARGEST_WORDS:
            raise Refused("picture_words")
        place += 12 + length
        if name == b"IEND":
            return place


def _end_of_webp(file: IO[bytes]) -> int:
    """The head says how long the rest is."""
    file.seek(4)
    return 8 + int.from_bytes(file.read(4), "little")


def _end_of_jpeg(file: IO[bytes]) -> int:
    """Segment by segment to the end of the picture; scans are passed over to the marker that follows them."""
    file.seek(0)
    data = file.read()
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == END_OF_IMAGE:
            return place + 2
        if marker == 0xFF:
            place += 1
        elif marker in STANDALONE:
            place += 2
        else:
            place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
            place = _end_of_scan(data, place) if marker == START_OF_SCAN else place
    return place + 2 if data[place : place + 2] == b"\xff\xd9" else len(data)


def _end_of_scan(data: bytes, place: int) -> int:
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] not in (0x00, *range(0xD0, 0xD8)):
            return place
        place += 2
    return len(data)


def _refuse_tail(file: IO[bytes], end: int, kind: str) -> None:
    file.seek(end)
    tail = file.read()
    if ends_as_zip(file) or is_foreign(tail):
        raise Refused("two_kinds")
    if tail.strip(b"\x00") and not (kind == "jpg" and _is_of_a_phone(tail)):
        raise Refused("picture_tail")


def _is_of_a_phone(tail: bytes) -> bool:
    """Phones put a second picture, a short film or their own notes behind a photograph."""
    is_film = b"ftyp" in tail[:32]
    tail = tail.strip(b"\x00")
    return is_film or len(tail) <= LONGEST_NOTE or tail.startswith(b"\xff\xd8\xff") or tail.endswith(b"SEFT")


FORMS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
ENDS = {"jpg": _end_of_jpeg, "png": _end_of_png, "webp": _end_of_webp}
