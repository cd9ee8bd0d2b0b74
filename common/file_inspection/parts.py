"""The parts of a ZIP archive, read within bounds, and its XML without document types and entities."""

import zipfile
from collections.abc import Callable
from typing import Any, NoReturn
from xml.parsers import expat

from common.file_inspection.refusal import Refused

LARGEST_READ = 50 << 20
CHUNK = 1 << 20

OnElement = Callable[[str, dict[str, str]], None]


class Parts:
    ARCHIVES = (
        b"PK\x03\x04",
        b"Rar!\x1a\x07",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08",
        b"BZh",
        b"\xfd7zXZ",
        b"MZ",
        b"\x7fELF",
    )

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = [each.filename for each in archive.infolist() if not each.is_dir()]

    def read(self, name: str) -> bytes:
        if self.archive.getinfo(name).file_size > LARGEST_READ:
            raise Refused("zip_bomb")
        return self.archive.read(name)

    def head(self, name: str) -> bytes:
        """The first bytes of a part that was read to its end, so that its checksum held."""
        with self.archive.open(name) as part:
            head = part.read(CHUNK)
            while part.read(CHUNK):
                pass
        return head[:64]

    def parse(
        self, name: str, on_element: OnElement | None = None, on_text: Callable[[str], None] | None = None
    ) -> None:
        """Refused for a document type, whatever it declares, and for what is no XML."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.ProcessingInstructionHandler = _refuse_stylesheet
        if on_element:
            parser.StartElementHandler = on_element
        if on_text:
            parser.CharacterDataHandler = on_text
        try:
            with self.archive.open(name) as part:
                while chunk := part.read(CHUNK):
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Refused("zip_broken") from error


def local(name: str) -> str:
    """An element's or attribute's name without its namespace."""
    return name.rpartition(" ")[2]


def attribute(attributes: dict[str, str], name: str) -> str:
    return next((value for key, value in attributes.items() if local(key) == name), "")


def _refuse_doctype(*declared: Any) -> NoReturn:
    raise Refused("xml_entities")


def _refuse_stylesheet(target: str, data: str) -> None:
    if target == "xml-stylesheet":
        raise Refused("xml_entities")
