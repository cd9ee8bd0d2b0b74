"""A file that is two kinds at once: what a ZIP reader, which looks from the end, would take it for."""

from typing import IO

LONGEST_COMMENT = 65_535
END_RECORD = 22
WHITE = b" \t\r\n\x00\x0c"
FOREIGN = (
    b"%PDF-",
    b"<script",
    b"<?php",
    b"<html",
    b"<!doctype",
    b"\x7fELF",
    b"PK\x03\x04",
    b"Rar!\x1a",
    b"7z\xbc\xaf",
)


def ends_as_zip(file: IO[bytes]) -> bool:
    """Whether an end record stands near the end, with a directory where it says."""
    size = file.seek(0, 2)
    start = max(0, size - END_RECORD - LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    while place >= 0:
        length = int.from_bytes(tail[place + 12 : place + 16], "little")
        if _has_directory(file, start + place - length):
            return True
        place = tail.rfind(b"PK\x05\x06", 0, place)
    return False


def is_foreign(data: bytes) -> bool:
    """Whether the bytes hold the beginning of a document, an archive or a program."""
    lowered = data.lower()
    return any(mark.lower() in lowered for mark in FOREIGN)


def _has_directory(file: IO[bytes], place: int) -> bool:
    if place < 0:
        return False
    file.seek(place)
    return file.read(4) in (b"PK\x01\x02", b"PK\x05\x06")
