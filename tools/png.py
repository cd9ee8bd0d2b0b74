"""PNG files packed as tightly as the standard library can; the pixels stay as they are."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
NEEDED = {b"IHDR", b"PLTE", b"tRNS"}

Chunk = tuple[bytes, bytes]


def packed(png: bytes) -> bytes:
    """The same picture with its data compressed at the highest level and nothing that is not needed to show it."""
    chunks = list(_chunks(png))
    data = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    kept = [chunk for chunk in chunks if chunk[0] in NEEDED]
    written = [*kept, (b"IDAT", zlib.compress(data, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_written(kind, content) for kind, content in written)


def _chunks(png: bytes) -> Iterator[Chunk]:
    position = len(SIGNATURE)
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        yield png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        position += length + 12


def _written(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
