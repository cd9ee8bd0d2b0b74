"""Reads the QR codes on a page of a file that was examined, in a process of its own; imports nothing of Django.

`python -m common.qr_reading <path> <pdf|jpg|png> <pages>` writes what each code says to its standard output, a line
each, page by page. What a code says is a sender's words: whoever asks compares it, and does nothing else with it.
"""

import importlib
import sys
from collections.abc import Iterator

import zxingcpp

from common import process_limits

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 15
LONGEST = 500  # characters of one code
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def main(path: str, kind: str, pages: int) -> None:
    process_limits.bind(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    for text in texts(path, kind, pages):
        print(text)


def texts(path: str, kind: str, pages: int) -> Iterator[str]:
    drawing = importlib.import_module("common.file_drawing.pdf" if kind == "pdf" else "common.file_drawing.images")
    for page in range(1, pages + 1):
        for code in zxingcpp.read_barcodes(drawing.drawn(path, page), formats=QR):
            if len(code.text) <= LONGEST and code.text.isprintable():
                yield code.text


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
