"""Office documents and OFD, which are ZIP archives: bounded, plain, and without anything that runs or fetches."""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from typing import IO

from common.file_inspection import ofd, office
from common.file_inspection.parts import Parts
from common.file_inspection.refusal import Found, Refused

MOST_PARTS = 5_000
LARGEST_UNPACKED = 300 << 20
LARGEST_RATIO = 250
SMALL_PART = 1 << 20  # below this a high ratio means little
HEADER = 30
ENCRYPTED = 0x1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError)


def look_into(path: str) -> Found:
    with open(path, "rb") as file:
        return _look_into(file, depth=0)


def _look_into(file: IO[bytes], depth: int) -> Found:
    try:
        with zipfile.ZipFile(file) as archive:
            _refuse_structure(archive, file)
            parts = Parts(archive)
            _refuse_nested(parts, depth)
            return _look_for(parts)(parts)
    except BROKEN as error:
        raise Refused("zip_broken") from error


def _look_for(parts: Parts) -> Callable[[Parts], Found]:
    if "[Content_Types].xml" in parts.names:
        return office.look_into
    if "OFD.xml" in parts.names:
        return ofd.look_into
    raise Refused("archive")


def _refuse_structure(archive: zipfile.ZipFile, file: IO[bytes]) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(each.file_size for each in entries) > LARGEST_UNPACKED:
        raise Refused("zip_bomb")
    if archive.comment or len({each.filename.lower() for each in entries}) < len(entries):
        raise Refused("two_kinds")
    for each in entries:
        _refuse_entry(each)
    _refuse_overlaps(entries, archive.start_dir)
    if _end(archive) != file.seek(0, 2):
        raise Refused("two_kinds")


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if name != entry.filename or name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise Refused("zip_paths")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused("zip_paths")
    if entry.flag_bits & ENCRYPTED:
        raise Refused("encrypted")
    if entry.compress_type not in PACKED:
        raise Refused("zip_broken")
    if entry.file_size > SMALL_PART and entry.file_size > LARGEST_RATIO * max(1, entry.compress_size):
        raise Refused("zip_bomb")


def _refuse_overlaps(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Parts that share their bytes make a small file huge; bytes before the first part make it two kinds."""
    place = 0
    for each in sorted(entries, key=lambda entry: entry.header_offset):
        if each.header_offset < place:
            raise Refused("zip_bomb")
        if place == 0 and each.header_offset > 0:
            raise Refused("two_kinds")
        place = each.header_offset + HEADER + len(each.filename) + each.compress_size
    if place > end:
        raise Refused("zip_bomb")


def _end(archive: zipfile.ZipFile) -> int:
    """Where the file must end: its directory and end record, which has no comment."""
    file = archive.fp
    assert file is not None
    file.seek(archive.start_dir)
    rest = file.read()
    return archive.start_dir + rest.rfind(b"PK\x05\x06") + 22


def _refuse_nested(parts: Parts, depth: int) -> None:
    """Every part is read to its end once, which checks it too; charts may bring their workbook, one level deep."""
    for name in parts.names:
        head = parts.head(name)
        if not head.startswith(parts.ARCHIVES):
            continue
        if depth or not office.is_workbook_of_a_chart(name):
            raise Refused("zip_nested")
        _look_into(io.BytesIO(parts.read(name)), depth + 1)
